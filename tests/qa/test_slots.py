import pytest

from qa.slots import asked_slots, near_words


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("初核最多几个工作日", ["期限"]),
        ("称号管几年", ["有效期"]),
        ("联系电话是多少", ["联系电话"]),
        ("能效测试隔多久要做一次", ["间隔"]),
        ("项目总投资多少亿元", ["金额"]),
        ("设备投资规模到时候是多少", ["金额"]),
        ("设备投资规模要增长多少", ["比例"]),
        ("设备投资规模增长百分之多少", ["比例"]),
        ("一辆车补几千块", ["金额"]),
        ("专项再贷款总额度和利率是多少", ["金额", "比例"]),
        ("要罚企业多少钱", ["罚款数额"]),
        ("标准从哪天起实施", ["具体日期"]),
        ("在哪几个省试点", ["地区"]),
        ("能不能例外", ["例外情形"]),
        ("一共评多少家", ["数量"]),
        ("派几位专家", ["人数"]),
        ("国标编号是多少", ["编号"]),
        ("要带哪些表格和资料", ["所需材料"]),
        ("归哪几个部门管", []),
        ("实施方案里得写哪几块内容", []),
        ("排在哪一年的清单里", []),
        ("电解铝是第几号手册", []),
        ("收费吗", ["费用"]),
        ("研发费用要占营收多少", ["比例"]),
        ("图纸啥时不给过", []),
        ("名单几月份印发", ["年月"]),
        ("要几个人", ["人数"]),
        ("寄到哪个处", ["经办处室"]),
        ("两个办法的奖补资金哪个多", ["金额"]),
        ("小巨人和首台套谁的补贴高", ["金额"]),
        ("两批标准哪个多", []),
        ("一年减多少碳", ["数量"]),
        ("一年能抓多少二氧化碳", ["数量"]),
        ("节能监察分几类", []),
        ("实名登记在哪里办", ["办理地点"]),
        ("目录里有哪些装备", ["名单"]),
        ("哪几家部门解释", []),
        ("", []),
    ],
)
def test_what_is_asked_for_is_read_from_the_asking(question: str, names: list[str]) -> None:
    assert sorted(s.name for s in asked_slots(question)) == sorted(names)


@pytest.mark.parametrize(
    ("question", "text", "filled"),
    [
        ("公示几天", "公示时间不少于 5 个工作日", True),
        ("公示几天", "2024年5月20日至6月15日", True),
        ("公示几天", "自公告之日起 3 年内有效", False),  # years answer no question of days
        ("多久复核", "近2年主营业务收入", False),  # a span of the past is no term
        ("可以用多久", "长期有效", True),
        ("称号管几年", "复核后称号自动失效", False),
        ("称号管几年", "有效期 3 年", True),
        ("哪天截止", "2024 年版", False),
        ("哪天截止", "2024年7月31日前寄送", True),
        ("什么时候施行", "与关税法同步施行", True),
        ("奖励多少钱", "奖励 50 万元", True),
        ("一辆车补贴多少钱", "每年的需求在 5 万亿规模以上", False),  # no such sum is a grant
        ("总投资多少钱", "投资规模达 4.4 万亿元", True),
        ("收费标准是多少", "不收取费用", True),
        ("占比百分之几", "不低于 20%", True),
        ("占比百分之几", "占比较高", False),
        ("遴选多少家", "遴选一批企业", False),
        ("一共多少个", "第十四条", False),  # an article's number counts nothing
        ("要寄几份", "3 份", True),
        ("一年几次", "3 份", False),
        ("整改几个月", "2023 年违规企业", False),
        ("什么时候缴清", "应在离职前缴清", True),
        ("遴选多少家", "确定企业 2899 家", True),
        ("派几位专家", "5 个工作日", False),
        ("联系电话是多少", "010-68205324", True),
        ("联系电话是多少", "保持电话畅通", False),
        ("隔多久测一次", "每年集中开展一次", True),
        ("隔多久测一次", "开展定期能效测试", False),
        ("在哪几个省试点", "探索建立沙盒监管", False),
    ],
)
def test_a_value_of_the_right_form_fills_the_slot(question: str, text: str, filled: bool) -> None:
    (slot,) = asked_slots(question)
    assert slot.filled(text) is filled


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("材料交到省里以后,初核最多几天?", "初核最多几天"),
        ("项目的资金,多少钱", "项目的资金,多少钱"),
        ("公示几天", "公示几天"),
    ],
)
def test_the_clause_that_asks_is_named(question: str, words: str) -> None:
    start, end = near_words(question, asked_slots(question)[0])
    assert question[start:end] == words


@pytest.mark.parametrize(
    ("question", "name"),
    [("通过率低于百分之几", "通过率"), ("传真号是多少", "传真"), ("电话是多少", None), ("公示几天", None)],
)
def test_a_quantity_may_be_called_by_name(question: str, name: str | None) -> None:
    assert asked_slots(question)[0].named(question) == name
