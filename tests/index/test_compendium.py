from pathlib import Path

import pytest

from index.compendium import divide
from index.model import Document
from index.paragraphs import read_lines
from index.readers import read
from tests.index.texts import COMPENDIUM, documents_of, lines_of

NAMES = {
    "推动工业领域设备更新实施方案": (
        "工信部等七部门联合印发《推动工业领域设备更新实施方案》",
        "工信部联规〔2024〕53号",
        (
            "工业和信息化部",
            "国家发展改革委",
            "财政部",
            "中国人民银行",
            "税务总局",
            "市场监管总局",
            "金融监管总局",
        ),
        "2024-03-27",
        "各省、自治区、直辖市人民政府，国务院各部委、各直属机构",
        0,
    ),
    "国务院政策例行吹风会：《推动大规模设备更新和消费品以旧换新行动方案》全文实录": (
        None,
        None,
        (),
        None,
        None,
        0,
    ),
    "以标准提升牵引设备更新和消费品以旧换新行动方案": (
        "市场监管总局等七部门关于印发《以标准提升牵引设备更新和消费品以旧换新行动方案》的通知",
        "国市监标技发〔2024〕第34号",
        (
            "市场监管总局",
            "国家发展改革委",
            "工业和信息化部",
            "生态环境部",
            "住房城乡建设部",
            "商务部",
            "应急管理部",
        ),
        "2024-03-27",
        "各省、自治区、直辖市人民政府，国务院各部委、各直属机构",
        1,
    ),
    "关于深化制造业金融服务 助力推进新型工业化的通知": (
        "三部门联合印发《关于深化制造业金融服务 助力推进新型工业化的通知》",
        "金发〔2024〕5号",
        ("国家金融监督管理总局", "工业和信息化部", "国家发展改革委"),
        "2024-04-03",
        "金融监管总局各监管局，各省、自治区、直辖市及计划单列市、新疆生产建设兵团工业和信息化主管部门",
        0,
    ),
    "中国首台（套）重大技术装备检测评定管理办法（试行）": (
        "五部门联合印发《中国首台（套）重大技术装备检测评定管理办法（试行）》",
        "国市监质规〔2024〕3号",
        ("市场监管总局", "国家发展改革委", "科技部", "工业和信息化部", "国家知识产权局"),
        "2024-03-22",
        "各省、自治区、直辖市和新疆生产建设兵团市场监管局（厅、委）",
        0,
    ),
    "工信部组织开展第六批专精特新“小巨人”企业培育工作": (
        None,
        "工信厅企业函〔2024〕142号",
        ("工业和信息化部办公厅",),
        "2024-04-17",
        "各省、自治区、直辖市及计划单列市、新疆生产建设兵团中小企业主管部门",
        4,
    ),
    "国家发展改革委 国家能源局关于建立煤炭产能储备制度的实施意见": (
        None,
        "发改能源规〔2024〕413号",
        ("国家发展改革委", "国家能源局"),
        "2024-04-02",
        "各产煤省（区）及新疆生产建设兵团发展改革委、能源局、煤炭行业管理部门，有关中央企业",
        0,
    ),
    "《关于建立煤炭产能储备制度的实施意见》政策解读": (None, None, (), None, None, 0),
    "市场监管总局办公厅关于落实《锅炉绿色低碳高质量发展行动方案》的实施意见": (
        None,
        "市监特设发〔2024〕20号",
        ("市场监管总局办公厅",),
        "2024-03-28",
        "各省、自治区、直辖市市场监管局（厅、委），有关单位",
        0,
    ),
    "国家发展改革委办公厅关于印发《绿色低碳先进技术示范项目清单（第一批）》的通知": (
        None,
        "发改办环资〔2024〕272号",
        ("国家发展改革委办公厅",),
        "2024-03-30",
        "科技部、工业和信息化部、财政部、自然资源部、住房和城乡建设部",
        1,
    ),
    "工业和信息化部办公厅关于组织推荐 2024 年度中小企业特色产业集群的通知": (
        None,
        "工信厅企业函〔2024〕122号",
        ("工业和信息化部办公厅",),
        "2024-04-08",
        "各省、自治区、直辖市及计划单列市、新疆生产建设兵团中小企业主管部门",
        2,
    ),
    "财政部办公厅 工业和信息化部办公厅关于做好2024年中小企业数字化转型城市试点工作的通知": (
        None,
        "财办建〔2024〕23号",
        ("财政部办公厅", "工业和信息化部办公厅"),
        "2024-04-30",
        "各省、自治区、直辖市财政厅（局）、中小企业主管部门，新疆生产建设兵团财政局、工业和信息化局",
        2,
    ),
    "工信部下达 2024 年国家工业节能监察任务": (
        None,
        "工信厅节函〔2024〕147号",
        ("工业和信息化部办公厅",),
        "2024-04-29",
        "各省、自治区、直辖市及新疆生产建设兵团工业和信息化主管部门",
        41,
    ),
    "关于做好 2024 年工业和信息化质量工作的通知": (
        None,
        "工信厅科函〔2024〕113号",
        ("工业和信息化部办公厅",),
        "2024-04-03",
        "各省、自治区、直辖市及计划单列市、新疆生产建设兵团工业和信息化主管部门，部属有关单位",
        0,
    ),
    "国务院关税税则委员会关于发布《中华人民共和国关税法》所附《中华人民共和国进出口税则》的公告": (
        None,
        "税委会公告2024年第2号",
        ("国务院关税税则委员会",),
        "2024-04-26",
        None,
        1,
    ),
    "财政部 税务总局关于上市公司股权激励有关个人所得税政策的公告": (
        None,
        "财政部 税务总局公告2024年第2号",
        ("财政部", "税务总局"),
        "2024-04-17",
        None,
        0,
    ),
}
VALIDITY = {
    "中国首台（套）重大技术装备检测评定管理办法（试行）": ("2024-03-22", None),  # 自发布之日起施行
    "国家发展改革委 国家能源局关于建立煤炭产能储备制度的实施意见": (
        "2024-04-02",
        "2029-04-02",
    ),  # 有效期 5 年
    "财政部 税务总局关于上市公司股权激励有关个人所得税政策的公告": ("2024-01-01", "2027-12-31"),
}


