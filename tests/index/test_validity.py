import pytest

from index.validity import Validity, read_validity

ISSUED = "2024-02-29"


@pytest.mark.parametrize(
    ("text", "effective", "expires"),
    [
        ("本办法自发布之日起施行。", ISSUED, None),
        ("本办法自印发之日起施行，有效期 5 年。", ISSUED, "2029-02-28"),
        ("本办法自印发之日起施行，有效期4年。", ISSUED, "2028-02-29"),
        ("本办法自印发之日起施行，有效期为五年。", ISSUED, "2029-02-28"),
        ("本公告自 2024 年 1 月 1 日起执行至 2027 年 12 月 31 日。", "2024-01-01", "2027-12-31"),
        ("本规定从2024年5月1日起正式实施。", "2024-05-01", None),
        ("本通知自公布之日起生效，有效期至2026年6月30日。", ISSUED, "2026-06-30"),
        ("本办法自2024年13月1日起施行。", None, None),
        ("本办法自印发之日起施行，有效期9999年。", ISSUED, None),
        ("该办法自2024年5月1日起施行。", None, None),  # says nothing of this document
        ("中国首台（套）重大技术装备目录自公告之日起3年内有效。", None, None),
    ],
)
def test_the_clause_about_this_document_is_read(
    text: str, effective: str | None, expires: str | None
) -> None:
    assert read_validity(["第一条 为了规范，制定规定。", text], ISSUED) == Validity(effective, expires)


def test_the_first_clause_counts() -> None:
    texts = ["本办法自2024年5月1日起施行。", "本办法自2020年1月1日起施行的规定废止。"]
    assert read_validity(texts, None) == Validity("2024-05-01", None)


def test_without_a_date_of_issue_a_term_of_years_has_no_end() -> None:
    assert read_validity(["本办法自发布之日起施行，有效期5年。"], None) == Validity(None, None)
