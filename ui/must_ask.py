"""What an operator has to ask back because the cited articles tell cases apart: by rule, from their own words. Pure.

An answer that holds for the third batch, for one province or for a company of the central government is wrong for
others. Where a cited article names two or more cases of one kind and the question names none of them, the
operator asks which it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.text import normalize
from qa.provinces import ANY_PROVINCE
from ui.turn import Source, Turn

MOST = 3
"""Questions that a caller puts up with."""
_NEAR = 400
"""Characters of an article that is read whole; of a longer one only the span that is quoted."""
_KINDS = tuple(
    tuple((name, re.compile(pattern)) for name, pattern in kinds)
    for kinds in (
        (
            ("中央企业", r"中央企业|央企|中央管理企业"),
            ("地方企业", r"地方(?:国有)?企业|其他企业|地方所属"),
        ),
        (
            ("大型企业", r"(?<!和)大型(?:工业)?企业"),
            ("中小企业", r"中小(?:微)?企业(?!主管|数字化|特色|发展|司|局|处|公共)"),
            ("小微企业", r"(?<!中)小微企业"),
        ),
        (("新申请", r"新申请|新申报|首次申[请报]"), ("复核", r"复核")),
        (("一般纳税人", r"一般纳税人"), ("小规模纳税人", r"小规模纳税人")),
        (("居民", r"(?<!非)居民(?:个人|企业)"), ("非居民", r"非居民(?:个人|企业)")),
        (
            ("制造单位", r"制造(?:单位|企业)"),
            ("使用单位", r"使用(?:单位|企业)"),
            ("检验机构", r"检验(?:检测)?机构"),
        ),
        (("新建", r"新建"), ("在建", r"在建"), ("改建或扩建", r"改扩建|改建|扩建")),
    )
)
"""What sets applicants and projects apart: the name of each case, and how it is written."""
_REGIONS = re.compile(
    r"[东中西]部地区|中西部|东北地区|重点区域|京津冀|长三角|珠三角|汾渭平原"
    r"|(?:计划单列市|新疆生产建设兵团)(?=[^。；]{0,20}(?:不超过|数量|名额))"
    r"|所在地(?=[^，。；]{0,16}(?:主管部门|提交|报送|申[请报]))"
)
_PROVINCE = re.compile(rf"{ANY_PROVINCE}|大连|青岛|宁波|厦门|深圳|兵团|计划单列市|[东中西]部|重点区域")
_BATCH = re.compile(r"第[一二三四五六七八九十\d]+批|首批")
_FROM_DAY = re.compile(r"(20\d\d年\d{1,2}月\d{1,2}日)(?:之|以)?(?:后|前已)")
_DAY = re.compile(r"20\d\d年|\d{1,2}月\d{0,2}|今年|去年|明年|前年")
_BY_PLACE = re.compile(r"第\s*\d+\s*[项个条行]|序号|排第?\s*\d|\d+\s*号")
_COUNTED = re.compile(r"^(?:共|合计)\d+项", re.MULTILINE)
_FRAME = re.compile(r"(?:文首|落款|文末|附件清单\S*)$")
"""Parts of a document that say to whom it goes and who issued it; they tell no cases apart."""
_YEAR_OF_TABLE = re.compile(r"(20\d\d)\s*年")


@dataclass(frozen=True)
class Ask:
    """A question for the caller, and the words of the articles that make it necessary."""

    question: str
    because: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    """What the caller can mean, each to be asked as it stands."""


def must_ask(turn: Turn) -> tuple[Ask, ...]:
    """What to ask the caller before relying on an answer, or what a refusal asks back; at most `MOST`."""
    refusal = turn.refusal
    if refusal is not None:
        choices, back = (
            tuple(refusal["choices"]),
            str(refusal["reason"]).partition("：")[0].rstrip("。？") + "？",
        )
        question = back if refusal["type"] == "需要更多信息" else "请问您想问的是不是这个？"
        return (Ask(question, choices=choices),) if choices else ()
    asked = normalize(f"{turn.question} {(turn.answer or {}).get('standalone_question', '')}")
    prose = [s for s in turn.sources if not _is_row(s) and not _FRAME.search(s.locator)]
    said = [normalize(_read(source)) for source in prose]
    found = [*_batches(asked, said), *_tables(asked, turn), *_regions(asked, said)]
    return tuple([*found, *_kinds(asked, said), *_days(asked, said)][:MOST])


def _read(source: Source) -> str:
    return source.text if len(source.text) <= _NEAR else source.quote


def _is_row(source: Source) -> bool:
    """A row of a table speaks of one case: what it names sets nothing apart."""
    return "\t" in source.text


def _batches(asked: str, said: list[str]) -> Iterator[Ask]:
    names = _distinct(_BATCH, said)
    if len(names) > 1 and not _BATCH.search(asked):
        yield Ask(f"请问是{_or(names)}？", names)


def _tables(asked: str, turn: Turn) -> Iterator[Ask]:
    """Rows told by their number or by what they have in common, where the same list of another year was found too."""
    cited = {_table(s) for s in turn.sources if _is_row(s)}
    if len(cited) != 1 or not (_BY_PLACE.search(asked) or _COUNTED.search(turn.text)):
        return
    (table,) = cited
    bare = _YEAR_OF_TABLE.sub("", table)
    alike = {t for t in map(_table, turn.retrieved) if _YEAR_OF_TABLE.sub("", t) == bare} | {table}
    names = tuple(sorted({normalize(m[0]) for t in alike for m in _YEAR_OF_TABLE.finditer(t)}))
    if len(names) > 1 and not any(name[:4] in asked for name in names):
        yield Ask(f"请问是哪一年的清单，{_or(names)}？", names)


def _table(source: Source) -> str:
    """The name of the table that a row stands in, without the number of its 附件."""
    return re.sub(r"^附件\s*\d*\s*", "", source.locator.rpartition(" / ")[0])


def _regions(asked: str, said: list[str]) -> Iterator[Ask]:
    names = _distinct(_REGIONS, said)
    if names and not _PROVINCE.search(asked):
        yield Ask("请问您在哪个省、自治区、直辖市或计划单列市？", names)


def _kinds(asked: str, said: list[str]) -> Iterator[Ask]:
    """Kinds that are only named together (新建、在建煤矿) are treated alike."""
    for kinds in _KINDS:
        together = "|".join(written.pattern for _, written in kinds)
        apart = [re.sub(rf"(?:{together})(?:[、和或及与](?:{together}))+", "", text) for text in said]
        names = tuple(name for name, written in kinds if any(written.search(text) for text in apart))
        if len(names) > 1 and not any(written.search(asked) for _, written in kinds):
            yield Ask(f"请问属于{_or(names)}？", names)


def _days(asked: str, said: list[str]) -> Iterator[Ask]:
    names = _distinct(_FROM_DAY, said)
    if names and not _DAY.search(asked):
        yield Ask("请问事情发生在哪一天？", names)


def _distinct(pattern: re.Pattern[str], texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(m[0] for text in texts for m in pattern.finditer(text)))


def _or(names: tuple[str, ...]) -> str:
    return f"{'、'.join(names[:-1])}还是{names[-1]}"
