from datetime import date

import pytest

from index.errors import UsageError
from qa.days import chinese_date, parse_day


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
