import random
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from index.errors import ReadError
from index.readers import ooxml
from index.readers.docx import read_docx
from tests.index.words import cell, p, read_word, style, table, word_file

HEADINGS = (
    style("a", default=True, shown="Normal")
    + style("1", '<w:basedOn w:val="a"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr>', shown="heading 1")
    + style("1s", '<w:basedOn w:val="1"/>', shown="章标题")
    + style("h3", shown="heading 3")
    + style("t", shown="Title")
    + style("toc1", shown="toc 1")
)


def styled(text: str, name: str) -> str:
    return p(text, f'<w:pStyle w:val="{name}"/>')


def run(inside: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr>{inside}</w:r>"


def t(text: str) -> str:
    return f'<w:t xml:space="preserve">{text}</w:t>'


def one(inside: str) -> str:
    """A paragraph of the given XML."""
    return f"<w:p>{inside}</w:p>"


def message(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    with pytest.raises(ReadError) as caught:
        read_docx(path)
    return str(caught.value)


# --- paragraphs ---


@pytest.mark.parametrize(
    ("inside", "shown"),
    [
        (run(t("检验")) + run(t("办法"), "<w:b/>"), "检验办法"),
        (run(t("第一条") + "<w:tab/>" + t("检验")), "第一条 检验"),
        (run("<w:tab/><w:tab/>" + t("某某部") + "<w:tab/><w:tab/>" + t("2024年")), "某某部 2024年"),
        (run(t("甲") + "<w:noBreakHyphen/>" + t("1") + "<w:softHyphen/>"), "甲-1"),
        (f"<w:hyperlink r:id='x'>{run(t('某某网'))}</w:hyperlink>{run(t('公布'))}", "某某网公布"),
        (f"<w:ins w:id='1'>{run(t('新增'))}</w:ins><w:del w:id='2'><w:r><w:delText>旧</w:delText></w:r></w:del>", "新增"),
        (f"<w:del w:id='2'>{run(t('旧'))}</w:del>{run(t('新'))}", "新"),
        (f"<w:moveFrom>{run(t('移走'))}</w:moveFrom><w:moveTo>{run(t('移来'))}</w:moveTo>", "移来"),
        (run(t("看得见")) + run(t("看不见"), "<w:vanish/>") + run(t("了"), '<w:vanish w:val="0"/>'), "看得见了"),
        (f"<w:smartTag>{run(t('北京'))}</w:smartTag><w:fldSimple w:instr='x'>{run(t('市'))}</w:fldSimple>", "北京市"),
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{run(t('填写'))}</w:sdtContent></w:sdt>", "填写"),
        (
            f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run(t('单击此处'))}</w:sdtContent></w:sdt>"
            + run(t("文")),
            "文",
        ),
        (f"<w:r><w:ruby><w:rt>{run(t('zi'))}</w:rt><w:rubyBase>{run(t('字'))}</w:rubyBase></w:ruby></w:r>", "字"),
        (run(t("10")) + run(t("3"), '<w:vertAlign w:val="superscript"/>') + run(t("立方米")), "10³立方米"),
        (run(t("m")) + run(t("见注"), '<w:vertAlign w:val="superscript"/>'), "m见注"),
        (run(t("CO")) + run(t("2"), '<w:vertAlign w:val="subscript"/>'), "CO2"),
        (run('<w:sym w:font="Symbol" w:char="F0B3"/>' + t("5")), "≥5"),
        (run('<w:sym w:font="Wingdings" w:char="F0FE"/>' + t("是")), "☑是"),
        (run('<w:sym w:font="宋体" w:char="2103"/><w:sym w:font="宋体" w:char="F0AA"/><w:sym w:char="x"/>'), "℃"),
        ("<w:commentRangeStart w:id='0'/>" + run(t("正文")) + run("<w:commentReference w:id='0'/>"), "正文"),
    ],
)  # fmt: skip
def test_what_a_paragraph_shows(tmp_path: Path, inside: str, shown: str) -> None:
    assert read_word(tmp_path, word_file(one(inside))) == [shown]


def field(instruction: str, result: str | None) -> str:
    shown = "" if result is None else run('<w:fldChar w:fldCharType="separate"/>') + run(t(result))
    return (
        run('<w:fldChar w:fldCharType="begin"/>')
        + run(f"<w:instrText>{instruction}</w:instrText>")
        + shown
        + run('<w:fldChar w:fldCharType="end"/>')
    )


@pytest.mark.parametrize(
    ("inside", "shown"),
    [
        (run(t("见")) + field("REF _x", "第三条") + run(t("。")), "见第三条。"),
        (run(t("共")) + field("NUMPAGES", None) + run(t("页")), "共页"),
        (field(r"eq \o\ac(○,12)", None) + run(t("检验")), "⑫检验"),
        # a field inside the instruction of another is no text, in its result it is
        (
            run('<w:fldChar w:fldCharType="begin"/>') + field("DOCPROPERTY x", "甲")
            + run('<w:fldChar w:fldCharType="separate"/>') + field("REF y", "乙")
            + run('<w:fldChar w:fldCharType="end"/>'),
            "乙",
        ),
        (run('<w:fldChar w:fldCharType="end"/>') + run(t("多余的结尾")), "多余的结尾"),
    ],
)  # fmt: skip
def test_fields_show_their_result(tmp_path: Path, inside: str, shown: str) -> None:
    assert read_word(tmp_path, word_file(one(inside))) == [shown]


def test_a_field_that_never_ends_swallows_only_its_paragraph(tmp_path: Path) -> None:
    open_field = one(run(t("甲")) + run('<w:fldChar w:fldCharType="begin"/>') + run(t("指令")))
    assert read_word(tmp_path, word_file(open_field + p("乙。"))) == ["甲", "乙。"]


def test_soft_line_breaks_part_lines_but_not_a_heading(tmp_path: Path) -> None:
    body = styled("检验\n办法", "t") + p("第一条 甲。\n第二条 乙。") + styled("第一章\n总则", "1")
    assert read_word(tmp_path, word_file(body, styles=HEADINGS)) == [
        "# 检验办法", "第一条 甲。", "第二条 乙。", "# 第一章总则",
    ]  # fmt: skip


def test_headings_are_marked_by_their_outline_level(tmp_path: Path) -> None:
    body = (
        styled("某某部关于印发", "t")
        + styled("检验办法的通知", "t")
        + styled("第一章 总则", "1s")
        + styled("小节", "h3")
        + p("第二章 附则", '<w:outlineLvl w:val="1"/>')
        + styled("第三章 正文", "1").replace("</w:pPr>", '<w:outlineLvl w:val="9"/></w:pPr>')
        + styled("（一）加强领导。各地要加强领导。", "1")
        + styled("没有这种样式", "无")
    )
    assert read_word(tmp_path, word_file(body, styles=HEADINGS)) == [
        "# 某某部关于印发检验办法的通知", "# 第一章 总则", "### 小节", "## 第二章 附则", "第三章 正文",
        "（一）加强领导。各地要加强领导。", "没有这种样式",
    ]  # fmt: skip


CENTRED = '<w:jc w:val="center"/>'


@pytest.mark.parametrize(
    ("lines", "first"),
    [
        (("某某部关于印发", "《检验办法》的通知"), ["# 某某部关于印发《检验办法》的通知", "正文。"]),
        (("检验办法",), ["# 检验办法", "正文。"]),
        (
            ("某某部", "某部〔2024〕3号", "关于检验的通知"),
            ["某某部", "某部〔2024〕3号", "关于检验的通知", "正文。"],
        ),
        (("第一章 办法",), ["第一章 办法", "正文。"]),
        (("附件1", "检验办法"), ["附件1", "检验办法", "正文。"]),
        (("甲", "乙", "丙", "丁", "通知"), ["甲", "乙", "丙", "丁", "通知", "正文。"]),
    ],
)
def test_a_centred_title_may_run_over_paragraphs(
    tmp_path: Path, lines: tuple[str, ...], first: list[str]
) -> None:
    body = "".join(p(line, CENTRED) for line in lines) + p("正文。")
    assert read_word(tmp_path, word_file(body)) == first


def test_a_style_may_centre_the_title(tmp_path: Path) -> None:
    styles = style("题", f"<w:pPr>{CENTRED}</w:pPr>") + style("左题", '<w:basedOn w:val="题"/>')
    left = p("乙的通知", '<w:pStyle w:val="左题"/><w:jc w:val="left"/>')
    assert read_word(tmp_path, word_file(styled("甲", "左题") + styled("的通知", "题"), styles=styles)) == [
        "# 甲的通知"
    ]
    assert read_word(tmp_path, word_file(styled("甲", "题") + left, styles=styles)) == ["甲", "乙的通知"]


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next(tmp_path: Path) -> None:
    body = (
        p("第一条 检验", '<w:rPr><w:del w:id="1"/></w:rPr>')
        + p("不收费。")
        + p("尾", "<w:rPr><w:moveFrom/></w:rPr>")
    )
    assert read_word(tmp_path, word_file(body)) == ["第一条 检验不收费。", "尾"]


def test_block_content_controls_and_inserted_blocks_are_text(tmp_path: Path) -> None:
    body = f"<w:sdt><w:sdtContent>{p('甲。')}</w:sdtContent></w:sdt><w:customXml>{p('乙。')}</w:customXml>"
    assert read_word(tmp_path, word_file(body)) == ["甲。", "乙。"]


def test_text_boxes_follow_the_paragraph_they_are_fixed_to_once(tmp_path: Path) -> None:
    rows = table(cell("甲") + cell("乙") + cell("丙"), cell("1") + cell("2") + cell("3"))
    inside = f"<w:txbxContent>{p('框中文字。')}{rows}</w:txbxContent>"
    box = (
        f"<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{inside}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{inside}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"
    )
    only_old = f"<w:pict><v:shape><v:textbox><w:txbxContent>{p('旧框。')}</w:txbxContent></v:textbox></v:shape></w:pict>"
    body = one(run(t("正文")) + run(box) + run(t("继续。"))) + one(run(only_old))
    assert read_word(tmp_path, word_file(body)) == [
        "正文继续。",
        "框中文字。",
        "甲\t乙\t丙",
        "1\t2\t3",
        "旧框。",
    ]


def test_the_contents_of_the_chapters_are_left_out(tmp_path: Path) -> None:
    body = (
        p("办法")
        + p("目　录")
        + styled("第一章 总则\t1", "toc1")
        + styled("第二章 附则\t2", "toc1")
        + p("第一章 总则")
    )
    assert read_word(tmp_path, word_file(body, styles=HEADINGS)) == ["办法", "第一章 总则"]


def test_the_contents_of_a_compendium_are_kept(tmp_path: Path) -> None:
    body = (
        p("目录")
        + styled("某某办法\t1", "toc1")
        + styled("第一章 总则\t1", "toc1")
        + styled("某某通知\t5", "toc1")
    )
    assert read_word(tmp_path, word_file(body, styles=HEADINGS)) == ["目录", "某某办法\t1", "某某通知\t5"]


# --- notes ---

NOTES = (
    f'<w:footnote w:type="separator" w:id="-1">{p("——")}</w:footnote>'
    f'<w:footnote w:id="1">{p("指某某设备。")}</w:footnote>'
    f'<w:footnote w:id="2">{p("自发布之日起，")}{p("五年有效。")}</w:footnote>'
)


def cited(text: str, note: int, kind: str = "footnote") -> str:
    return run(t(text)) + run(f'<w:{kind}Reference w:id="{note}"/>')


def test_notes_stand_after_the_sentence_that_cites_them(tmp_path: Path) -> None:
    body = (
        one(cited("检验办法", 2))
        + p("第一章 总则")
        + one(cited("第一条 检验", 1) + run(t("不收费。")))
        + one(cited("第二条 施行。", 1, "endnote"))
    )
    endnotes = f'<w:endnote w:id="1">{p("见公告。")}</w:endnote>'
    assert read_word(tmp_path, word_file(body, footnotes=NOTES, endnotes=endnotes)) == [
        "检验办法", "第一章 总则", "第一条 检验不收费。", "脚注1：自发布之日起， 五年有效。", "脚注2：指某某设备。",
        "第二条 施行。", "尾注1：见公告。",
    ]  # fmt: skip


def test_notes_of_a_table_follow_it_and_notes_at_the_end_are_not_lost(tmp_path: Path) -> None:
    rows = f"<w:tc>{one(cited('甲', 1))}</w:tc>{cell('乙')}{cell('丙')}", cell("1") + cell("2") + cell("3")
    body = table(*rows) + one(cited("某某部", 2))
    assert read_word(tmp_path, word_file(body, footnotes=NOTES)) == [
        "甲\t乙\t丙", "1\t2\t3", "脚注1：指某某设备。", "某某部", "脚注2：自发布之日起， 五年有效。",
    ]  # fmt: skip


def test_a_note_that_does_not_exist_is_passed_over(tmp_path: Path) -> None:
    assert read_word(tmp_path, word_file(one(cited("甲。", 7)), footnotes=NOTES)) == ["甲。"]


# --- tables ---


def test_cells_over_two_lines_and_empty_cells(tmp_path: Path) -> None:
    body = table(cell("序号") + cell("名称") + cell("单位"), cell("1") + cell("起重\n机械") + cell(""))
    assert read_word(tmp_path, word_file(body)) == ["序号\t名称\t单位", "1\t起重 机械\t"]


def test_merged_cells_are_repeated_down_and_name_all_columns(tmp_path: Path) -> None:
    top, on, wide = '<w:vMerge w:val="restart"/>', "<w:vMerge/>", '<w:gridSpan w:val="2"/>'
    body = table(
        cell("表1", '<w:gridSpan w:val="4"/>'),
        cell("类别", top) + cell("名称", top) + cell("计划", wide),
        cell("", on) + cell("", on) + cell("数量") + cell("单位"),
        cell("起重", top) + cell("甲") + cell("1") + cell("台"),
        cell("", on) + cell("乙") + cell("2") + cell("台"),
        cell("合计", wide) + cell("3") + cell(""),
    )
    assert read_word(tmp_path, word_file(body)) == [
        "表1", "类别\t名称\t计划 数量\t计划 单位", "起重\t甲\t1\t台", "起重\t乙\t2\t台", "合计\t\t3\t",
    ]  # fmt: skip


def test_deleted_rows_are_left_out_and_inserted_ones_taken(tmp_path: Path) -> None:
    rows = [cell(a) + cell("x") + cell("y") for a in "甲乙丙"]
    body = table(
        rows[0],
        f"<w:trPr><w:del w:id='1'/></w:trPr>{rows[1]}",
        f"<w:trPr><w:ins w:id='2'/></w:trPr>{rows[2]}",
    )
    assert read_word(tmp_path, word_file(body)) == ["甲\tx\ty", "丙\tx\ty"]


def test_cells_before_the_first_of_a_row_are_counted(tmp_path: Path) -> None:
    late = '<w:trPr><w:gridBefore w:val="1"/></w:trPr>'
    body = table(
        cell("a") + cell("b") + cell("c"), cell("1") + cell("2") + cell("3"), late + cell("5") + cell("6")
    )
    assert read_word(tmp_path, word_file(body)) == ["a\tb\tc", "1\t2\t3", "—\t5\t6"]


def test_a_table_inside_a_cell_stands_in_that_cell(tmp_path: Path) -> None:
    inner = table(cell("长") + cell("宽") + cell("高"), cell("1") + cell("2") + cell("3"))
    body = table(
        cell("序号") + cell("尺寸") + cell("备注"), cell("1") + f"<w:tc>{inner}{p('')}</w:tc>" + cell("无")
    )
    assert read_word(tmp_path, word_file(body)) == ["序号\t尺寸\t备注", "1\t长 宽 高 1 2 3\t无"]


def test_a_frame_around_the_text_is_no_table(tmp_path: Path) -> None:
    inner = table(cell("a") + cell("b") + cell("c"), cell("1") + cell("2") + cell("3"))
    body = table(f"<w:tc>{p('第一条 甲。')}{inner}{p('第二条 乙。')}</w:tc>")
    assert read_word(tmp_path, word_file(body)) == ["第一条 甲。", "a\tb\tc", "1\t2\t3", "第二条 乙。"]


# --- formulas ---


@pytest.mark.parametrize(
    ("inside", "shown"),
    [
        ("<m:f><m:num>{1}</m:num><m:den>{2}</m:den></m:f>", "1/2"),
        ("<m:f><m:num>{a+b}</m:num><m:den>{c}</m:den></m:f>", "(a+b)/c"),
        ("<m:sSup><m:e>{10}</m:e><m:sup>{3}</m:sup></m:sSup>", "10³"),
        ("<m:sSup><m:e>{x}</m:e><m:sup>{a+b}</m:sup></m:sSup>", "x^(a+b)"),
        ("<m:sSub><m:e>{PM}</m:e><m:sub>{2.5}</m:sub></m:sSub>", "PM2.5"),
        ("<m:sSubSup><m:e>{x}</m:e><m:sub>{i}</m:sub><m:sup>{2}</m:sup></m:sSubSup>", "xi²"),
        ("<m:rad><m:deg/><m:e>{x+1}</m:e></m:rad>", "√(x+1)"),
        (
            "<m:nary><m:naryPr><m:chr m:val='∑'/></m:naryPr>"
            "<m:sub>{i=1}</m:sub><m:sup>{n}</m:sup><m:e>{x}</m:e></m:nary>",
            "∑(i=1→n)x",
        ),
        (
            "<m:d><m:dPr><m:begChr m:val='['/><m:endChr m:val=']'/></m:dPr><m:e>{a}</m:e><m:e>{b}</m:e></m:d>",
            "[a,b]",
        ),
        ("<m:d><m:e>{a}</m:e></m:d>", "(a)"),
    ],
)
def test_formulas_stand_on_one_line(tmp_path: Path, inside: str, shown: str) -> None:
    math = inside.replace("{", "<m:r><m:t>").replace("}", "</m:t></m:r>")
    body = one(run(t("按")) + f"<m:oMath>{math}</m:oMath>" + run(t("计算。")))
    assert read_word(tmp_path, word_file(body)) == [f"按{shown}计算。"]


# --- files ---


def test_the_strict_form_of_the_format_is_read(tmp_path: Path) -> None:
    usual = word_file(p("第一条 甲。"))
    with zipfile.ZipFile(BytesIO(usual)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            strict = data.replace(
                b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                b"http://purl.oclc.org/ooxml/wordprocessingml/main",
            ).replace(
                b"http://schemas.openxmlformats.org/officeDocument/2006/",
                b"http://purl.oclc.org/ooxml/officeDocument/",
            )
            archive.writestr(name.replace("/", "\\") if name.startswith("word/d") else name, strict)
    assert read_word(tmp_path, out.getvalue()) == ["第一条 甲。"]


def test_external_references_are_not_followed(tmp_path: Path) -> None:
    external = (
        '<Relationship Id="x" Type="http://x/{0}" Target="http://10.0.0.1/{0}.xml" TargetMode="External"/>'
    )
    relations = "".join(
        external.format(kind) for kind in ("styles", "numbering", "attachedTemplate", "image")
    )
    assert read_word(tmp_path, word_file(p("第一条 甲。"), relations=relations)) == ["第一条 甲。"]


def test_entities_are_neither_expanded_nor_fetched(tmp_path: Path) -> None:
    data = word_file(p("第一条 甲&bomb;&file;。"))
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    declaration = (
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY bomb "&a;&a;&a;&a;">'
        b'<!ENTITY file SYSTEM "file:///etc/passwd">]>'
    )
    parts["word/document.xml"] = declaration + parts["word/document.xml"]
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    assert read_word(tmp_path, out.getvalue()) == ["第一条 甲"]


def test_a_missing_picture_or_part_harms_nothing(tmp_path: Path) -> None:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = f'<Relationship Id="i" Type="{office}/image" Target="NULL"/>'
    relations += f'<Relationship Id="s" Type="{office}/styles" Target="s.xml"/>'
    assert read_word(tmp_path, word_file(p("第一条 甲。"), relations=relations)) == ["第一条 甲。"]


DAMAGED = "无法读取 Word 文件：{}（文件损坏或格式不符）。请用 Word 或 WPS 重新另存为 .docx 后重试。"
NO_WORD = "不是 Word 文档：{}（压缩包中没有 Word 正文）。请检查文件格式，或改用正确的扩展名。"
PROTECTED = "Word 文件有密码保护：{}。请用 Word 或 WPS 打开，去掉密码另存后重试。"


def zipped(**parts: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", DAMAGED),
        (b"no zip at all", DAMAGED),
        (word_file(p("第一条 甲。"))[:-30], DAMAGED),
        (word_file("<w:p>"), DAMAGED),
        (zipped(a=b"x"), NO_WORD),
        (zipped(word__document=b"x"), NO_WORD),
        (zipped(**{"_rels/.rels": b"<Relationships/>", "xl/workbook.xml": b"<workbook/>"}), NO_WORD),
        (zipped(**{"word/document.xml": b"<workbook/>"}), NO_WORD),
    ],
)
def test_what_is_no_word_file_is_told(tmp_path: Path, data: bytes, told: str) -> None:
    path = tmp_path / "坏.docx"
    assert message(path, data) == told.format(path)


def test_a_zip_with_a_password_is_told(tmp_path: Path) -> None:
    data = bytearray(zipped(**{"word/document.xml": b"<w/>"}))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):  # the bit that says a member is encrypted
        at = data.index(mark)
        data[at + (6 if mark == b"PK\x03\x04" else 8)] |= 1
    path = tmp_path / "密.docx"
    assert message(path, bytes(data)) == PROTECTED.format(path)


