from collections.abc import Sequence

import pytest

from index.model import Article
from index.text import normalize
from qa.columns import row_name
from qa.model import Filtered
from qa.place import Places
from qa.table import Tables, tell_row
from tests.qa.made import row

STANDARDS = "国市监标技发〔2024〕第34号"
PROJECTS = "发改办环资〔2024〕272号/附件"
PLAN_2024 = "附件1《2024 年制修订重点国家标准项目清单》"
PLAN_2025 = "附件2《2025 年制修订重点国家标准项目清单》"
GREEN = "附件《绿色低碳先进技术示范项目清单（第一批）》"

Found = list[tuple[str, int, list[int]]]


def ask(tables: Tables, places: Places, question: str) -> list[Filtered]:
    return tables.filter(question, places.tables_named(normalize(question)))


def numbers(rows: Sequence[Article]) -> list[int]:
    return [int(r.columns[0][1]) for r in rows]


@pytest.mark.parametrize(
    ("question", "conditions", "found"),
    [
        (
            "应急管理部主管的强制性标准有哪些",
            (("强制/推荐", "强制"), ("主管部门", "应急管理部")),
            [
                (PLAN_2024, 129, [52, 53, 54, 60, 61, 62, 63, 64]),
                (PLAN_2025, 165, [46, 47, 48]),
            ],
        ),
        (
            "2024年应急管理部主管的强制性标准有几项",
            (("强制/推荐", "强制"), ("主管部门", "应急管理部")),
            [(PLAN_2024, 129, [52, 53, 54, 60, 61, 62, 63, 64])],
        ),
        (
            "消防标委会归口的标准有哪些",
            (("归口技术委员会", "全国消防标准化技术委员会"),),
            [(PLAN_2024, 129, [60, 61, 62, 63, 64]), (PLAN_2025, 165, [47, 48])],
        ),
        (
            "住建部主管的2025年标准有哪些",
            (("主管部门", "住房和城乡建设部"),),
            [(PLAN_2025, 165, [43, 44])],
        ),
        ("2024年国家能源局主管哪些标准", (("主管部门", "国家能源局"),), [(PLAN_2024, 129, [65, 66])]),
        ("北京的示范项目有哪些", (("地区", "北京"),), [(GREEN, 47, [7])]),
        ("内蒙古的示范项目一共几个", (("地区", "内蒙古"),), [(GREEN, 47, [19, 20, 46])]),
        ("末端固碳的项目有哪些", (("方向", "末端固碳"),), [(GREEN, 47, [42, 43, 44, 45, 46, 47])]),
    ],
)
def test_all_rows_that_fit_are_found(
    tables: Tables,
    places: Places,
    question: str,
    conditions: tuple[tuple[str, str], ...],
    found: Found,
) -> None:
    answer = ask(tables, places, question)
    assert [(f.table, f.total, numbers(f.rows)) for f in answer] == found
    assert all(f.conditions == conditions for f in answer)


@pytest.mark.parametrize(
    ("question", "counts"),
    [
        ("2024年强制性标准一共多少项", [39]),
        ("2025年强制性标准有几项", [35]),
        ("2024年推荐性标准有多少项", [90]),
        ("2024年要修订的标准有哪些", [53]),
        ("2024年制定的推荐性标准有多少项", [70]),
        ("2024年制修订的推荐性标准有多少项", [90]),
        ("消费品以旧换新领域的标准有多少项", [36, 79]),
        ("2025年设备更新领域的标准有多少项", [49]),
        ("源头减碳的项目有哪些", [22]),
        ("过程降碳的示范项目一共几个", [19]),
    ],
)
def test_the_count_is_that_of_the_rows(
    tables: Tables, places: Places, question: str, counts: list[int]
) -> None:
    assert [len(f.rows) for f in ask(tables, places, question)] == counts


def test_the_counts_of_a_column_add_up_to_the_table(tables: Tables, places: Places) -> None:
    for year, total in ((2024, 129), (2025, 165)):
        counts = [
            len(f.rows)
            for kind in ("强制性", "推荐性")
            for f in ask(tables, places, f"{year}年{kind}标准一共多少项")
        ]
        assert sum(counts) == total


