"""Which documents are versions of one, and which of them holds on a day."""

from dataclasses import replace
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from index.intake import read_documents
from index.model import Metadata, Repeal, Validity
from index.versions import are_versions, families, in_force, successor, version_day, version_start
from tests.index.texts import document_of


def made(key: str, title: str, day: str | None, **more: object) -> Metadata:
    start = more.pop("effective", None)
    assert start is None or isinstance(start, str)
    return Metadata(key, title, title, date=day, validity=Validity(start), **more)  # type: ignore[arg-type]


OLD = made("旧", "检测评定管理办法", "2019-03-01")
NEW = made("新", "检测评定管理办法", "2024-05-01", effective="2024-07-01")
NEWEST = made("最新", "检测评定管理办法（2026年修订）", "2026-01-05")
RULES = {m.key: m for m in (NEWEST, OLD, NEW)}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (OLD, NEW, True),
        (OLD, NEWEST, True),
        (OLD, made("同日", OLD.title, "2019-03-01"), False),
        (OLD, made("无日期", OLD.title, None), False),
        (OLD, made("无日期", OLD.title, None, effective="2024-07-01"), True),
        (OLD, made("另一个", "检测评定实施办法", "2024-05-01"), False),
        (
            made("甲", "2023年工业节能监察任务", "2023-01-01"),
            made("乙", "2024年工业节能监察任务", "2024-01-01"),
            False,
        ),
        (made("甲", "实施细则", "2023-01-01"), made("乙", "实施细则", "2024-01-01"), False),
        (
            made("甲", OLD.title, "2019-03-01", issuers=("甲市科技局",)),
            made("乙", OLD.title, "2024-03-01", issuers=("乙市科技局",)),
            False,
        ),
        (
            made("甲", OLD.title, "2019-03-01", issuers=("科技部", "财政部")),
            made("乙", OLD.title, "2024-03-01", issuers=("财政部",)),
            True,
        ),
        # what is asked for every year under the same words ends nothing
        (
            made("甲", "关于组织推荐示范企业的通知", "2023-01-01", doc_number="工信厅〔2023〕1号"),
            made("乙", "关于组织推荐示范企业的通知", "2024-01-01", doc_number="工信厅〔2024〕2号"),
            False,
        ),
        (
            made("甲", "关于印发《首台套管理办法》的通知", "2023-01-01", doc_number="工信厅〔2023〕1号"),
            made("乙", "关于印发《首台（套）管理办法》的通知", "2024-01-01", doc_number="工信厅〔2024〕2号"),
            True,
        ),
        # one 文号
        (
            made("甲", "关于检测的意见", "2024-01-01", doc_number="某发〔2024〕1号"),
            made("乙", "关于检测的意见（更正）", "2024-02-01", doc_number="某发[2024]1号"),
            True,
        ),
        (
            made("甲", "关于检测的公告", "2024-01-01", doc_number="2024年第3号"),
            made("乙", "关于税率的公告", "2024-02-01", doc_number="2024年第3号"),
            False,
        ),
    ],
)
def test_versions_share_title_or_number_and_issuer_but_not_the_day(
    one: Metadata, other: Metadata, expected: bool
) -> None:
    assert are_versions(one, other) is expected
    assert are_versions(other, one) is expected


def test_the_day_of_a_version_is_that_of_its_last_amendment() -> None:
    meta = document_of(
        "道路运输条例\n2004年4月30日 国务院令第406号公布\n2012年11月9日 《国务院关于修改的决定》第一次修订\n"
        "2023年7月20日 《国务院关于修改的决定》第二次修订）\n第一条 为了规范。\n第二条 本条例自2004年7月1日起施行。\n"
    ).meta
    assert (meta.date, meta.amended, meta.effective) == ("2004-04-30", "2023-07-20", "2004-07-01")
    assert (version_day(meta), version_start(meta)) == ("2023-07-20", "2023-07-20")
    assert (version_day(NEW), version_start(NEW)) == ("2024-05-01", "2024-07-01")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2018, 1, 1), "旧"),
        (date(2024, 6, 30), "旧"),  # issued, but not yet in force
        (date(2024, 7, 1), "新"),
        (date(2026, 1, 5), "最新"),
    ],
)
def test_one_version_is_in_force_on_a_day(day: date, expected: str) -> None:
    (family,) = families(RULES)
    assert family == ("旧", "新", "最新")
    assert in_force(family, RULES, day) == expected


def test_a_version_is_followed_by_the_next_one_that_has_begun() -> None:
    def followed(meta: Metadata, day: date) -> str | None:
        newer = successor(meta, RULES, day)
        return newer.key if newer else None

    assert followed(OLD, date(2024, 6, 30)) is None
    assert followed(OLD, date(2024, 7, 1)) == "新"
    assert followed(OLD, date(2026, 6, 1)) == "新"
    assert followed(NEW, date(2026, 6, 1)) == "最新"
    assert followed(NEWEST, date(2026, 6, 1)) is None


@pytest.mark.shared
def test_the_laws_hold_41_rules_that_others_follow(laws: list[Path]) -> None:
    metas: dict[str, Metadata] = {}
    for path in laws:
        for document in read_documents(path):
            metas[path.name] = replace(document.meta, key=path.name)
    found = families(metas)
    assert (len(found), sum(map(len, found))) == (41, 84)
    versions = [f for f in found if len({metas[k].title for k in f}) == 1]
    assert (len(versions), sum(map(len, versions))) == (
        33,
        67,
    )  # the others are ended by rules of another title
    for family in found:  # the day in the name of a file tells which is later
        assert all(a.partition("(20")[2] <= b.partition("(20")[2] for a, b in combinations(family, 2))


def ending(key: str, title: str, *ended: str, part: str = "") -> Metadata:
    repeals = tuple(Repeal(t, None, part, f"《{t}》同时废止。") for t in ended)
    return replace(made(key, title, "2026-05-08"), validity=Validity("2026-06-01", repeals=repeals))


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (ending("后", "设备检测评定办法", OLD.title), (("旧", "后"),)),
        (ending("后", "设备检测评定办法", OLD.title, part="第三条"), ()),
        (ending("后", "关于废止部分规定的决定", OLD.title), ()),  # clears away, and says nothing instead
        (ending("后", "设备检测评定办法", OLD.title, "甲办法", "乙办法", "丙办法"), ()),
        (ending("后", "关于召开会议的通知", OLD.title), ()),
    ],
)
def test_rules_that_others_end_as_a_whole_are_followed_by_them(
    by: Metadata, expected: tuple[tuple[str, ...], ...]
) -> None:
    assert families({m.key: m for m in (OLD, by)}) == expected
