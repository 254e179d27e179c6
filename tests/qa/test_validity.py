from dataclasses import replace
from datetime import date

import pytest

from index.model import Article, Metadata, Repeal, Validity
from qa.model import Answer, Citation, Refusal
from qa.validity import Status, status, with_validity
from tests.qa.conftest import TODAY, Ask
from tests.qa.made import LIST, MEASURE, article

DAY = date(2026, 11, 22)
LIMITED = replace(MEASURE, validity=Validity("2024-05-01", "甲", None, "2027-12-31", "甲"))
COMPUTED = replace(MEASURE, validity=Validity("2024-05-01", "甲", None, "2027-05-01", "甲", "有效期3年"))
TRIAL = replace(MEASURE, trial=True)


def repealing(
    title: str, number: str | None = None, part: str = "", start: str | None = "2025-01-01"
) -> Metadata:
    repeals = (Repeal(title, number, part, f"《{title}》同时废止。"),)
    validity = Validity(start, "本办法施行。", repeals=repeals)
    return Metadata("新", "新办法", "新办法", "新〔2025〕1号", date="2024-12-31", validity=validity)


def by_key(*metas: Metadata) -> dict[str, Metadata]:
    return {m.key: m for m in metas}


@pytest.mark.parametrize(
    ("meta", "day", "expected"),
    [
        (MEASURE, DAY, Status("期限未写明")),
        (TRIAL, DAY, Status("试行")),
        (LIMITED, DAY, Status("现行")),
        (LIMITED, date(2027, 12, 31), Status("现行")),
        (
            LIMITED,
            date(2028, 1, 1),
            Status("已过有效期", "有效期至2027年12月31日，截至2028年1月1日已过有效期"),
        ),
        (
            COMPUTED,
            date(2027, 5, 2),
            Status("已过有效期", "有效期3年，即至2027年5月1日，截至2027年5月2日已过有效期"),
        ),
        (LIMITED, date(2024, 5, 1), Status("现行")),
        (
            LIMITED,
            date(2024, 4, 30),
            Status("尚未施行", "自2024年5月1日起施行，截至2024年4月30日尚未施行"),
        ),
        (
            MEASURE,
            date(2024, 3, 21),
            Status("尚未施行", "成文于2024年3月22日，截至2024年3月21日尚未印发施行"),
        ),
        (LIST, date(1900, 1, 1), Status("期限未写明")),
    ],
)
def test_a_document_stands_by_its_own_days(meta: Metadata, day: date, expected: Status) -> None:
    assert status(meta, day) == expected


REPEALED = Status(
    "已废止", "截至2026年11月22日已废止（见《新办法》，新〔2025〕1号）", "《检测办法》同时废止。"
)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (repealing("检测办法"), REPEALED),
        (repealing("检测办法", "规〔2024〕3号"), REPEALED),
        (repealing("检测办法", "规〔2020〕9号"), Status("期限未写明")),  # another of that title
        (repealing("检测规定"), Status("期限未写明")),
        (repealing("检测办法", start="2027-01-01"), Status("期限未写明")),
        (
            repealing("检测办法", part="第二条"),
            Status("期限未写明", "第二条截至2026年11月22日已废止（见《新办法》，新〔2025〕1号）"),
        ),
        (
            replace(repealing("检测办法"), title="检测办法"),
            replace(REPEALED, reason=REPEALED.reason.replace("新办", "检测办")),
        ),
        (
            replace(repealing("检测办法"), title="检测办法", date="2020-01-01"),
            Status("期限未写明"),
        ),  # an older one
    ],
)
def test_a_document_ends_by_another_of_the_library(by: Metadata, expected: Status) -> None:
    assert status(MEASURE, DAY, by_key(MEASURE, by)) == expected


def answer(*articles: Article, text: str = "不收费。[1]\n依据：《检测办法》第一条") -> Answer:
    cited = tuple(Citation(n, a, a.text) for n, a in enumerate(articles, 1))
    return Answer("收费吗", "收费吗", text, cited, (), "extractive")


