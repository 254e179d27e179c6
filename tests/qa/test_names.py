import pytest

from index.model import Metadata
from qa.names import Names, grams, without_number
from qa.place import Places
from tests.qa.made import row

BRIEFING = "国务院政策例行吹风会：《推动大规模设备更新和消费品以旧换新行动方案》全文实录"
READING = "《关于建立煤炭产能储备制度的实施意见》政策解读"


@pytest.fixture
def names(places: Places) -> Names:
    return places.names


def best(names: Names, text: str) -> list[str]:
    return [n.key for n in names.best(text, names.documents)]


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("首台套办法", "国市监质规〔2024〕3号"),
        ("首台（套）管理办法", "国市监质规〔2024〕3号"),
        ("检测评定的规定", "国市监质规〔2024〕3号"),
        ("小巨人通知", "工信厅企业函〔2024〕142号"),
        ("金融服务的通知", "金发〔2024〕5号"),
        ("质量工作通知", "工信厅科函〔2024〕113号"),
        ("节能监察任务", "工信厅节函〔2024〕147号"),
        ("锅炉实施意见", "市监特设发〔2024〕20号"),
        ("特色产业集群", "工信厅企业函〔2024〕122号"),
        ("数字化转型试点", "财办建〔2024〕23号"),
        ("股权激励公告", "财政部税务总局公告2024年第2号"),
        ("关税税则", "税委会公告2024年第2号"),
        ("标准提升行动方案", "国市监标技发〔2024〕第34号"),
        ("工业领域设备更新方案", "工信部联规〔2024〕53号"),
        ("协会的联系方式", "中国重型机械工业协会联系方式"),
    ],
)
def test_a_document_is_known_by_part_of_its_title(names: Names, said: str, key: str) -> None:
    assert best(names, said) == [key]


def test_commentary_is_meant_only_if_the_question_says_so(names: Names) -> None:
    assert best(names, "煤炭产能储备") == ["发改能源规〔2024〕413号"]
    assert best(names, "煤炭产能储备政策解读") == [READING]
    assert best(names, "以旧换新吹风会") == [BRIEFING]


def test_what_two_titles_share_means_both(names: Names) -> None:
    assert set(best(names, "公告")) == {"财政部税务总局公告2024年第2号", "税委会公告2024年第2号"}


def test_what_no_title_holds_means_none(names: Names) -> None:
    assert best(names, "今天天气") == []
    assert names.best("首台套办法", []) == []


def test_of_titles_that_hold_as_much_the_one_said_more_fully_is_meant() -> None:
    titles = {"a": "锅炉办法", "b": "锅炉安全技术检验办法", "c": "电梯安全技术检验办法"}
    names = Names({k: Metadata(k, title, title) for k, title in titles.items()}, [])
    assert best(names, "锅炉的办法") == ["a"]  # 锅炉 and 办法 also stand in b
    assert best(names, "检验的办法") == ["b", "c"]


def test_the_weight_of_a_name_is_that_of_its_rare_pairs() -> None:
    documents = {k: Metadata(k, title, title) for k, title in (("a", "锅炉办法"), ("b", "电梯办法"))}
    names = Names(documents, [row(1, ("名称", "x"), meta=documents["a"])])
    # three names (a, b, and the table 标准项目清单 附件1 of a):
    # 锅炉 and 炉办 stand in one, 2 × ln(4/1) = 2.7726; 办法 in two, ln(4/2) = .6931
    assert names.weights("锅炉办法") == pytest.approx({"a": 3.4657, "b": 0.6931}, abs=1e-4)
    assert names.weights("清单")["a"] == pytest.approx(1.3863, abs=1e-4)
    assert names.weights("天气") == {"a": 0.0, "b": 0.0}


