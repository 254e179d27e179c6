from datetime import date

import pytest

from qa.deadline import passed

TODAY = date(2024, 6, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("于 2024 年 5 月 31 日前报送两部门。", True),
        ("2024年4月25日至5月19日。填报时间为2024年4月25日至5月19日。", True),
        ("请于2024年5月20日至31日集中开展初核推荐。", True),
        ("意见反馈截止2024年5月31日。", True),
        ("于2024年7月31日前提交。", False),
        ("于2024年6月1日前提交。", False),  # today is not yet past
        ("第一批于2024年5月31日前报送，第二批于2024年9月30日前报送。", False),
        ("2022年8月31日前认定的企业可以申报复核。", False),  # dates a fact
        ("本办法自2024年3月22日起施行。", False),
        ("每年5月31日前报送。", False),  # of no year
        ("于2024年5月31日前完工。", False),  # nothing is handed in
        ("于2024年2月30日前报送。", False),  # no such day
    ],
)  # fmt: skip
def test_a_deadline_has_passed_only_if_it_is_one_and_lies_before_the_day(text: str, expected: bool) -> None:
    assert passed(text, TODAY) is expected
