"""What the audit finds of damage planted into sound texts: exactly these findings and no other."""

from datetime import date

import pytest

from index.audit import audit
from index.audit_source import audit_source
from index.compendium import divide
from index.document import read_document
from index.finding import CHECKS
from index.model import Page, SourceText
from index.paragraphs import read_lines
from index.split import split
from tests.index.sound import COLLECTION, MEASURE, NOTICE

TODAY = date(2024, 12, 31)
Found = list[tuple[str, str, str, str]]


def findings(text: str) -> Found:
    """All findings of a text, as (severity, check, place, message); a form feed parts its pages."""
    pages = text.split("\f")
    source = SourceText(
        "x.txt", tuple(Page(n if len(pages) > 1 else None, p) for n, p in enumerate(pages, 1))
    )
    collection = divide(read_lines(source))
    found = audit_source(source, collection)
    for part in collection.parts:
        document = read_document(part, "x.txt")
        found += audit(document, split(document), part.lines, TODAY)
    assert {f.check for f in found} <= CHECKS.keys()
    return [(f.severity, f.check, f.place, f.message) for f in found]


def without(text: str, *lines: str) -> str:
    """The text without the lines that begin so."""
    kept = [line for line in text.splitlines(keepends=True) if not line.startswith(lines)]
    assert len(kept) < len(text.splitlines())
    return "".join(kept)


def changed(text: str, old: str, new: str) -> str:
    """The text with one change."""
    assert text.count(old) == 1, old
    return text.replace(old, new)


def line(text: str, start: str) -> str:
    """The whole line that begins so."""
    return next(one for one in text.splitlines(keepends=True) if one.startswith(start))


def read_as(text: str, part: str, written: str, read: str) -> str:
    """The text with a part of it decoded wrongly."""
    return changed(text, part, part.encode(written).decode(read, "replace"))


M, N = MEASURE, NOTICE
LAST = "第九条 本办法自2024年5月1日起施行。\n"
SECOND, THIRD = line(M, "第二条"), line(M, "第三条")

NUMBERING = {
    "an article is gone": (
        without(M, "第三条"),
        [("error", "missing-article", "正文 第四条", "缺少第三条")],
    ),
    "two articles are gone": (
        without(M, "第二条", "第三条"),
        [("error", "missing-article", "正文 第四条", "缺少第二条至第三条")],
    ),
    "the first article is gone": (
        without(M, "第一条"),
        [("error", "missing-article", "正文 第二条", "缺少第一条")],
    ),
    "an article stands twice": (
        changed(M, THIRD, THIRD * 2),
        [
            ("error", "duplicate-article", "正文 第三条", "第三条重复出现"),
            (
                "warning",
                "repeated-text",
                "第一章 总则 / 第三条",
                "与上一段完全相同：第三条 市市场监督管理局负责检验的监督管",
            ),
        ],
    ),
    "two articles are swapped": (
        changed(M, SECOND + THIRD, THIRD + SECOND),
        [("error", "article-out-of-order", "正文 第二条", "第二条排在第三条之后")],
    ),
    "another measure follows unannounced": (
        changed(M, LAST, f"{LAST}第一条 甲应当做好。\n第二条 乙应当做好。\n第三条 丙应当做好。\n"),
        [
            (
                "error",
                "article-restart",
                "正文 第一条",
                "条文从第一条重新编号：可能是两份文件或附件没有分开，引用会混淆",
            )
        ],
    ),
    "an article stands in the paragraph before": (
        changed(M, "制定本办法。\n第二条", "制定本办法。第二条"),
        [("error", "merged-articles", "正文 第二条", "第二条没有另起一段，会被当作前一条的内容")],
    ),
    "two articles stand in the paragraph before": (
        changed(M, "制定本办法。\n" + SECOND + "第三条", "制定本办法。 " + SECOND.strip() + " 第三条"),
        [("error", "merged-articles", "正文 第二条", "第二条至第三条没有另起一段，会被当作前一条的内容")],
    ),
    "an article has no text": (
        changed(M, "第三条 市市场监督管理局负责检验的监督管理。", "第三条"),
        [("error", "empty-article", "第一章 总则 / 第三条", "没有内容")],
    ),
    "the heading of a chapter is gone": (
        without(M, "第二章"),
        [("warning", "number-jumps", "正文 第三章", "编号不连续：第一章之后是第三章")],
    ),
    "an item is gone": (
        without(M, "（二）"),
        [("warning", "number-jumps", "正文 （三）", "编号不连续：（一）之后是（三）")],
    ),
    "all items are gone": (
        without(M, "（一）", "（二）", "（三）"),
        [("warning", "list-missing", "正文 第四条", "“第四条 检验机构应当具备下列条件：”之后没有内容")],
    ),
    "a section heading is gone": (
        without(N, "二、"),
        [("warning", "number-jumps", "正文 三、", "编号不连续：一、之后是三、")],
    ),
    "an item of an outline stands twice": (
        changed(N, line(N, "（二）组织"), line(N, "（二）组织") * 2),
        [
            ("warning", "number-jumps", "正文 （二）", "编号不连续：（二）之后是（二）"),
            (
                "warning",
                "repeated-text",
                "二、重点任务 / （二）组织申报",
                "与上一段完全相同：（二）组织申报。企业通过平台提交申报材料",
            ),
        ],
    ),
    "an article refers to one that is not there": (
        changed(M, "第五条、第六条规定", "第五条、第四十五条规定"),
        [("warning", "unknown-article", "正文 第七条", "引用的第四十五条不存在（最后一条是第九条）")],
    ),
    "half a page is gone": (
        M[: M.index("（三）有符合")] + M[M.index("第六条 ") :],
        [
            ("error", "missing-article", "正文 第六条", "缺少第五条"),
            ("warning", "unknown-article", "正文 第七条", "引用的第五条不存在（最后一条是第九条）"),
        ],
    ),
}