@pytest.mark.parametrize(
    ("question", "excluded", "count"),
    [
        ("2024年不是应急管理部主管的强制性标准有几项", (("主管部门", "应急管理部"),), 31),
        ("2024年除应急管理部外主管的强制性标准有多少项", (("主管部门", "应急管理部"),), 31),
        (
            "2024年除应急管理部和生态环境部以外的强制性标准有多少项",
            (("主管部门", "生态环境部"), ("主管部门", "应急管理部")),
            25,
        ),
        ("2024年非强制性标准有几项", (("强制/推荐", "强制"),), 90),
        ("2024年既不是强制性也不是修订的标准有几项", (("制定/修订", "修订"), ("强制/推荐", "强制")), 70),
        ("除了江苏以外源头减碳的项目有几个", (("地区", "江苏"),), 18),
    ],
)  # fmt: skip
def test_rows_that_are_ruled_out_are_left_out(
    tables: Tables, places: Places, question: str, excluded: tuple[tuple[str, str], ...], count: int
) -> None:
    (found,) = ask(tables, places, question)
    assert sorted(found.excluded) == sorted(excluded)
    assert len(found.rows) == count


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("氢能项目有哪些", [18, 19, 20, 21, 22]),
        ("机床的标准有哪些", [37, 38, 39]),
        ("标准清单里名字带“适老”俩字的有哪些？", [99, 107, 121, 122]),
        ("低碳示范清单里属于交通这一块的是哪些项目？", [33, 34, 35, 36]),
        ("储能项目有哪些", [11, 12, 13, 14, 17]),
        ("中海油融风能源有限公司的项目是哪个", [2]),
        ("中国船舶集团风电发展有限公司有几个示范项目", [3, 20]),
        ("广东和浙江的示范项目一共几个", [9, 16, 28, 29, 30, 31, 34]),
    ],
)
def test_rows_are_found_by_topic_company_and_province(
    tables: Tables, places: Places, question: str, rows: list[int]
) -> None:
    (found,) = ask(tables, places, question)
    assert numbers(found.rows) == rows


def test_rows_are_counted_by_a_column(tables: Tables, places: Places) -> None:
    (tally,) = tables.tally("2024年各领域各有几项标准", places.tables_named("2024年各领域各有几项标准"))
    assert (tally.table, tally.column, tally.total) == (PLAN_2024, "所属领域", 129)
    assert [(value, len(rows)) for value, rows in tally.groups] == [
        ("设备更新", 64), ("消费品以旧换新", 36), ("循环利用", 29),
    ]  # fmt: skip


def test_a_cell_with_two_bodies_counts_for_each_and_an_empty_one_last() -> None:
    tables = Tables(
        [
            row(1, ("标准名称", "甲"), ("主管部门", "工信部、能源局")),
            row(2, ("标准名称", "乙"), ("主管部门", "能源局")),
            row(3, ("标准名称", "丙"), ("主管部门", "—")),
            row(4, ("标准名称", "丁"), ("主管部门", "—")),
            row(5, ("标准名称", "戊"), ("主管部门", "—")),
            row(6, ("标准名称", "己"), ("主管部门", "能源局")),
        ],
        list,
    )
    (tally,) = tables.tally("各主管部门各有几项标准")
    assert [(value, len(rows)) for value, rows in tally.groups] == [
        ("能源局", 3),
        ("工信部", 1),
        ("未写明", 3),
    ]


@pytest.mark.parametrize(
    "question", ["各省最多推荐几个项目", "各地区对示范项目要怎么管", "哪些省份可以推荐两个城市试点"]
)
def test_a_limit_is_no_count(tables: Tables, places: Places, question: str) -> None:
    assert tables.tally(question, places.tables_named(question)) == []


def test_a_table_that_is_named_and_has_no_such_row_says_so(tables: Tables, places: Places) -> None:
    (found,) = ask(tables, places, "公安部2024年有哪些强制性标准")
    assert (found.table, found.rows, found.total) == (PLAN_2024, (), 129)
    assert found.conditions == (("强制/推荐", "强制"), ("主管部门", "公安部"))


@pytest.mark.parametrize(
    "question",
    [
        "标准化工作有哪些要求",
        "标准化技术委员会有哪些职责",
        "项目审批要哪些手续",
        "申报项目要满足什么条件",
        "推动多少项标准",
        "首台套项目有哪些支持",
        "电梯用钢丝绳是强制标准吗",
        "首台套检测评定收费吗",
        "",
    ],
)
def test_a_question_that_only_mentions_standards_or_projects_is_no_filter(
    tables: Tables, places: Places, question: str
) -> None:
    assert ask(tables, places, question) == []


