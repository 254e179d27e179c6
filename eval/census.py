"""How the cases are spread: over strata, over the documents they need, and over what is to be refused."""

from collections import Counter
from collections.abc import Mapping, Sequence

from eval.cases import STRATA, Case
from index.model import Article

_ELSEWHERE = "（不在索引中）"


def markdown(splits: Mapping[str, Sequence[Case]], articles: Mapping[str, Article]) -> str:
    """Counts by stratum and by document, a column for each split; no text of a case."""
    strata = {name: Counter(c.stratum for c in cases) for name, cases in splits.items()}
    needed = {name: by_document(cases, articles) for name, cases in splits.items()}
    titles = dict.fromkeys(
        [*(a.meta.title for a in articles.values()), *(t for n in needed.values() for t in n)]
    )
    refused = {name: sum(not c.answerable for c in cases) for name, cases in splits.items()}
    misleading = {name: sum(c.stratum == "misleading" for c in cases) for name, cases in splits.items()}
    total = {name: len(cases) for name, cases in splits.items()}
    lines = [*_head("题型", splits), *(_line(s, strata, s) for s in STRATA)]
    lines += [_counted("合计", total), _counted("其中应拒答", refused), _counted("其中误导", misleading)]
    lines += ["", *_head("需要该文件的题数", splits), *(_line(t, needed, t) for t in titles)]
    return "\n".join(lines)


def by_document(cases: Sequence[Case], articles: Mapping[str, Article]) -> Counter[str]:
    """Title -> the cases with a gold article in that document; a case may need several documents."""
    found: Counter[str] = Counter()
    for case in cases:
        found.update({articles[i].meta.title if i in articles else _ELSEWHERE for i in case.gold_ids})
    return found


def _head(name: str, splits: Mapping[str, Sequence[Case]]) -> list[str]:
    return [f"| {name} | {' | '.join(splits)} | 合计 |", "| --- |" + " ---: |" * (len(splits) + 1)]


def _line(label: str, counts: Mapping[str, Counter[str]], key: str) -> str:
    return _counted(label, {name: counter[key] for name, counter in counts.items()})


def _counted(label: str, counts: Mapping[str, int]) -> str:
    return f"| {label} | {' | '.join(map(str, counts.values()))} | {sum(counts.values())} |"