TABLES = {
    "a row lost a cell, and is no row any more": (
        changed(M, "3\t塔式起重机\t700元", "3\t塔式起重机"),
        [
            ("warning", "row-number-jumps", "附件1 / 序号4", "序号不连续：2 之后是 4"),
            ("error", "stray-row", "附件1", "表格中夹有不成行的文字：3\t塔式起重机"),
        ],
    ),
    "a row lost a cell of four": (
        M.replace("元\n", "元\t每台\n").replace("标准\n1\t", "标准\t单位\n1\t").replace("700元\t", ""),
        [("error", "row-width", "附件1 / 序号3", "有 3 格，表头有 4 格")],
    ),
    "a row gained a cell": (
        changed(M, "3\t塔式起重机", "3\t塔式\t起重机"),
        [("error", "row-width", "附件1 / 序号3", "有 4 格，表头有 3 格")],
    ),
    "the header is gone": (
        without(M, "序号\t"),
        [
            (
                "error",
                "no-header",
                "附件1 / 序号2",
                "表格没有表头：第一行是“1 桥式起重机 500元”，各列的名称无从得知",
            )
        ],
    ),
    "a row is gone": (
        without(M, "3\t"),
        [("warning", "row-number-jumps", "附件1 / 序号4", "序号不连续：2 之后是 4")],
    ),
    "all rows are gone": (
        without(M, "1\t", "2\t", "3\t", "4\t"),
        [("warning", "no-rows", "附件1", "表格只有一行：序号 设备名称 收费标准")],
    ),
}

