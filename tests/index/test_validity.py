"""The clauses of validity; those of laws are copied from ../shared/laws."""

from pathlib import Path

import pytest

from index.intake import read_documents
from index.model import Document, Repeal, Validity
from index.validity import is_trial, read_validity
from tests.index.texts import document_of

ISSUED = "2024-02-29"
NUMBERS = {
    "国市监质规〔2024〕3号": Validity("2024-03-22", "第二十九条 本办法自发布之日起施行。"),
    "发改能源规〔2024〕413号": Validity(
        "2024-04-02",
        "本实施意见由国家发展改革委、国家能源局负责解释，自发布之日起施行，有效期 5 年。",
        None,
        "2029-04-02",
        "本实施意见由国家发展改革委、国家能源局负责解释，自发布之日起施行，有效期 5 年。",
        "有效期5年",
    ),
    "财办建〔2024〕23号": Validity(period="第二批城市试点实施期两年，自实施方案批复之日起开始计算。"),
    "税委会公告2024年第2号": Validity(
        None,
        "现将《中华人民共和国关税法》所附《中华人民共和国进出口税则》予以发布，与《中华人民共和国关税法》同步施行。",
        "中华人民共和国关税法",
    ),
    "财政部税务总局公告2024年第2号": Validity(
        "2024-01-01",
        "三、本公告自 2024 年 1 月 1 日起执行至 2027 年 12 月 31 日，纳税人在此期间行权的，可按本公告规定执行。",
        None,
        "2027-12-31",
        "三、本公告自 2024 年 1 月 1 日起执行至 2027 年 12 月 31 日，纳税人在此期间行权的，可按本公告规定执行。",
        repeals=(
            Repeal(
                "财政部 国家税务总局关于完善股权激励和技术入股有关所得税政策的通知",
                "财税〔2016〕101号",
                "第二条第（一）项",
                "（一）《财政部 国家税务总局关于完善股权激励和技术入股有关所得税政策的通知》"
                "（财税〔2016〕101 号）第二条第（一）项。",
            ),
            Repeal(
                "财政部 税务总局关于中关村国家自主创新示范区核心区（海淀园）股权激励分期纳税政策的通知",
                "财税〔2022〕16号",
                "",
                "（二）《财政部 税务总局关于中关村国家自主创新示范区核心区（海淀园）股权激励分期纳税政策的通知》"
                "（财税〔2022〕16 号）。",
            ),
        ),
    ),
}
"""What the bundled documents say of themselves; the twelve others say nothing."""


def test_all_that_the_compendium_says_of_validity_is_read(documents: list[Document]) -> None:
    assert len(documents) == 17
    for document in documents:
        assert document.meta.validity == NUMBERS.get(document.meta.key, Validity()), document.meta.title


def test_every_clause_stands_in_its_document_word_for_word(documents: list[Document]) -> None:
    for document in documents:
        text = "\n".join(p.text for p in (*document.front, *document.body))
        v = document.meta.validity
        for clause in (v.effective_clause, v.expires_clause, v.period, *(r.clause for r in v.repeals)):
            assert clause in text


def test_one_bundled_document_is_on_trial(documents: list[Document]) -> None:
    assert [d.meta.key for d in documents if d.meta.trial] == ["国市监质规〔2024〕3号"]


@pytest.mark.parametrize(
    ("text", "effective", "expires"),
    [
        ("本办法自发布之日起施行。", ISSUED, None),
        ("本规定从发布之日起施行。", ISSUED, None),
        ("本办法自公布之日起30日后施行。", "2024-03-30", None),
        ("本办法自公布之日起3个月后施行。", "2024-05-29", None),
        ("本办法自印发之日起施行，有效期 5 年。", ISSUED, "2029-02-28"),
        ("本办法自印发之日起施行，有效期4年。", ISSUED, "2028-02-29"),
        ("本办法自印发之日起施行。有效期为五年。", ISSUED, "2029-02-28"),
        ("本办法自2024年3月1日起试行，试行期两年。", "2024-03-01", "2026-03-01"),
        ("本办法自印发之日起试行，试行期6个月。", ISSUED, "2024-08-29"),
        ("本公告自 2024 年 1 月 1 日起执行至 2027 年 12 月 31 日。", "2024-01-01", "2027-12-31"),
        ("本公告自2024年1月1日至2027年12月31日执行。", "2024-01-01", "2027-12-31"),
        ("本通知有效期至2027年底。", None, "2027-12-31"),
        ("本规定从2024年5月1日起正式实施。", "2024-05-01", None),
        ("第四十一条 本条例于2007年9月1日起施行。", "2007-09-01", None),
        ("第二十条 本规定自一九九五年一月一日起执行。", "1995-01-01", None),
        ("第四十四条 本规定自二○○四年十月一日起施行。", "2004-10-01", None),
        ("第二百条 本规定自２０１３年７月１日起施行。", "2013-07-01", None),
        ("本通知自公布之日起生效，有效期至2026年6月30日。", ISSUED, "2026-06-30"),
        ("现予公布，自2024年5月1日起施行。", "2024-05-01", None),
        ("本办法自2024年13月1日起施行。", None, None),
        ("本办法自印发之日起施行，有效期9999年。", ISSUED, None),
        ("该办法自2024年5月1日起施行。", None, None),  # says nothing of this document
        ("中国首台（套）重大技术装备目录自公告之日起3年内有效。", None, None),
        ("收到申请的卫生主管部门对具备本条例规定条件的，准予延续，延续执业注册有效期为5年。", None, None),
        ("第二十二条 机动车驾驶证的有效期为6年，本条例另有规定的除外。", None, None),
    ],
)
def test_the_clause_about_this_document_is_read(
    text: str, effective: str | None, expires: str | None
) -> None:
    read = read_validity(["第一条 为了规范，制定规定。", text], ISSUED)
    assert (read.effective, read.expires) == (effective, expires)