def test_the_compendium_is_sixteen_documents_and_the_contact_page(documents: list[Document]) -> None:
    assert [d.meta.title for d in documents] == [*NAMES, "中国重型机械工业协会联系方式"]


@pytest.mark.parametrize("title", NAMES)
def test_each_document_has_its_official_metadata(documents: list[Document], title: str) -> None:
    (meta,) = [d.meta for d in documents if d.meta.title == title]
    heading, number, issuers, date, addressees, attachments = NAMES[title]
    assert meta.heading == (heading or title)
    assert meta.doc_number == number
    assert meta.issuers == issuers
    assert meta.date == date
    assert (meta.addressees or "").startswith(addressees or "")
    assert (meta.addressees is None) == (addressees is None)
    assert len(meta.attachments) == attachments
    assert (meta.effective, meta.expires) == VALIDITY.get(title, (None, None))
    assert meta.trial == ("试行" in title)
    assert meta.as_of == "2024-04"
    assert meta.source == COMPENDIUM.name


def test_attachments_are_named_without_their_numbers(by_key: dict[str, Document]) -> None:
    assert by_key["工信厅企业函〔2024〕142号"].meta.attachments == (
        "第六批专精特新“小巨人”企业申请书",
        "第三批专精特新“小巨人”企业复核申请书",
        "第六批专精特新“小巨人”企业推荐汇总表",
        "第三批专精特新“小巨人”企业复核情况汇总表",
    )
    assert by_key["财办建〔2024〕23号"].meta.attachments == (
        "2024年XX省XX市中小企业数字化转型城市试点实施方案（模板）",
        "中小企业数字化转型试点重点行业领域",
    )
    manuals = by_key["工信厅节函〔2024〕147号"].meta.attachments
    assert manuals[:3] == (
        "2024年度国家专项工业节能监察企业名单.xlsx",
        "重点行业领域工业节能监察工作手册（清单）.xls",
        "01-炼油行业能耗专项监察工作手册.pdf",
    )
    assert manuals[-1] == "39-数据中心能效专项监察工作手册.pdf"


def test_keys_are_document_numbers_or_titles(documents: list[Document]) -> None:
    keys = [d.meta.key for d in documents]
    assert len(set(keys)) == 17
    assert all("".join(k.split()) == k for k in keys)
    assert keys[4] == "国市监质规〔2024〕3号"
    assert keys[7] == "《关于建立煤炭产能储备制度的实施意见》政策解读"


def test_title_page_and_contents_are_furniture() -> None:
    collection = divide(read_lines(read(COMPENDIUM)))
    assert collection.as_of == "2024-04"
    assert collection.furniture[0].text == "中国重型机械工业协会"
    assert collection.furniture[-1].text == "财政部 税务总局关于上市公司股权激励有关个人所得税政策的公告\t108"
    assert collection.furniture[-1].no == 34  # line 35 of the file; the first document begins at line 37
    assert collection.parts[0].lines[0].no == 36


def test_every_line_lands_in_one_part_or_in_the_furniture() -> None:
    lines = read_lines(read(COMPENDIUM))
    collection = divide(lines)
    assert [*collection.furniture, *(line for part in collection.parts for line in part.lines)] == lines


def test_the_contact_page_is_a_document_of_its_own(documents: list[Document]) -> None:
    contact = documents[-1]
    assert [p.text for p in contact.body[:4]] == [
        "中国重型机械工业协会",
        "China Heavy Machinery Industry Association",
        "地址：北京市丰台区南四环西路 186 号二区 8 号楼",
        "电话：010-83927224",
    ]


def test_a_file_without_contents_is_one_document() -> None:
    assert len(documents_of("某某管理办法\n第一条 甲。\n第二条 乙。")) == 1


def test_a_heading_with_its_number_after_a_signature_opens_a_document() -> None:
    one = "关于甲的通知\n甲发〔2024〕1号\n各市人民政府：\n一、甲。\n二、乙。\n某某部\n2024年1月2日\n"
    two = one.replace("甲", "丁").replace("1号", "2号")
    assert [(d.meta.key, d.meta.title, d.meta.date) for d in documents_of(one + two)] == [
        ("甲发〔2024〕1号", "关于甲的通知", "2024-01-02"),
        ("丁发〔2024〕2号", "关于丁的通知", "2024-01-02"),
    ]


def test_contents_whose_titles_are_not_in_the_body_are_ignored() -> None:
    collection = divide(lines_of("目 录\n甲办法\t1\n乙办法\t2\n丙规定\n第一条 甲。"))
    assert len(collection.parts) == 1
    assert not collection.furniture


def test_a_contents_entry_may_run_over_lines() -> None:
    collection = divide(
        lines_of("目录\n关于甲的\n\n通知\t1\n关于乙的通知......12\n关于甲的通知\n甲。\n关于乙的通知\n乙。")
    )
    assert [(p.title, len(p.lines)) for p in collection.parts] == [("关于甲的通知", 2), ("关于乙的通知", 2)]


def test_the_bundled_file_is_untouched() -> None:
    shared = COMPENDIUM.parents[3] / "shared" / "corpus" / COMPENDIUM.name
    if not shared.is_file():
        pytest.skip(f"{shared} is not at hand")
    assert Path(COMPENDIUM).read_bytes() == shared.read_bytes()