FIRST = "一、总体要求 / （一）坚持市场主导"
GREEN = "一、总体要求 / （二）坚持绿色低碳"
OWN = "更新设备由企业自主决定"
WORDING = {
    "锟斤拷": (
        changed(M, "保障设备安全", "锟斤拷锟斤拷安全"),
        [
            (
                "error",
                "garbled-text",
                "第一章 总则 / 第一条",
                "乱码：某设备检验工作，锟斤拷锟斤拷安全，制定",
            )
        ],
    ),
    "replacement characters": (
        changed(M, "保障设备安全", "保障\ufffd\ufffd安全"),
        [
            (
                "error",
                "garbled-text",
                "第一章 总则 / 第一条",
                "乱码：备检验工作，保障\ufffd\ufffd安全，制定本办法",
            )
        ],
    ),
    "UTF-8 read as GB18030": (
        read_as(N, OWN, "utf-8", "gb18030"),
        [
            (
                "error",
                "garbled-text",
                FIRST,
                "乱码：导。鏇存柊璁惧\ue62c鐢变紒涓氳嚜涓诲喅瀹\ufffd，政府加强引导",
            )
        ],
    ),
    "UTF-8 read as Latin-1": (
        read_as(N, OWN, "utf-8", "latin-1"),
        [("error", "garbled-text", FIRST, "乱码：持市场主导。æ\x9b´æ\x96°è®¾å¤\x87")],
    ),
    "GB18030 read as Latin-1": (
        read_as(N, OWN, "gb18030", "latin-1"),
        [("error", "garbled-text", FIRST, "乱码：）坚持市场主导。¸üÐÂÉè±¸ÓÉÆóÒµ")],
    ),
    "a character of a font of its own": (
        changed(M, "（一）有", "\ue5d2有"),
        [
            ("warning", "number-jumps", "正文 （二）", "编号不连续：从（二）开始"),
            (
                "warning",
                "odd-character",
                "第二章 检验 / 第四条",
                "1 段中有专用区字符（多为字体私有的符号） U+E5D2：\ue5d2有固定的工作场所",
            ),
        ],
    ),
    "invisible characters in two paragraphs": (
        changed(changed(M, "检验机构应当", "检验\u200b机构应当"), "申请单位对", "申请\u200b单位对"),
        [
            (
                "warning",
                "odd-character",
                "第二章 检验 / 第四条",
                "2 段中有看不见的字符 U+200B：第四条 检验\u200b机构应当具备下列",
            )
        ],
    ),
    "a radical in place of a character": (
        changed(M, "十个工作日", "十个\u2f2f作日"),
        [
            (
                "warning",
                "odd-character",
                "第二章 检验 / 第五条",
                "1 段中有部首代替的汉字（PDF 字体所致） U+2F2F：验结果应当在十个\u2f2f作日内告知申请单",
            )
        ],
    ),
    "foreign letters": (
        changed(M, "第九条 本办法", "第九条 本办法Жд"),
        [
            (
                "warning",
                "odd-character",
                "第三章 附则 / 第九条",
                "1 段中有夹杂的外文字母 U+0416：第九条 本办法Жд自2024年5",
            )
        ],
    ),
    "a doubled particle": (
        changed(M, "申请单位对检验", "申请单位对检验结果的的检验"),
        [
            (
                "warning",
                "doubled-text",
                "第二章 检验 / 第六条",
                "叠字“的的”：请单位对检验结果的的检验结果有异议的",
            )
        ],
    ),
    "a doubled phrase": (
        changed(M, "应当按照国家标准", "应当按照应当按照国家标准"),
        [
            (
                "warning",
                "doubled-text",
                "第二章 检验 / 第五条",
                "叠字“应当按照应当按照”：第五条 检验人员应当按照应当按照国家标准实施检验",
            )
        ],
    ),
    "a doubled comma": (
        changed(M, "实施检验，并", "实施检验，，并"),
        [
            (
                "warning",
                "doubled-text",
                "第二章 检验 / 第五条",
                "叠字“，，”：国家标准实施检验，，并对检验结果负责",
            )
        ],
    ),
    "a paragraph twice": (
        changed(N, line(N, "各区县要"), line(N, "各区县要") * 2),
        [
            (
                "warning",
                "repeated-text",
                "三、工作要求",
                "与上一段完全相同：各区县要加强组织领导，明确责任分工，确保",
            )
        ],
    ),
    "a foreign word": (
        changed(N, "能耗高、排放", "能耗高 and 排放"),
        [("warning", "stray-latin", GREEN, "夹杂“and”：。优先更新能耗高 and 排放大的设备。")],
    ),
    "marks of a web page": (
        changed(N, "低碳。优先", "低碳。&nbsp;优先"),
        [("warning", "stray-latin", GREEN, "夹杂“&nbsp;”：）坚持绿色低碳。&nbsp;优先更新能耗高、")],
    ),
    "marks of TeX": (
        changed(N, "排放大的", "PM_{2.5}排放大的"),
        [("warning", "stray-latin", GREEN, "夹杂“_{”：更新能耗高、PM_{2.5}排放大的")],
    ),
    "a sentence without end": (
        changed(N, "给予补助。", "给予"),
        [
            (
                "warning",
                "broken-sentence",
                "二、重点任务 / （三）落实资金",
                "段末没有标点，句子可能被截断：金。市级财政按照设备投资额的百分之十给予",
            )
        ],
    ),
    "a short article without end": (
        changed(M, "活动，适用本办法。", ""),
        [
            (
                "warning",
                "broken-sentence",
                "第一章 总则 / 第二条",
                "段末没有标点，句子可能被截断：第二条 在本市从事某某设备检验",
            )
        ],
    ),
    "a sentence without beginning": (
        changed(M, "检验结果应当在十", "，十"),
        [
            (
                "warning",
                "broken-sentence",
                "第二章 检验 / 第五条",
                "段首是标点，上文可能缺失：，十个工作日内告知申请单位。",
            )
        ],
    ),
    "a bracket without partner": (
        changed(N, "能耗高、", "能耗高（含电机、"),
        [("warning", "unpaired-mark", GREEN, "（ 没有配对：。优先更新能耗高（含电机、排放大的")],
    ),
    "the end is cut off": (
        N[: N.index("分工，")],
        [
            ("warning", "no-date", "落款", "没有发文日期"),
            (
                "warning",
                "broken-sentence",
                "三、工作要求",
                "段末没有标点，句子可能被截断：各区县要加强组织领导，明确责任",
            ),
        ],
    ),
}