@pytest.mark.parametrize("body", ["", p(""), p("  \n "), one(run("<w:drawing/>"))])
def test_a_file_without_text_is_told(tmp_path: Path, body: str) -> None:
    path = tmp_path / "空.docx"
    assert message(path, word_file(body)) == (
        f"文件为空：{path}（没有文字，可能只有图片）。请检查文件内容，或先做文字识别（OCR）。"
    )


def test_a_part_that_swells_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "弹.docx"
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (ooxml.MAX_PART + 1))
    assert message(path, out.getvalue()) == f"Word 文件解压后过大：{path}（超过 80 MB）。请拆分后重试。"


def test_a_missing_file_is_left_to_the_caller(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_docx(tmp_path / "无.docx")


def test_no_damage_makes_reading_fail_otherwise(tmp_path: Path) -> None:
    dice = random.Random(7)
    body = table(cell("a") + cell("b") + cell("c"), cell("1") + cell("2") + cell("3")) + one(
        cited("第一条 甲。", 1)
    )
    whole = word_file(body, footnotes=NOTES, styles=HEADINGS)
    path = tmp_path / "坏.docx"
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 12)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        path.write_bytes(bytes(data[: dice.randint(len(data) // 2, len(data))]))
        try:
            read_docx(path)
        except ReadError:
            continue
