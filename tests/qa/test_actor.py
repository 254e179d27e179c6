import pytest

from qa.actor import binds_another, offender


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("检测机构造假怎么处理", "body"),
        ("企业弄虚作假几年不能再报", "applicant"),
        ("检测机构帮企业造假怎么处理", None),  # two actors
        ("检测机构要什么条件", None),  # no offence
        ("造假怎么处理", None),
    ],
)
def test_whose_offence_is_asked_about(question: str, kind: str | None) -> None:
    assert offender(question) == kind


@pytest.mark.parametrize(
    ("text", "another"),
    [
        ("第二十二条 申请单位弄虚作假的，移出目录。", True),
        ("第二十三条 检测评审机构弄虚作假的，移出名单。", False),
        ("如发现企业造假，取消称号。涉及检测机构的，另行通报。", False),
        ("弄虚作假的，一律取消资格。", False),
    ],
)
def test_an_article_binds_whom_it_opens_with(text: str, another: bool) -> None:
    assert binds_another(text, "body") is another
