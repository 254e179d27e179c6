"""The kind of document that a name says (管理办法, 公告, 通知) and what it says before it.

“国家标准管理办法第四条” names a measure, but not the one about 首台套: the words before the kind decide.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.model import Metadata
from index.numerals import NUMERAL_CHARS
from index.text import normalize

_N = NUMERAL_CHARS
_KIND = r"办法|细则|条例|规程|方案|意见|通知|公告|解读|目录|规定|规划|纲要|决定"
_STRICT = frozenset(("办法", "细则", "条例", "规程", "法"))
"""Kinds that callers do not mix up; a 实施意见 may well be called 通知 or 方案."""
_MARK = (
    rf"(?:第\s*[{_N}]+\s*(?:条|章|节|编|项|点|部分|大项|大点|方面)|[{_N}]+\s*条|[{_N}]+、"
    rf"|[{_N}]*\s*[（(]\s*[{_N}]+\s*[）)])"
)
_SAID = re.compile(
    rf"(?:《(?P<quoted>[^《》]+(?:《[^《》]*》[^《》]*)*)》|(?P<before>[一-鿿0-9“”\"]{{0,24}}?)(?P<kind>{_KIND})"
    r"|(?P<law>[一-鿿]{1,18}?(?<![办方做看说执合依用想])法典?))"
    rf"(?:[（(](?:试行|暂行)[）)])?(?:里|中|的|上|规定的){{0,2}}\s*(?={_MARK})"
)
_FILLER = re.compile(
    r"想问一?下?|请问|咨询|了解|知道|根据|按照?|依据|依照|参照|对照|上面|上述|前面|刚才|关于|(?<![资基])本|和(?!国)|个(?![人税])"
    r"|[的是问说查看讲请该这那么把给对跟我你咱们在与及]"
)
_QUALIFIER = re.compile(r"\d{4}年度?|管理|暂行|试行|实施|行动|监督|印发|政策|工作|若干|联合|指导")
_QUALIFIED = re.compile(r"的?(?:(?:管理|暂行|试行|实施|行动|监督|工作|指导)+)?$")
_ISSUER = re.compile(r"(.{1,8}?[部委局会署])(.{2,})")
_FOREIGN = re.compile(r"(?<!印发)(?<!出台)《[^《》]*》")
"""A document named in a title; the one it issues is its own name."""
_HELD = {True: 0.5, False: 0.3}
"""Share of the words before the kind that a document must hold to be meant: of a strict kind, of another."""


_SPOKEN = re.compile(rf"({_KIND})(?:里|中|上)")
_LAST = re.compile(rf".*({_KIND})", re.DOTALL)


def of_kind_said(text: str, meta: Metadata) -> bool | None:
    """Whether `meta` is of the kind that “意见里怎么说” speaks of; None if `text` says no kind.

    A 解读 carries the title of the 意见 it explains; its own kind comes last.
    """
    said = _SPOKEN.search(text)
    own = _LAST.match(meta.title)
    return None if said is None else own is not None and own[1] == said[1]


@dataclass(frozen=True)
class SaidName:
    """A document as a question calls it: its kind, what stands before the kind, and the whole as said."""

    whole: str
    kind: str
    before: str
    quoted: bool = False

    @property
    def strict(self) -> bool:
        """Whether only documents of this very kind can be meant."""
        return self.kind in _STRICT


def said_name(text: str) -> SaidName | None:
    """The document named right before the first 第N条, 二、 or （五） of `text` (normalised); None if none is."""
    m = _SAID.search(text)
    if m is None:
        return None
    if m["quoted"]:
        kind = next(
            (k for k in re.findall(_KIND, m["quoted"])[-1:]), "法" if m["quoted"].endswith("法") else ""
        )
        return SaidName(m["quoted"], kind, m["quoted"], quoted=True)
    if m["law"]:
        whole = _FILLER.split(m["law"])[-1]
        return SaidName(whole, "法", whole) if len(whole) > 1 else None
    said = _QUALIFIED.sub(
        "", m["before"]
    )  # 工信部的通知, …制度的实施意见: what stands before 的 belongs to the name
    before = _FILLER.split(said)[-1]
    whole = m["before"][len(said) - len(before) :] + m["kind"]
    return SaidName(whole, m["kind"], _QUALIFIER.sub("", before))


def own_name(meta: Metadata) -> str:
    """Title and heading without the names of other documents in them: 关于落实《…行动方案》的实施意见."""
    return _own_name(meta.title, meta.heading)


@lru_cache(1 << 13)  # of every document of a library
def _own_name(title: str, heading: str) -> str:
    return normalize(_FOREIGN.sub("", title) + "\n" + _FOREIGN.sub("", heading))


def kinds_of(meta: Metadata) -> frozenset[str]:
    """The kinds a document can be called by: 办法, 公告 …; a numbered one that says none is a 通知."""
    found = frozenset(re.findall(_KIND, own_name(meta)))
    return found or (frozenset(("通知",)) if meta.doc_number else found)


def issued_by(said: str, meta: Metadata) -> bool:
    """Whether `said` is short for an issuer: its characters stand in an official name in order (工信部)."""
    if not re.search(r"[部委局会署行]$", said):
        return False
    return any(_within(said, name) for name in meta.issuers)


def called(name: SaidName, documents: Mapping[str, Metadata]) -> Sequence[str]:
    """Keys of the documents that `name` can mean; empty if no document of the library is called so."""
    if name.quoted or name.kind == "法":
        return [k for k, m in documents.items() if normalize(name.whole) in own_name(m)]
    of_kind = [k for k, m in documents.items() if name.kind in kinds_of(m)]
    if len(name.before) < 2:
        return of_kind
    others = [] if name.strict else [k for k, m in documents.items() if not _about(name, m)]
    for keys in (of_kind, others):
        held = {k: _held(name.before, documents[k]) for k in keys}
        best = max(held.values(), default=0.0)
        if best >= _HELD[name.strict or not of_kind]:
            return [k for k in keys if held[k] == best]
    return []


def _about(name: SaidName, meta: Metadata) -> bool:
    """Whether the document is about the one that `name` says, as its title shows: 关于落实《锅炉…行动方案》的实施意见."""
    foreign = _FOREIGN.findall(meta.title)
    return any(name.kind in f and name.before in normalize(f) for f in foreign)


def _held(before: str, meta: Metadata) -> float:
    """The share of the character pairs of `before` that title and heading hold; 1 for an issuer."""
    if issued_by(before, meta):
        return 1.0
    m = _ISSUER.match(before)  # 工信部质量通知: of the issuer's documents the one on 质量
    if m and issued_by(m[1], meta):
        before = m[2]
    pairs = {before[i : i + 2] for i in range(len(before) - 1)}
    title = normalize(meta.title + meta.heading)
    return sum(p in title for p in pairs) / len(pairs)


def _within(short: str, name: str) -> bool:
    rest = iter(name)
    return all(c in rest for c in short)