def test_the_difference_of_two_kinds_asks_for_no_rows(tables: Tables, places: Places) -> None:
    assert ask(tables, places, "强制性标准和推荐性标准有什么区别") == []


def test_a_condition_that_no_column_knows_is_not_passed_over(tables: Tables, places: Places) -> None:
    found = ask(tables, places, "机床方面的推荐性标准有哪些")
    assert all(("内容", "机床") in f.conditions for f in found)
    assert all("机床" in r.text for f in found for r in f.rows)
    assert sum(len(f.rows) for f in found) > 0


def test_a_condition_that_no_row_meets_is_not_dropped(tables: Tables, places: Places) -> None:
    found = ask(tables, places, "机床方面的强制性标准有哪些")
    assert all("机床" in r.text for f in found for r in f.rows)


@pytest.mark.parametrize("question", ["2024年应急管理部主管的强制标准", "2024年应急管理部主管的强制标准清单"])
def test_what_is_wanted_can_be_said_without_a_question(tables: Tables, places: Places, question: str) -> None:
    (found,) = ask(tables, places, question)
    assert numbers(found.rows) == [52, 53, 54, 60, 61, 62, 63, 64]


@pytest.mark.parametrize("question", ["应急管理部主管的是强制标准吗", "防火窗是不是应急管理部的强制标准"])
def test_a_question_whether_asks_for_no_rows(tables: Tables, places: Places, question: str) -> None:
    assert ask(tables, places, question) == []


def test_several_values_of_one_column_are_alternatives() -> None:
    tables = Tables(
        [
            row(n, ("名称", f"项目{n}"), ("地区", region))
            for n, region in enumerate(("北京", "上海", "北京", "天津"), 1)
        ],
        list,
    )
    (found,) = tables.filter("北京和上海的项目有哪些")
    assert numbers(found.rows) == [1, 2, 3]


def test_a_value_of_one_character_is_too_short_to_be_meant() -> None:
    tables = Tables([row(1, ("名称", "甲"), ("地区", "京")), row(2, ("名称", "乙"), ("地区", "沪"))], list)
    assert tables.filter("京沪的项目有哪些") == []


def test_one_of_several_values_in_a_cell_is_enough() -> None:
    tables = Tables([row(1, ("名称", "甲"), ("主管部门", "工业和信息化部、国家能源局"))], list)
    for question in ("能源局主管的标准有哪些", "工信部主管的标准有哪些"):
        assert [numbers(f.rows) for f in tables.filter(question)] == [[1]]


def test_empty_cells_are_no_value() -> None:
    tables = Tables([row(1, ("名称", "甲"), ("地区", "—")), row(2, ("名称", "乙"), ("地区", "北京"))], list)
    assert tables.filter("—的项目有哪些") == []


def test_the_table_with_more_of_the_conditions_is_meant() -> None:
    tables = Tables(
        [
            row(1, ("名称", "甲"), ("地区", "北京"), ("方向", "减碳"), annex="附件1"),
            row(1, ("名称", "乙"), ("地区", "北京"), annex="附件2"),
        ],
        list,
    )
    assert [f.table for f in tables.filter("北京减碳的项目有哪些")] == ["附件1《标准项目清单》"]
    assert len(tables.filter("北京的项目有哪些")) == 2


@pytest.mark.parametrize(
    ("id_", "told"),
    [
        (
            f"{STANDARDS}/附件1/序号44",
            "《电梯用钢丝绳》为强制性标准，修订，主管部门为工业和信息化部，"
            "归口技术委员会为全国钢标准化技术委员会，所属领域为设备更新。",
        ),
        (
            f"{STANDARDS}/附件1/序号27",
            "《天然气输送装置用透平压缩机》为推荐性标准，制定，主管部门为中国机械工业联合会，"
            "归口技术委员会为全国风机标准化技术委员会，所属领域为设备更新。",
        ),
        (
            f"{STANDARDS}/附件1/序号5",  # without 归口: its cell is —
            "《农药工业水污染物排放标准》为强制性标准，修订，主管部门为生态环境部，所属领域为设备更新。",
        ),
    ],
)
def test_a_row_is_told_in_words(by_id: dict[str, Article], id_: str, told: str) -> None:
    assert tell_row(by_id[id_]) == told


