from pathlib import Path

import pytest

from index.build import read_documents
from index.document import with_key
from index.signature import is_organ, iso_date
from tests.index.texts import DATA, document_of

NOTICE = """关于印发《某某设备管理办法》的通知
某发〔2024〕12号
各省、自治区、直辖市人民政府：
现将《某某设备管理办法》印发给你们，请遵照执行。
国家发展改革委
财政部
2024年3月22日
某某设备管理办法
第一章 总则
第一条 为了规范，制定本办法。
第二章 附则
第二条 本办法自2024年5月1日起施行，有效期3年。
附件：1.申报表
2.汇总表
"""


def test_a_measure_carried_by_a_notice_is_cited_by_its_own_title() -> None:
    document = document_of(NOTICE)
    assert document.meta.title == "某某设备管理办法"
    assert document.meta.heading == "关于印发《某某设备管理办法》的通知"
    assert document.meta.key == "某发〔2024〕12号"


def test_the_notice_that_carries_a_measure_is_front_matter() -> None:
    document = document_of(NOTICE)
    assert [p.text for p in document.front] == NOTICE.splitlines()[:7]
    assert document.body[0].text == "某某设备管理办法"
    assert document.closing == ()


def test_the_front_gives_number_issuers_date_and_addressees() -> None:
    meta = document_of(NOTICE).meta
    assert meta.doc_number == "某发〔2024〕12号"
    assert meta.issuers == ("国家发展改革委", "财政部")
    assert meta.date == "2024-03-22"
    assert meta.addressees == "各省、自治区、直辖市人民政府"
    assert meta.attachments == ("申报表", "汇总表")
    assert (meta.effective, meta.expires) == ("2024-05-01", "2027-05-01")


def test_a_plain_notice_keeps_its_heading_and_its_signature() -> None:
    document = document_of(
        "关于做好工作的通知\n某发[2024] 3 号\n各市人民政府：\n"
        "一、做好。\n二、再做好。\n某某部办公厅\n2024 年 4 月 3 日"
    )
    assert document.meta.title == "关于做好工作的通知"
    assert document.meta.doc_number == "某发〔2024〕3号"
    assert [p.text for p in document.closing] == ["某某部办公厅", "2024 年 4 月 3 日"]
    assert [p.text for p in document.body] == ["一、做好。", "二、再做好。"]


def test_a_heading_may_run_over_two_lines_until_the_number() -> None:
    document = document_of("国务院关税税则委员会关于发布税则\n的公告\n税委会公告 2024 年第 2 号\n现予发布。")
    assert document.meta.title == "国务院关税税则委员会关于发布税则的公告"
    assert document.meta.doc_number == "税委会公告2024年第2号"


def test_promulgation_lines_under_a_title_give_the_date() -> None:
    text = (
        "某某条例\n2007年12月7日 国务院第198次常务会议通过\n2007年12月14日 国务院令第514号公布\n"
        "第一条 甲。\n第二条 乙。"
    )
    document = document_of(text)
    assert document.meta.date == "2007-12-14"
    assert len(document.front) == 3


def test_what_the_lines_do_not_say_stays_unknown() -> None:
    meta = document_of("某某办法\n第一条 甲。\n第二条 乙。").meta
    assert (meta.doc_number, meta.issuers, meta.date, meta.addressees) == (None, (), None, None)
    assert (meta.attachments, meta.effective, meta.expires, meta.trial, meta.as_of) == (
        (),
        None,
        None,
        False,
        None,
    )


@pytest.mark.parametrize(
    "line",
    ["现将有关事项通知如下：", "根据《办法》规定，各部门：", "有下列情形之一的：", "21世纪经济报道记者："],
)
def test_a_lead_in_is_no_addressee(line: str) -> None:
    assert document_of(f"关于做好工作的通知\n某发〔2024〕3号\n{line}\n一、做好。").meta.addressees is None


def test_annexes_that_restart_at_the_first_article_are_kept_apart() -> None:
    document = document_of(
        "某某办法\n第一条 甲。\n第二条 乙。\n附件1\n甲细则\n第一条 丙。\n附件2：乙细则\n第一条 丁。"
    )
    assert [(a.name, a.title) for a in document.annexes] == [("附件1", "甲细则"), ("附件2", "乙细则")]
    assert [[p.text for p in a.paragraphs] for a in document.annexes] == [["第一条 丙。"], ["第一条 丁。"]]


def test_two_annexes_without_a_number_do_not_collide() -> None:
    document = document_of("某某办法\n第一条 甲。\n附件：\n甲表\n一、丙。\n附件：\n乙表\n一、丁。")
    assert [a.name for a in document.annexes] == ["附件", "附件#2"]


