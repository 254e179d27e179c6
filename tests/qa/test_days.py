from datetime import date

import pytest

from index.errors import UsageError
from qa.days import chinese_date, ending, parse_day, without_given


@pytest.mark.parametrize(
    "text", ["2024-05-01", "2024-5-1", "2024/5/1", "2024.5.1", "20240501", "2024年5月1日", " 2024年5月1 日 "]
)
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert parse_day(text) == date(2024, 5, 1)


@pytest.mark.parametrize("text", ["", "今天", "2024-05", "2024-02-30", "24-05-01", "2024-05-01T00:00"])
def test_what_is_no_day_is_told(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_day(text)
    assert str(caught.value) == f"日期无效：{text}。请写成 2024-05-01 的形式。"


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2024-03-07", "2024年3月7日"),
        ("2029-12-31", "2029年12月31日"),
        (date(2024, 5, 1), "2024年5月1日"),
        ("2024-04", "2024年4月"),
        ("近日", "近日"),
        ("", ""),
    ],
)
def test_a_date_is_told_in_chinese(day: str | date, told: str) -> None:
    assert chinese_date(day) == told


YEARS = "以公告形式发布目录，自公告之日起 3 年内有效，到期后自动失效。"
MONTHS = "自股票期权行权、限制性股票解禁或取得股权奖励（以下简称行权）之日起，在不超过 36 个月的期限内缴纳。"
TWO = "第二批城市试点实施期两年，自实施方案批复之日起开始计算。"
UNDATED = "移出目录，并向社会公布，5 年内不再受理该单位的申请。"


@pytest.mark.parametrize(
    ("question", "clause", "said"),
    [
        (
            "目录2025年5月10日公告的，有效期到哪天",
            YEARS,
            "2028年5月10日（从2025年5月10日起3年，按您给的日期推算）。",
        ),
        ("2024年2月29日公告的哪天失效", YEARS, "2027年2月28日（从2024年2月29日起3年，按您给的日期推算）。"),
        (
            "2024-06-03行权，最晚哪天交清",
            MONTHS,
            "2027年6月3日（从2024年6月3日起36个月，按您给的日期推算）。",
        ),
        (
            "2024年9月15日批复的实施方案什么时候到期",
            TWO,
            "2026年9月15日（从2024年9月15日起两年，按您给的日期推算）。",
        ),
        ("目录2025年5月公告，到啥时候失效", YEARS, "2028年5月（从2025年5月起3年，按您给的日期推算）。"),
        ("2025年5月公告的，什么时候到期", "自公告之日起 30 日内有效。", None),
        ("目录2025年5月10日印发的，有效期到哪天", YEARS, None),
        ("实施方案2024年9月15日印发的什么时候到期", TWO, None),
        ("2024年8月1日移出目录，什么时候能再申请", UNDATED, None),
        ("2025年5月10日公告的目录收费吗", YEARS, None),
        ("2025年2月30日公告的哪天失效", YEARS, None),
    ],
)
def test_a_term_is_counted_from_the_event_that_the_question_dates(
    question: str, clause: str, said: str | None
) -> None:
    found = ending(question, clause)
    assert (str(found) if found else None) == said


def test_only_a_day_given_to_learn_another_is_left_out_of_the_search() -> None:
    assert without_given("目录2025年5月10日公告的，到哪天") == "目录公告的,到哪天"
    assert without_given("2024年5月19日能填报吗") == "2024年5月19日能填报吗"
