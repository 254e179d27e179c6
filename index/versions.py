"""Which documents are versions of one: the same 文号, or the same title, by the same issuers, on different days.

All is computed from metadata, whenever it is asked; nothing is stored twice. The rules, in order:
1. A version has a day: of its last amendment, else of its issue, else of taking effect. Without one it is linked to none.
2. Documents of one 文号 with letters before the year are versions, if their days differ.
3. Documents of one title are versions, if their days differ and they share an issuer, or the issuers of one are not
   known. What the title says of its edition (2018年修正) is no part of it; a year or a batch in it is, so that the plans
   of two years are two documents.
4. A notice, list or reply that comes every year under the same words is issued anew and ends nothing: of titles that
   name no rules, documents of two 文号 are two documents.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from index.model import Metadata
from index.register import Register, without_edition
from index.repeals import ends
from index.text import number_key

_EVENT = re.compile(r"(?:通知|公告|通告|公示|通报|批复|复函|函|名单|结果|答记者问|解读)$")
_RULES = re.compile(
    r"办法|规定|条例|细则|规则|规程|规范|准则|意见|方案|规划|纲要|标准|目录|指南|制度|措施|章程|政策"
)
_OWN_NUMBER = re.compile(r"[一-鿿]〔\d{4}〕")
_CLEARS = re.compile(r"废止|清理|决定$")
_MOST_ENDED = 3
"""Documents that rules end, up to which they are taken to take their place."""
_SHORTEST = 5
"""Characters of a title below which it tells no document (公告, 办法)."""


def version_day(meta: Metadata) -> str | None:
    """The ISO day by which versions are ordered; None if none is known."""
    return max(filter(None, (meta.amended, meta.date)), default=None) or meta.effective


def version_start(meta: Metadata) -> str | None:
    """The ISO day since which a version takes the place of those before it."""
    return max(filter(None, (version_day(meta), meta.effective)), default=None)


def are_versions(one: Metadata, other: Metadata) -> bool:
    """Whether two documents are versions of one, of different days."""
    days = version_day(one), version_day(other)
    if one.key == other.key or None in days or days[0] == days[1]:
        return False
    if one.issuers and other.issuers and not {*one.issuers} & {*other.issuers}:
        return False
    numbers = [number_key(m.doc_number) if m.doc_number else "" for m in (one, other)]
    if numbers[0] and numbers[0] == numbers[1]:
        return bool(_OWN_NUMBER.search(numbers[0])) or titles_agree(one, other)
    if not titles_agree(one, other):
        return False
    comes_again = bool(_EVENT.search(one.title)) and not _RULES.search(one.title)
    return not (comes_again and numbers[0] and numbers[1])


def titles_agree(one: Metadata, other: Metadata) -> bool:
    """Whether two titles are the same but for their edition, and long enough to tell a document."""
    title = without_edition(one.title)
    return len(title) >= _SHORTEST and title == without_edition(other.title)


def successor(meta: Metadata, documents: Mapping[str, Metadata], as_of: date) -> Metadata | None:
    """The next later version of `meta` among `documents` that holds by the end of the day `as_of`; None if none does."""
    own = version_start(meta) or ""
    later = [
        (start, m)
        for m in Register.of(documents).alike(meta)
        if are_versions(meta, m) and own < (start := version_start(m) or "") <= as_of.isoformat()
    ]
    return min(later, key=lambda found: found[0])[1] if later else None


def families(documents: Mapping[str, Metadata]) -> tuple[tuple[str, ...], ...]:
    """The keys of documents of which each takes the place of the one before, by their start; others are left out.

    They are versions of one, or rules that other rules end as a whole (《…（试行）》同时废止).
    """
    by_name: dict[str, list[str]] = {}
    for key, meta in documents.items():
        for name in {without_edition(meta.title), number_key(meta.doc_number or "")} - {""}:
            by_name.setdefault(name, []).append(key)
    found: dict[str, set[str]] = {}
    pairs = [p for p in _pairs(by_name.values()) if are_versions(*(documents[k] for k in p))]
    for one, other in [*pairs, *_ended(documents)]:
        if other not in found.get(one, ()):
            both = found.get(one, {one}) | found.get(other, {other})
            found |= dict.fromkeys(both, both)
    each = {id(own): own for own in found.values()}
    return tuple(
        tuple(sorted(own, key=lambda k: (version_start(documents[k]) or "", k))) for own in each.values()
    )


def in_force(family: Iterable[str], documents: Mapping[str, Metadata], as_of: date) -> str:
    """The version of `family` (by start) that holds at the end of the day `as_of`; the first before there is one."""
    keys = list(family)
    begun = [k for k in keys if (version_start(documents[k]) or "") <= as_of.isoformat()]
    return begun[-1] if begun else keys[0]


def _ended(documents: Mapping[str, Metadata]) -> Iterator[tuple[str, str]]:
    """(rules, rules that they end as a whole and follow); what only clears away old rules takes the place of none."""
    register = Register.of(documents)
    for by in register.values():
        whole = [r for r in by.validity.repeals if not r.part]
        if not 0 < len(whole) <= _MOST_ENDED or not _RULES.search(by.title) or _CLEARS.search(by.title):
            continue
        for meta in register.meant_by(whole):
            later = (version_start(by) or "") > (version_start(meta) or "")
            if later and _RULES.search(meta.title) and any(ends(r, by, meta) for r in whole):
                yield by.key, meta.key


def _pairs(groups: Iterable[list[str]]) -> Iterable[tuple[str, str]]:
    return ((one, other) for own in groups for n, one in enumerate(own) for other in own[n + 1 :])