METADATA = {
    "the title is gone": (
        without(N, "关于做好"),
        [
            ("error", "no-title", "文首", "没有标题：文首就是“某工信发〔2024〕12号”"),
            ("warning", "no-number", "文首", "没有读出文号，原文有“某工信发〔2024〕12号”"),
        ],
    ),
    "title and head are gone": (
        "".join(M.splitlines(keepends=True)[4:]),
        [
            ("error", "odd-title", "文首", "标题像是正文：第一条 为了规范某某设备检验工作，保障设"),
            ("warning", "no-number", "文首", "没有文号"),
            ("error", "missing-article", "正文 第二条", "缺少第一条"),
            ("warning", "number-jumps", "正文 第二章", "编号不连续：从第二章开始"),
        ],
    ),
    "a title taken for a row": (
        changed(N, "关于做好", "关于\t\t做好\t起重\t"),
        [("error", "odd-title", "文首", "标题被认成了表格：关于 做好 起重 设备更新工作的通知")],
    ),
    "a title with half a pair": (
        changed(M, "某某设备检验管理办法\n", "关于印发《某某设备检验管理办法\n"),
        [("error", "cut-title", "文首", "标题不完整：关于印发《某某设备检验管理办法")],
    ),
    "a title that goes on": (
        changed(N, "工作的通知\n", "工作的\n"),
        [("error", "cut-title", "文首", "标题不完整：关于做好设备更新工作的")],
    ),
    "a title that ends as none does": (
        changed(N, "关于做好设备更新工作的通知\n", "关于做好设备更\n"),
        [("warning", "cut-title", "文首", "标题结尾不像文件名称，可能不完整：关于做好设备更")],
    ),
    "no number": (without(N, "某工信发"), [("warning", "no-number", "文首", "没有文号")]),
    "no date": (without(N, "2024年"), [("warning", "no-date", "落款", "没有发文日期")]),
    "no number and no date": (
        without(N, "某工信发", "2024年"),
        [("warning", "no-date", "落款", "没有发文日期，也没有文号")],
    ),
    "no issuer": (
        without(N, "某某市工业"),
        [("warning", "no-issuer", "三、工作要求", "日期“2024年4月18日”上面没有发文机关，未作为发文日期")],
    ),
    "a day in the future": (
        changed(N, "2024年4月18日", "2025年1月18日"),
        [("warning", "odd-date", "落款", "发文日期在将来：2025-01-18")],
    ),
    "a day that no calendar has": (
        changed(N, "2024年4月18日", "2024年4月31日"),
        [
            ("warning", "no-date", "三、工作要求", "没有读出发文日期，原文有“2024年4月31日”"),
            ("warning", "odd-date", "三、工作要求", "没有这一天：2024年4月31日"),
        ],
    ),
    "a letter in a date": (
        changed(M, "2024年5月1日", "2O24年5月l日"),
        [("warning", "odd-date", "第三章 附则 / 第九条", "日期中的数字写成了字母：2O24年5月l日")],
    ),
    "two kinds of digits in a date": (
        changed(M, "2024年5月1日", "二0二四年五月一日"),
        [("warning", "odd-date", "第三章 附则 / 第九条", "日期中的数字写法混杂：二0二四年五月一日")],
    ),
    "letters in the number": (
        changed(N, "〔2024〕12号", "〔2O24〕l2号"),
        [
            ("warning", "no-number", "文首", "没有文号"),
            ("warning", "odd-number", "文首", "文号中的数字写成了字母或汉字：〔2O24〕l2号"),
        ],
    ),
    "a number of another year": (
        changed(N, "〔2024〕", "〔2021〕"),
        [("warning", "odd-number", "文首", "文号 某工信发〔2021〕12号 与发文日期 2024-04-18 的年份不一致")],
    ),
    "an end before the beginning": (
        changed(M, "起施行。", "起施行，有效期至2023年4月30日。"),
        [("warning", "odd-date", "正文", "失效日期 2023-04-30 早于施行日期 2024-05-01")],
    ),
}

