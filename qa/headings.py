"""Lists that a document gives by its headings: the stages that 工作规则 is divided into, the measures of 保障措施.

No sentence states such a list; the headings of what stands below one heading do, in the order of the document.
"""

import re
from collections.abc import Callable, Iterable, Mapping

from index.model import Article, Step
from index.numerals import NUMERAL_CHARS, parse_numeral
from index.text import normalize
from qa.extract import Statement

_N = NUMERAL_CHARS
_ASKS = re.compile(r"哪些|哪几|哪[两三四五六七八九十]|有什么|分别|包括")
_NOUN = re.compile(
    rf"(?:哪几|几|哪(?=[{_N}]))(?:[{_N}]+)?(?:个|大|项|类|种|条)?(?P<noun>[一-鿿]{{2}})"
    rf"|(?:[{_N}]+[个大项类种条])(?P<counted>[一-鿿]{{2}})(?:分别)?(?:是|有|指|包括)"
)
"""哪几个阶段, 四大行动是哪四个: what each heading must be called."""
_COUNT = re.compile(rf"(?:哪|[是有分为]|(?<![第\d{_N}]))(?P<count>[两{_N}]+)(?:个|大|项|类|种|条|步)")
_ARTICLE = "第"
"""With it the mark of an article (第九条) begins: a rule, not a heading."""
_MOST = 10
_LONGEST = 30
_SAID = 0.8
"""Share of the character pairs of a heading that a question must hold to ask for what stands below it."""
_SHORTEST = 4

Path = tuple[Step, ...]


class Headings:
    """The headings of a library's documents, each with those directly below it."""

    def __init__(self, articles: Callable[[str], Iterable[Article]]) -> None:
        """`articles` gives those of a document by its key."""
        self._articles = articles

    def _of(self, key: str) -> tuple[dict[Path, dict[Step, Article]], dict[Path, Article]]:
        """The headings of a document with what stands directly below each, and the outlines that list it."""
        below: dict[Path, dict[Step, Article]] = {}
        outlines: dict[Path, Article] = {}
        for a in self._articles(key):
            path = a.locator.steps
            if a.role == "outline":
                outlines[path[:-1]] = a
            elif a.role == "text":
                for depth in range(1, len(path)):
                    below.setdefault(path[:depth], {}).setdefault(path[depth], a)
        return below, outlines

    def asked(self, question: str, documents: Mapping[str, float]) -> list[Statement]:
        """The list of headings that `question` asks for, each on the article that it opens; empty if it asks for none.

        Args:
            question: as asked.
            documents: the keys of the documents that may be meant, with how clearly; the clearest wins.
        """
        plain = normalize(question)
        m = _NOUN.search(plain)
        if not (m or _ASKS.search(plain)):
            return []
        noun = (m["noun"] or m["counted"]) if m else None
        wanted = _COUNT.search(plain)
        count = parse_numeral(wanted["count"].replace("两", "二")) if wanted else None
        found: list[tuple[float, float, dict[Step, Article], Article | None]] = []
        for key, weight in documents.items():
            nodes, outlines = self._of(key)
            for path, below in nodes.items():
                if not _is_list(list(below)) or (count and count != len(below)):
                    continue
                said = _share(_title(path[-1]), plain)
                called = noun is not None and all(_title(s).endswith(noun) for s in below)
                if not called and (said < _SAID or not _ASKS.search(plain)):
                    continue
                found.append((weight, said, below, outlines.get(path)))
        return _told(*max(found, key=lambda f: f[:2])[2:]) if found else []


def _told(below: Mapping[Step, Article], outline: Article | None) -> list[Statement]:
    lines = [f"\n{s.mark}{_title(s)}{'。' if n == len(below) else '；'}" for n, s in enumerate(below, 1)]
    lines[0] = f"共{len(below)}项：{lines[0]}"
    if outline is not None:
        return [Statement("".join(lines), outline, outline.text)]
    said = [
        Statement(line, article, step.title)
        for line, (step, article) in zip(lines, below.items(), strict=True)
    ]
    return said if all(s.quote in s.article.text for s in said) else []


def _title(step: Step) -> str:
    return normalize(step.title).rstrip("。")


def _is_list(steps: list[Step]) -> bool:
    """Whether all of `steps` have short headings of their own."""
    return 1 < len(steps) <= _MOST and all(
        s.title and not s.mark.startswith(_ARTICLE) and len(s.title) <= _LONGEST for s in steps
    )


def _share(title: str, question: str) -> float:
    pairs = [title[i : i + 2] for i in range(len(title) - 1)]
    return sum(p in question for p in pairs) / len(pairs) if len(title) >= _SHORTEST else 0.0
