"""The first words of answers from the real compendium, as a caller hears them."""

from pathlib import Path

import pytest

from index.build import Builder
from index.embed import DEFAULT, DEFAULT_NAME, load_embedder
from qa.chain import open_chain
from qa.lead import UNSETTLED
from qa.settings import load_settings
from tests.conftest import ROOT
from tests.qa.conftest import Ask


def first_line(ask: Ask, question: str) -> str:
    return ask(question).text.split("\n")[0]


@pytest.mark.parametrize(
    ("question", "opening"),
    [
        ("制造企业的贷款能不能用于非生产经营活动", "不可以。"),
        ("小巨人的佐证材料纸质件要不要报送工信部", "不需要。"),
        ("首台套检测评定收费吗", "不收取。"),
        ("社会资本能不能参与绿色低碳示范项目建设", "可以。"),
        ("今年国家工业节能监察任务企业有多少家", "2899 家。"),
        ("股权激励的个人所得税能缓多久", "不超过 36 个月。"),
        ("小巨人线上填报到哪天截止", "2024年4月25日至5月19日。"),
        ("检测评审机构能向企业收专家费吗", "不可以。"),
        ("购买燃油车也能享受换车优惠吗", "可以。"),
        (
            "防爆电气、钢丝绳这些重点产品的安全标准要升级，归哪几个部门管",
            "工业和信息化部、住房城乡建设部、应急管理部、",
        ),
        ("锅炉设计文件没标明热效率的，由谁把关", "落实锅炉检验机构技术把关责任。"),
        ("吹风会上讲财政资金的是谁", "财政部经济建设司司长 符金陵（南方日报、南方+记者提问）。"),
    ],
)
def test_what_a_clause_settles_comes_first(ask: Ask, question: str, opening: str) -> None:
    assert first_line(ask, question).startswith(opening)


@pytest.mark.parametrize(
    "question",
    [
        "储备产能是否纳入国家统一调度",
        "是不是纳入统一调度",
        "储备产能占20%要不要产能置换",
        "集中供热范围外还能新建燃煤锅炉吗",
        "天然气锅炉能新建吗",
        "小巨人复核要交申请书吗",
    ],
)
def test_what_no_clause_settles_is_said_to_be_so(ask: Ask, question: str) -> None:
    assert f"{first_line(ask, question)}\n" == UNSETTLED


def test_two_values_asked_for_are_not_answered_by_one(ask: Ask) -> None:
    line = first_line(ask, "重点行业监察多少家，数据中心多少家")
    assert line.startswith("统筹考虑")
    assert "2411 家" in line
    assert "201 家" in line


def test_who_spoke_is_named_with_the_post_and_the_outlet_that_asked(ask: Ask) -> None:
    line = first_line(ask, "吹风会上是谁回答直达消费端的补贴政策的，什么职务")
    assert line.startswith("财政部经济建设司司长 符金陵（澎湃新闻记者提问）。")


def test_what_is_settled_is_said_without_the_sentences_that_add_nothing(ask: Ask) -> None:
    line = first_line(ask, "小巨人的佐证材料纸质件要不要报送工信部")
    assert line == "不需要。佐证材料纸质件由省级中小企业主管部门妥善留存备查,无需报送我部。[1]"


def test_one_of_several_cases_is_no_answer_for_all(tmp_path: Path, cache_dir: Path) -> None:
    law = ROOT / "tests" / "data" / "职工带薪年休假条例.md"
    Builder(tmp_path / "index", lambda: load_embedder(DEFAULT, cache_dir), DEFAULT_NAME, cache_dir).add([law])
    chain = open_chain(load_settings({}, index__dir=tmp_path / "index", index__cache_dir=cache_dir))
    try:
        assert chain.ask("年休假有几天").text.startswith(
            "职工累计工作已满1年不满10年的，年休假5天；已满10年不满20年的，年休假10天；已满20年的，年休假15天。"
        )
    finally:
        chain.library.close()