def test_a_table_is_a_name_of_its_own(names: Names) -> None:
    assert [(n.key, n.annex) for n in names.best("2025年制修订国家标准项目清单", names.tables)] == [
        ("国市监标技发〔2024〕第34号", "附件2")
    ]
    assert len(names.tables) == 3


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("国市监质规〔2024〕3号", "国市监质规〔2024〕3号"),
        ("国市监质规[2024]3 号第十二条", "国市监质规〔2024〕3号"),
        ("国市监质规（2024）3号", "国市监质规〔2024〕3号"),
        ("市监质规2024年3号", "国市监质规〔2024〕3号"),
        ("国市监质规 2024 年第 3 号", "国市监质规〔2024〕3号"),
        ("质规〔2024〕3号", "国市监质规〔2024〕3号"),
        ("国市监标技发〔2024〕34号", "国市监标技发〔2024〕第34号"),
        ("请问工信部联规〔2024〕53号讲什么", "工信部联规〔2024〕53号"),
        ("413号文", "发改能源规〔2024〕413号"),
        ("发改能源规413号", "发改能源规〔2024〕413号"),
        ("272号文件", "发改办环资〔2024〕272号"),
        ("金发〔2024〕5号", "金发〔2024〕5号"),
    ],
)
def test_a_document_number_is_known_in_the_ways_it_is_written(names: Names, said: str, key: str) -> None:
    assert names.by_number(said) == ([key], None)


@pytest.mark.parametrize("said", ["税委会公告2024年第2号", "财政部 税务总局公告2024年第2号"])
def test_two_announcements_of_one_number_are_told_apart(names: Names, said: str) -> None:
    keys, missing = names.by_number(said)
    assert (keys, missing) == (["".join(said.split())], None)


@pytest.mark.parametrize("said", ["工信厅企业函〔2024〕999号", "国市监质规〔2023〕3号", "财税〔2016〕101 号"])
def test_a_number_that_no_document_has_is_named(names: Names, said: str) -> None:
    assert names.by_number(said) == ([], said)


@pytest.mark.parametrize("said", ["首台套收费吗", "今天3号", "序号44", "2024年3月27日", ""])
def test_other_numbers_are_no_document_numbers(names: Names, said: str) -> None:
    assert names.by_number(said) == ([], None)


def test_the_number_can_be_taken_out_of_a_text() -> None:
    assert without_number("国市监质规〔2024〕3号第十二条") == "第十二条"
    assert without_number("413号文有效期多久") == "有效期多久"
    assert without_number("首台套收费吗") == "首台套收费吗"


def test_grams_are_pairs_of_characters_and_whole_numbers() -> None:
    assert grams("首台（套）2024年A") == {"首台", "台套", "2024"}
    assert grams("套") == frozenset()


COAL, BOILER = "发改能源规〔2024〕413号", "市监特设发〔2024〕20号"


@pytest.mark.parametrize(
    ("question", "keys"),
    [
        ("煤炭产能储备意见和锅炉绿色低碳高质量发展意见哪个先印发", [COAL, BOILER]),
        ("煤炭产能储备意见什么时候印发", [COAL]),
        ("首台套检测评定收费吗", ["国市监质规〔2024〕3号"]),
        ("今天天气怎么样", []),
    ],
)
def test_documents_are_named_apart_each_by_its_own_words(
    places: Places, question: str, keys: list[str]
) -> None:
    assert sorted(places.names.apart(question, 4.0)) == sorted(keys)


def test_of_a_document_and_its_reading_that_weigh_the_same_the_document_is_meant() -> None:
    """Their common words weigh the same to the bit, in whatever order a set gives them."""
    documents = {
        "reading": Metadata("reading", READING, "c.txt"),
        "itself": Metadata("itself", "关于建立煤炭产能储备制度的实施意见", "c.txt"),
    }
    names = Names(documents, [])
    weights = names.weights("煤炭产能储备制度的实施意见")
    assert weights["reading"] == weights["itself"] > 0
    assert names.clearest("煤炭产能储备制度的实施意见") == ("itself", weights["itself"])
    reading = names.clearest("煤炭产能储备制度的实施意见的政策解读")
    assert reading is not None
    assert reading[0] == "reading"
    assert names.clearest("天气") == ("itself", 0.0)
