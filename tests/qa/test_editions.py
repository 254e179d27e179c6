import pytest

from qa.editions import Edition, missing_edition

NAMES = ["工信部下达 2024 年国家工业节能监察任务", "组织开展第六批专精特新“小巨人”企业培育工作"]
TEXTS = [
    "第三批专精特新“小巨人”企业可提出复核",
    "2023 年违规企业整改落实情况专项监察 287 家",
    "首批试点城市不再申报",
]


@pytest.mark.parametrize(
    ("question", "edition"),
    [
        ("第五批小巨人网上填报是哪几天", Edition("第五批", ("第六批",))),
        ("第5批小巨人网上填报是哪几天", Edition("第5批", ("第六批",))),
        ("2023年国家工业节能监察查了多少家", Edition("2023年", ("2024年",))),
        ("2025 年度国家工业节能监察任务", Edition("2025年度", ("2024年",))),
        ("2022年度首台套几月份申报", Edition("2022年度", ("2024年",))),
    ],
)
def test_an_edition_that_is_not_here_is_named_with_those_that_are(question: str, edition: Edition) -> None:
    assert missing_edition(question, NAMES, TEXTS) == edition


@pytest.mark.parametrize(
    "question",
    [
        "第六批小巨人网上填报是哪几天",
        "第三批小巨人怎么复核",  # spoken of in the text
        "第一批试点城市还能报吗",  # 首批
        "2024年国家工业节能监察查了多少家",
        "2023年违规企业整改查了多少家",  # a year of the matter, not of the document
        "到2027年目标是多少",
        "员工2025年6月1日行权",
        "",
    ],
)
def test_an_edition_that_is_here_or_a_year_of_the_matter_is_not_missing(question: str) -> None:
    assert missing_edition(question, NAMES, TEXTS) is None


def test_without_any_batch_in_the_documents_none_is_missing() -> None:
    assert missing_edition("第二批名单", ["检测办法"], ["公示五个工作日"]) is None