def test_the_first_clause_counts() -> None:
    texts = ["本办法自2024年5月1日起施行。", "本办法自2020年1月1日起施行的规定废止。"]
    assert read_validity(texts, None) == Validity("2024-05-01", "本办法自2024年5月1日起施行。")


def test_without_a_date_of_issue_the_clause_is_kept_without_a_day() -> None:
    clause = "本办法自发布之日起施行，有效期5年。"
    assert read_validity([clause], None) == Validity(None, clause, None, None, clause, "有效期5年")


@pytest.mark.parametrize(
    "clause",
    [
        "本规定自国务院批准之日起施行。",
        "第十八条 本办法经国务院批准，由交通部发布施行。",
        "第十条 本条例自1985年度起施行。",
    ],
)
def test_a_day_that_the_text_does_not_give_is_not_made_up(clause: str) -> None:
    assert read_validity([clause], ISSUED) == Validity(None, clause)


def test_a_law_that_was_revised_as_a_whole_counts_from_its_new_issue() -> None:
    law = document_of(
        "中华人民共和国外汇管理条例\n1996年1月29日 中华人民共和国国务院令第193号发布\n"
        "1997年1月14日 《国务院关于修改〈中华人民共和国外汇管理条例〉的决定》修订\n"
        "2008年8月1日 国务院第20次常务会议修订通过\n2008年8月5日 中华人民共和国国务院令第532号公布\n"
        "第一条 为了加强外汇管理，制定本条例。\n第五十四条 本条例自公布之日起施行。"
    )
    assert (law.meta.date, law.meta.effective) == ("1996-01-29", "2008-08-05")


@pytest.mark.parametrize(
    ("text", "repeals"),
    [
        (
            "本条例自2024年5月1日起施行。《煤矿安全监察条例》和《国务院关于预防煤矿生产安全事故的特别规定》同时废止。",
            [("煤矿安全监察条例", None, ""), ("国务院关于预防煤矿生产安全事故的特别规定", None, "")],
        ),
        (
            "1997年3月25日国务院发布的《中华人民共和国反倾销和反补贴条例》中关于反倾销的规定同时废止。",
            [("中华人民共和国反倾销和反补贴条例", None, "关于反倾销的规定")],
        ),
        (
            "2012年9月12日发布的《公安部关于修改<机动车登记规定>的决定》（公安部令第124号）同时废止。",
            [("公安部关于修改<机动车登记规定>的决定", "公安部令第124号", "")],
        ),
        (
            "《国务院关于修改〈矿产资源法〉的决定》予以废止。",
            [("国务院关于修改〈矿产资源法〉的决定", None, "")],
        ),
        (
            "下列文件或条款同时废止：1.《甲办法》（某发〔2024〕6号）第二条；2.《乙通知》（某发〔2024〕3号）。",
            [("甲办法", "某发〔2024〕6号", "第二条"), ("乙通知", "某发〔2024〕3号", "")],
        ),
        ("某发〔2024〕6号文同时废止。", [("", "某发〔2024〕6号", "")]),
        ("有关部门可以建议将《甲办法》予以废止。", []),
        ("凡与本规定不一致的同时废止。", []),
        ("依照《甲办法》执行。", []),
    ],
)
def test_what_a_clause_repeals_is_read(text: str, repeals: list[tuple[str, str | None, str]]) -> None:
    assert [(r.title, r.number, r.part) for r in read_validity([text], None).repeals] == repeals


def test_a_list_of_repealed_documents_ends_where_its_items_end() -> None:
    texts = [
        "五、下列文件同时废止：",
        "（一）《甲办法》。",
        "（二）《乙办法》。",
        "特此公告。",
        "《丙办法》另行发布。",
    ]
    assert [r.title for r in read_validity(texts, None).repeals] == ["甲办法", "乙办法"]


def test_a_heading_of_a_list_of_repealed_documents_needs_no_colon() -> None:
    texts = ["二、以下文件自本通知印发之日起废止", "（一）《甲办法》；", "（二）某发〔2024〕3号", "三、附则"]
    found = read_validity(texts, None).repeals
    assert [(r.title, r.number) for r in found] == [("甲办法", None), ("", "某发〔2024〕3号")]


@pytest.mark.parametrize(
    ("title", "trial"),
    [
        ("检测评定管理办法（试行）", True),
        ("会计师事务所监督检查暂行办法", True),
        ("关于印发《检测评定管理办法（试行）》的通知", True),
        ("关于废止《检测评定管理办法（试行）》的通知", False),
        ("《检测评定管理办法（试行）》解读", False),
        ("检测评定管理办法", False),
    ],
)
def test_a_document_on_trial_says_so_in_its_title(title: str, trial: bool) -> None:
    assert is_trial(title) is trial


@pytest.mark.shared
def test_the_day_of_taking_effect_is_read_from_nearly_all_laws(laws: list[Path]) -> None:
    metas = [d.meta for path in laws for d in read_documents(path)]
    assert len(metas) == 712
    assert sum(bool(m.validity.effective_clause) for m in metas) == 691  # 21 have no such clause
    assert sum(m.effective is not None for m in metas) == 675  # 16 name a day that the text does not give
    assert [m.title for m in metas if m.validity.expires_clause] == []  # none is limited in time
    assert sum(bool(m.validity.repeals) for m in metas) == 176