ANNEXES = {
    "the second annex is gone": (
        M[: M.index("附件2\n")],
        [("warning", "unknown-annex", "附件清单", "清单中的 1 个附件没有正文：检验申请表")],
    ),
    "the first annex is gone": (
        changed(M, M[M.index("附件1\n") : M.index("附件2\n")], ""),
        [
            ("warning", "annex-number-jumps", "附件2", "附件编号不连续：从附件2开始"),
            ("warning", "unknown-annex", "附件清单", "清单中的 1 个附件没有正文：检验收费标准"),
        ],
    ),
    "an annex that nobody lists": (
        changed(N, "审核后上报。", "审核后上报，报表见附件3。"),
        [("warning", "unknown-annex", "正文", "文中引用的附件3不在文件中：核后上报，报表见附件3。")],
    ),
}

FILES = {
    "a page without text": (
        changed(N, "二、重点任务", "\f\f二、重点任务"),
        [
            (
                "warning",
                "empty-page",
                "第2页",
                "第2页没有文字：可能是空白页，也可能是扫描图像，请核对原件",
            )
        ],
    ),
    "a title of the contents that the body has not": (
        changed(COLLECTION, "关于做好设备更新工作的通知\n某工", "关于更新设备的通知\n某工"),
        [
            (
                "error",
                "unknown-entry",
                "目录",
                "目录中的《关于做好设备更新工作的通知》在正文中没有找到，其内容会被当作上一份文件的内容",
            )
        ],
    ),
}
DAMAGE = NUMBERING | TABLES | WORDING | METADATA | ANNEXES | FILES


@pytest.mark.parametrize("text", [MEASURE, NOTICE, COLLECTION], ids=["measure", "notice", "collection"])
def test_sound_texts_have_no_findings(text: str) -> None:
    assert findings(text) == []


@pytest.mark.parametrize(("text", "expected"), DAMAGE.values(), ids=DAMAGE.keys())
def test_damage_is_found_and_nothing_else(text: str, expected: Found) -> None:
    assert findings(text) == expected


def test_every_check_is_shown_by_some_damage() -> None:
    shown = {check for _, expected in DAMAGE.values() for _, check, _, _ in expected}
    elsewhere = {"text-lost", "text-twice", "long-article"}  # in test_audit.py
    assert shown | elsewhere == set(CHECKS)