def test_a_body_that_cites_an_annex_opens_none() -> None:
    document = document_of(
        "某某办法\n第一条 申请书（附件1）按本办法填写。\n附件1所列企业应当报告。\n第二条 乙。"
    )
    assert document.annexes == ()
    assert len(document.body) == 3


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024年3月27日", "2024-03-27"),
        ("2024 年 3 月 27 日", "2024-03-27"),
        ("二〇二四年三月二十七日", "2024-03-27"),
        ("二○二四年十二月三十一日", "2024-12-31"),
        ("2024年2月29日", "2024-02-29"),
        ("2023年2月29日", None),
        ("2024年13月1日", None),
        ("0000年1月1日", None),
        ("2024年3月27日施行", None),
        ("2024年3月", None),
    ],
)
def test_a_date_alone_on_its_line_is_read(text: str, day: str | None) -> None:
    assert iso_date(text) == day


@pytest.mark.parametrize(
    ("text", "organ"),
    [
        ("国家发展改革委", True),
        ("财政部 税务总局", True),
        ("工业和信息化部办公厅", True),
        ("中国人民银行", True),
        ("特此公告。", False),
        ("联系人及联系方式:", False),
        ("", False),
    ],
)
def test_a_signature_names_bodies_and_nothing_else(text: str, *, organ: bool) -> None:
    assert is_organ(text) is organ


def test_a_date_that_does_not_exist_is_no_promulgation() -> None:
    assert document_of("某某条例\n2007年13月41日 国务院令第514号公布\n第一条 甲。").meta.date is None


def test_a_document_keeps_all_but_its_key_under_another_key() -> None:
    document = document_of(NOTICE)
    other = with_key(document, "x#2")
    assert other.meta.key == "x#2"
    assert (other.meta.title, other.body) == (document.meta.title, document.body)


def test_two_documents_of_one_key_in_a_file_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "两份.txt"
    one = "关于甲的通知\n甲发〔2024〕1号\n各市人民政府：\n一、甲。\n二、乙。\n某某部\n2024年1月2日\n"
    path.write_text(one + one, encoding="utf-8")
    assert [d.meta.key for d in read_documents(path)] == ["甲发〔2024〕1号", "甲发〔2024〕1号#2"]


def test_a_law_text_has_its_title_and_dates() -> None:
    (law,) = read_documents(DATA / "职工带薪年休假条例.md")
    assert law.meta.title == "职工带薪年休假条例"
    assert law.meta.date == "2007-12-14"
    assert law.meta.effective == "2008-01-01"


RED = """工业和信息化部办公厅文件
工信厅科函〔2024〕113号
签发人：张三
工业和信息化部办公厅关于印发2024年
规章制定工作计划的通知
各省、自治区、直辖市工业和信息化主管部门：
一、总体要求
按计划办理。
工业和信息化部办公厅
2024年4月1日
"""


def test_below_a_red_head_stands_the_title() -> None:
    meta = document_of(RED).meta
    assert (meta.title, meta.doc_number) == (
        "工业和信息化部办公厅关于印发2024年规章制定工作计划的通知",
        "工信厅科函〔2024〕113号",
    )
    assert (meta.addressees, meta.date) == ("各省、自治区、直辖市工业和信息化主管部门", "2024-04-01")
    assert [p.text for p in document_of(RED).front] == RED.splitlines()[:6]


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("国家市场监督管理总局\n工业和信息化部\n国市监质规〔2024〕3号\n关于开展检测评定的通知", "关于开展检测评定的通知"),
        ("国家发展改革委 财政部文件\n发改能源〔2024〕3号\n关于煤炭储备的意见", "关于煤炭储备的意见"),
        # no red head: the line above the number is the title
        ("关于废止部分文件的通知\n某发〔2024〕12号\n各省：", "关于废止部分文件的通知"),
        ("关于建立制度\n的实施意见\n某发〔2024〕12号\n各省：", "关于建立制度的实施意见"),
    ],
)  # fmt: skip
def test_a_red_head_is_told_from_a_title(head: str, title: str) -> None:
    meta = document_of(f"{head}\n一、总体要求\n按计划办理。\n二、附则\n照此执行。\n").meta
    assert meta.title == title
    assert meta.doc_number is not None


@pytest.mark.parametrize(
    "line", ["（2023年5月20日印发）", "（某某租赁协会2023年5月20日印发）", "2023年5月20日 某某部令第5号公布"]
)
def test_a_line_under_the_title_gives_the_date(line: str) -> None:
    meta = document_of(f"某某设备租赁办法\n{line}\n第一条 为了规范，制定本办法。\n第二条 照此执行。\n").meta
    assert meta.date == "2023-05-20"
