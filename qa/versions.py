"""Which version of a document a question is answered from: that in force on its day, unless it asks for another. Pure.

A question asks for another version by its 文号, by its year beside the title or a word of issuing (2019年修订的…),
by a word for the one before (旧版, 修订前), or by limiting itself to that document. A year alone is none:
2016年购买的车辆 is no question about the text of 2016.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from index.model import Metadata
from index.text import compare_key, number_key
from index.versions import in_force, version_day

_BEFORE = re.compile(
    r"旧版|老版|旧的?(?:版本|条例|办法|规定|细则|法)|(?:修订|修正|修改|调整)(?:之|以)?前(?!后)|前一版|上一版|以前的(?:版本|条例|办法|规定)"
    r"|原来?的?(?:试行|暂行)?(?:版本|条例|办法|规定|细则)"
)
_BOTH = re.compile(r"新旧|新老|修[订正改]前后|(?:两个|各个?|历次)版本")
_ISSUED = (
    r"(?:\d{1,2}月(?:\d{1,2}日)?)?(?:的?第?[一二三四五六七八九十]?次?"
    r"(?:修订|修正|修改|发布|印发|公布|出台|颁布|制定|通过)|版|的?(?:旧|老|那)版?)"
)
_NOW = re.compile(r"现行|最新|新版|(?:修订|修正|修改)后|现在的")
_FRINGE = re.compile(r"^那么?|[呢吗吧的]*[?？。!！]*$|\s")
_MIN_LEFT = 2
"""Characters of a question that are left, below which nothing but the version was asked for."""
_REMEMBERED = 2
_PREFIX = re.compile(r"^(?:中华人民共和国|国务院|中国)")
_KIND = re.compile(
    r"(?:监督)?(?:管理|实施|暂行|试行)*(?:办法|规定|条例|细则|规则|意见|方案)?(?:[(（](?:试行|暂行)[)）])?$"
)
"""The end of a title, which many have: 管理办法（试行）."""
_ENOUGH = 4
"""Characters of a title that a question must hold to be about its document, after 中华人民共和国 and before its kind."""


@dataclass(frozen=True)
class Chosen:
    """What a question is answered from: the keys of the versions that have no part in it, and the question itself."""

    left_out: frozenset[str]
    question: str
    """Without the words that chose the version (旧版, 2019年的), which its text lacks; empty if it says no more."""


def choose(
    question: str,
    history: Sequence[str],
    families: Sequence[Sequence[str]],
    documents: Mapping[str, Metadata],
    as_of: date,
    wanted: Collection[str] = (),
) -> Chosen:
    """Choose one version of each document, or several if the question asks for them.

    Args:
        question: as asked.
        history: the questions before, the oldest first: they may name the document that “旧版呢” means.
        families: keys of the versions of each document, by their start.
        documents: metadata by key.
        as_of: the day as of which is answered.
        wanted: keys of documents that the question is limited to.
    """
    out: set[str] = set()
    worded: set[str] = set()
    said = compare_key("，".join([*history[-_REMEMBERED:], question]))
    now = bool(_NOW.search(compare_key(question)))
    for family in families:
        usual = in_force(family, documents, as_of)
        chosen = {*family} & {*wanted}
        if not chosen and not now and (chosen := _asked(said, usual, family, documents)):
            worded |= chosen
        out |= {*family} - (chosen or {usual})
    if not worded:
        return Chosen(frozenset(out), question)
    years = {(version_day(documents[k]) or "")[:4] for k in worded}
    plain = re.sub(rf"(?:{'|'.join(sorted(years))})年?(?:{_ISSUED})?的?", "", question)
    plain = _BEFORE.sub("", plain)
    return Chosen(frozenset(out), "" if len(_FRINGE.sub("", plain)) < _MIN_LEFT else plain)


def _asked(said: str, usual: str, family: Sequence[str], documents: Mapping[str, Metadata]) -> set[str]:
    """The versions that the words `said` ask for; empty if they ask for none in particular."""
    numbers = {k: number_key(documents[k].doc_number or "") for k in family}
    if len({*numbers.values()}) > 1 and (
        found := {k for k, n in numbers.items() if n and n in number_key(said)}
    ):
        return found
    if not _names(said, documents[usual]):
        return set()
    if _BOTH.search(said):
        return {*family}
    if dated := {k for k in family if _is_dated(said, documents[k])}:
        return {usual} if usual in dated else dated
    before = family.index(usual) - 1
    return {family[before]} if before >= 0 and _BEFORE.search(said) else set()


def _names(said: str, meta: Metadata) -> bool:
    """Whether `said` (folded) holds enough of the title; the country before it is hardly ever said."""
    return any(part in said for part in _parts(meta.title))


@lru_cache(1 << 13)  # of each family, for each question
def _parts(title: str) -> tuple[str, ...]:
    """The parts of a title of which a question about its document holds one."""
    core = _core(title)
    name = _KIND.sub("", core)
    return (core[:_ENOUGH], *(name[i : i + _ENOUGH] for i in range(len(name) - _ENOUGH + 1)))


def _core(title: str) -> str:
    return _PREFIX.sub("", compare_key(title))


def _is_dated(said: str, meta: Metadata) -> bool:
    """Whether `said` names the year of this version beside its title or a word of issuing."""
    day = version_day(meta)
    if day is None:
        return False
    start = re.escape(_core(meta.title)[:2])
    return bool(re.search(rf"{day[:4]}年?(?:{_ISSUED}|度?的?(?:中华人民共和国)?{start})", said))