def test_an_answer_that_holds_only_gets_the_date_of_the_collection() -> None:
    own = replace(LIMITED, as_of="2024-04")
    said = with_validity(answer(article("甲", meta=own)), by_key(own), DAY)
    assert (said.text, said.as_of) == (
        "不收费。[1]\n依据：《检测办法》第一条。信息截至2024年4月。",
        "2024-04",
    )


def test_an_expired_document_says_so_first() -> None:
    said = with_validity(answer(article("甲", meta=LIMITED)), by_key(LIMITED), date(2028, 1, 1))
    assert said.text == (
        "提示：该文件有效期至2027年12月31日，截至2028年1月1日已过有效期，以下内容仅供参考。\n"
        "不收费。[1]\n依据：《检测办法》第一条"
    )
    assert said.as_of is None


def test_of_several_documents_each_that_does_not_hold_is_named_once() -> None:
    other = replace(LIST, as_of="2024-05-06")
    cited = [article("甲", meta=LIMITED), article("乙", "第二条", meta=LIMITED), article("丙", meta=other)]
    said = with_validity(answer(*cited), by_key(LIMITED, other), date(2028, 1, 1))
    assert said.text.split("\n") == [
        "提示：《检测办法》有效期至2027年12月31日，截至2028年1月1日已过有效期，以下内容仅供参考。",
        "不收费。[1]",
        "依据：《检测办法》第一条。信息截至2024年5月6日。",
    ]


def test_a_part_that_ended_is_told_without_doubt_about_the_rest() -> None:
    by = repealing("检测办法", part="第二条")
    said = with_validity(answer(article("甲")), by_key(MEASURE, by), DAY)
    assert said.text.startswith(
        "提示：该文件第二条截至2026年11月22日已废止（见《新办法》，新〔2025〕1号）。\n不收费。"
    )


def test_what_the_first_line_says_itself_is_not_said_twice() -> None:
    text = "不再有效，截至2028年1月1日已过有效期。[1]\n依据：《检测办法》第一条"
    said = with_validity(answer(article("甲", meta=LIMITED), text=text), by_key(LIMITED), date(2028, 1, 1))
    assert said.text == text


def test_a_refusal_is_as_of_the_newest_collection() -> None:
    metas = by_key(replace(MEASURE, as_of="2023-12"), replace(LIST, as_of="2024-04"))
    refused = replace(answer(text="【资料未收录】没有。"), refusal=Refusal("资料未收录", "没有。"))
    said = with_validity(refused, metas, DAY)
    assert (said.text, said.as_of) == ("【资料未收录】没有。", "2024-04")


def test_no_bundled_document_that_is_asked_today_has_ended(ask: Ask) -> None:
    for question in ("首台套检测评定收费吗", "股权激励个税能分期缴吗", "煤炭产能储备煤矿怎么申请"):
        assert TODAY == DAY
        assert "提示：" not in ask(question).text


@pytest.mark.parametrize(
    ("opening", "below"),
    [
        ("于2026年5月31日前报送。[1]", 0),
        ("条文未直接表态，相关规定是：\n请于2026年5月31日前报送。[1]", 1),
    ],
)
def test_a_deadline_that_has_passed_is_said_to_have_below_the_line_that_tells_it(
    opening: str, below: int
) -> None:
    told = with_validity(answer(article("甲"), text=f"{opening}\n依据：《检测办法》第一条"), {}, DAY).text
    assert told.split("\n")[below + 1] == "提示：上述截止日期已过（截至2026年11月22日）。"
    assert told.split("\n")[below + 2].startswith("依据：")


def test_a_deadline_to_come_gets_no_notice() -> None:
    told = with_validity(answer(article("甲"), text="于2026年12月31日前报送。[1]"), {}, DAY).text
    assert told == "于2026年12月31日前报送。[1]"