def test_a_long_cell_is_told_after_the_short_ones(by_id: dict[str, Article]) -> None:
    project = by_id[f"{PROJECTS}/序号7"]
    long = dict(project.columns)["建设内容"]
    start = (
        "《北京大兴区采育镇地热供暖示范项目》：方向为源头减碳，地区为北京，实施主体为北京育华能源有限公司。"
    )
    assert tell_row(project) == start + long
    assert tell_row(project, details="节选。") == f"{start}节选。"


def test_every_row_of_the_compendium_can_be_told(articles: list[Article]) -> None:
    rows = [a for a in articles if a.role == "row"]
    assert len(rows) == 129 + 165 + 47
    for r in rows:
        told = tell_row(r)
        assert told.startswith(f"《{row_name(r)}》"), r.id
        assert "为—" not in told, r.id
        assert "\t" not in told, r.id


def test_two_long_cells_are_each_told_with_their_name(by_id: dict[str, Article]) -> None:
    told = tell_row(by_id[f"{PROJECTS}/序号46"])
    assert "实施主体为包头（钢铁）集团有限责任公司、" in told
    assert told.endswith("。")


def test_a_row_without_a_name_is_called_by_its_text() -> None:
    assert row_name(row(1, ("名称", "甲"))) == "甲"
    assert row_name(row(1)) == "1"


def test_a_province_without_a_row_is_a_condition_that_nothing_meets(tables: Tables, places: Places) -> None:
    (found,) = ask(tables, places, "四川的项目有哪些")
    assert (found.conditions, found.rows) == ((("地区", "四川"),), ())


def test_rows_of_two_bodies_jointly_hold_both(tables: Tables, places: Places) -> None:
    (found,) = ask(tables, places, "哪些标准是工信部和国家能源局共同主管的")
    assert numbers(found.rows) == [66]
    apart = ask(tables, places, "工信部或者国家能源局主管的标准有哪些")
    assert sum(len(f.rows) for f in apart) > 40


def test_a_body_is_known_by_its_short_name(tables: Tables, places: Places) -> None:
    found = ask(tables, places, "林草局管的标准里头，推荐性的是哪几个？")
    assert [numbers(f.rows) for f in found] == [[87, 88, 104], [110]]


def test_rows_whose_whole_names_are_said_are_named(tables: Tables) -> None:
    assert [r.id.split("/", 1)[1] for r in tables.wholly_named("防火门和防火窗分别在哪年的清单")] == [
        "附件1/序号63", "附件2/序号47",
    ]  # fmt: skip
    assert tables.wholly_named("防火的标准有哪些") == ()


def test_a_total_of_a_table_named_by_its_rows_counts_them_all(tables: Tables, places: Places) -> None:
    (found,) = ask(tables, places, "绿色低碳示范项目一共多少个")
    assert len(found.rows) == 47


@pytest.mark.parametrize(
    ("question", "conditions", "found"),
    [
        ("有哪些氢能项目", (("名称或类别", "氢能"),), [18, 19, 20, 21, 22]),
        ("示范项目里搞储能的有哪几个", (("内容", "储能"),), [11, 12, 13, 14, 17]),
        ("清单里跟氢能沾边的项目都有哪些", (("名称或类别", "氢能"),), [18, 19, 20, 21, 22]),
        ("低碳示范清单里属于交通这一块的是哪些项目", (("内容", "交通"),), [33, 34, 35, 36]),
    ],
)
def test_rows_of_a_sort_are_those_whose_name_or_class_says_so(
    tables: Tables, places: Places, question: str, conditions: tuple[tuple[str, str], ...], found: list[int]
) -> None:
    (listed,) = ask(tables, places, question)
    assert (listed.table, listed.conditions, numbers(listed.rows)) == (GREEN, conditions, found)


def test_a_year_may_be_said_by_its_last_digits(tables: Tables, places: Places) -> None:
    listed = tables.filter("24年的清单里供销总社负责几项", places.tables_named("2024年的清单"))
    assert [(f.table, numbers(f.rows)) for f in listed] == [(PLAN_2024, [112, 113, 114, 115, 116, 117, 120])]


def test_the_year_of_a_row_is_that_of_its_list(tables: Tables) -> None:
    (named,) = tables.wholly_named("大型货运无人机系统通用要求")
    assert tables.asks_cell("哪年出", named)
    assert not tables.asks_cell("有什么要求", named)
