from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

import pytest

from index.errors import ReadError
from index.readers.html import MAX_BYTES, read_html
from tests.index.sites import SITES, Site

TEXT = "第一条 为了规范检验，制定本办法。"


def read_page(folder: Path, data: bytes | str, name: str = "页.html") -> list[str]:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    (page,) = read_html(path).pages
    assert page.number is None
    return page.text.split("\n")


def body_lines(folder: Path, inside: str) -> list[str]:
    """The lines of a page whose text container holds `inside` below a title."""
    page = f'<title>检验办法</title><body><div class="TRS_Editor"><p>检验办法</p>{inside}</div></body>'
    first, *rest = read_page(folder, page)
    assert first == "# 检验办法"
    return rest


def message(path: Path) -> str:
    with pytest.raises(ReadError) as caught:
        read_html(path)
    return str(caught.value)


@pytest.mark.parametrize("site", SITES, ids=lambda s: s.name)
def test_the_text_of_a_site_without_what_the_site_puts_around_it(tmp_path: Path, site: Site) -> None:
    assert read_page(tmp_path, site.data) == list(site.lines)


# --- encodings ---


ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be")
DECLARED = ("", "utf-8", "gb2312", "GBK", "big5", "no-such-encoding")


@pytest.mark.parametrize(
    ("encoding", "declared"),
    # a page that says it is Big5 and is valid Big5 cannot be told from one that is
    [(e, d) for e in ENCODINGS for d in DECLARED if (e, d) != ("gb18030", "big5")],
)
def test_every_encoding_is_read_whatever_is_declared(tmp_path: Path, encoding: str, declared: str) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    page = f"<html><head>{meta}</head><body><p>{TEXT}</p><p>镕㐀。</p></body></html>"
    assert read_page(tmp_path, page.encode(encoding)) == [TEXT, "镕㐀。"]


def test_big5_is_read_where_it_is_declared(tmp_path: Path) -> None:
    page = '<meta charset="big5"><body><p>第一條 檢驗機構，應當公正。</p></body>'
    assert read_page(tmp_path, page.encode("big5")) == ["第一條 檢驗機構，應當公正。"]


def test_a_page_cut_inside_a_character_is_still_read(tmp_path: Path) -> None:
    page = f"<body>{f'<p>{TEXT}</p>' * 20}<p>第二条".encode()[:-1]
    assert read_page(tmp_path, page) == [TEXT] * 20 + ["第二\ufffd"]


def test_what_is_in_no_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "乱.html"
    path.write_bytes(b"<body>" + b"\xff\xff\x80" * 50)
    assert message(path) == f"无法识别网页编码：{path}。请在浏览器中打开后另存为 UTF-8 网页或 TXT 后重试。"


# --- lines ---


@pytest.mark.parametrize(
    ("inside", "lines"),
    [
        ("<p>甲，</p>乙。<div>丙。<br><br/>丁。</div>", ["甲，", "乙。", "丙。", "丁。"]),
        ("<p>　　甲，&nbsp;&nbsp;乙\n   丙\t丁 abc\n def。</p>", ["甲， 乙丙 丁 abc def。"]),
        ("<p>甲<b>乙</b><span>丙</span><!-- 注释 --><font color=red>，丁</font>。</p>", ["甲乙丙，丁。"]),
        ("<p>10<sup>3</sup>立方米，CO<sub>2</sub>，注<sup>见表</sup>。</p>", ["10³立方米，CO2，注见表。"]),
        ("<p>甲\u200b乙\ufeff，\xad丙。</p>", ["甲乙，丙。"]),
        ("<script>第九条 脚本，。</script><style>p，{}</style><p>甲，。</p>", ["甲，。"]),
        ("<p style='display: none'>隐，。</p><p hidden>藏，。</p><template>模，。</template><p>甲，。</p>",
         ["甲，。"]),
        ("<p><input value='无，。'><select><option>选，。</option></select>甲，。<button>按，。</button></p>",
         ["甲，。"]),
        ("<p>甲，<a href='/x.html'>《办法》</a>规定。</p>", ["甲，《办法》规定。"]),
        ("<h2>第一章 总则</h2><p>甲，。</p>", ["## 第一章 总则", "甲，。"]),
        ("<h3>第一章<br>总则</h3><p>甲，。</p>", ["### 第一章总则", "甲，。"]),
        ("<h2>（一）加强领导。各地要加强，。</h2>", ["（一）加强领导。各地要加强，。"]),
        ("<ol><li>甲，。</li><li value=5>乙，。</li><li>丙，。</li></ol>", ["1. 甲，。", "5. 乙，。", "6. 丙，。"]),
        ("<ol start=3 type=a><li>甲，。</li></ol>", ["c. 甲，。"]),
        ("<ol style='list-style-type: cjk-ideographic'><li>甲，。</li><li>乙，。</li></ol>",
         ["一、甲，。", "二、乙，。"]),
        ("<ol><li><p>甲，。</p><p>乙，。</p></li><li></li><li><div>丙，。</div></li></ol>",
         ["1. 甲，。", "乙，。", "3. 丙，。"]),
        ("<ol style='list-style: none'><li>甲，。</li></ol>", ["甲，。"]),
        ("<ol><li>1.甲，。</li><li>（二）乙，。</li></ol>", ["1.甲，。", "（二）乙，。"]),
        ("<ul><li>甲，。</li><li>乙，。</li></ul>", ["甲，。", "乙，。"]),
        ("<pre>甲，。\n  乙，。</pre>", ["甲，。", "乙，。"]),
        ("<p>公式<br>打印<br>甲，。<br>保存<br>乙，。<br>打印</p>", ["公式", "甲，。", "保存", "乙，。"]),
        ("<p>甲，。</p><p>打印机不在目录内。</p><p>地址：北京市，邮编100000。</p>",
         ["甲，。", "打印机不在目录内。", "地址：北京市，邮编100000。"]),
    ],
)  # fmt: skip
def test_lines_are_those_that_a_browser_shows(tmp_path: Path, inside: str, lines: list[str]) -> None:
    assert body_lines(tmp_path, inside) == lines


def test_tables_become_rows(tmp_path: Path) -> None:
    table = (
        "<p>见下表，。</p><table><caption>表1</caption><tr><th>序号<th>名称<th>单位</tr>"
        "<tr><td rowspan=0>1<td>吊<br>机<td>台</tr><tr><td><p>塔</p><p>机</p><td></tr></table>"
    )
    assert body_lines(tmp_path, table) == [
        "见下表，。", "表1", "序号\t名称\t单位", "1\t吊 机\t台", "1\t塔 机\t",
    ]  # fmt: skip


def test_a_table_that_lays_out_the_page_is_no_table(tmp_path: Path) -> None:
    inner = "<table><tr><td>a<td>b<td>c</tr><tr><td>1<td>2<td>3</tr></table>"
    table = (
        f"<table><tr><td>左</td><td><p>甲，。</p>{inner}</td></tr><tr><td>右</td><td>乙，。</td></tr></table>"
    )
    assert body_lines(tmp_path, table) == ["左", "甲，。", "a\tb\tc", "1\t2\t3", "右", "乙，。"]


# --- pages ---

ARTICLES = "".join(f"<p>第{n}条 甲，乙。</p>" for n in "一二三四")
ARTICLE_LINES = [f"第{n}条 甲，乙。" for n in "一二三四"]


@pytest.mark.parametrize(
    ("head", "body", "lines"),
    [
        # the name of the site in h1 is no title
        ("<title>检验办法_某某省人民政府</title>", "<h1>某某省人民政府</h1><h2>检验办法</h2>", ["# 检验办法"]),
        ("<title>检验办法-某某网</title>", "", ["# 检验办法"]),
        ("<meta name=ArticleTitle content='检验办法（修订）'>", "", ["# 检验办法（修订）"]),
        ("", "<h1>关于印发<br>检验办法的通知</h1>", ["# 关于印发检验办法的通知"]),
        ("<title>某某局关于检验的通知</title>", "<p>某某局关于</p><p>检验的通知</p>", ["# 某某局关于检验的通知"]),
        ("<title>关于检验，便利企业的通知</title>", "<h1>关于检验，便利企业的通知</h1><p>发布时间：2024-05-01</p>",
         ["# 关于检验，便利企业的通知"]),
        # the number above the title goes below it; the head of the letter goes
        ("<title>检验的通知书</title>", "<p>某某局文件</p><p>某局〔2024〕3号</p><p>检验的通知书</p>",
         ["# 检验的通知书", "某局〔2024〕3号"]),
        ("<title>无</title>", "", []),
    ],
)  # fmt: skip
def test_the_title_of_a_page(tmp_path: Path, head: str, body: str, lines: list[str]) -> None:
    page = f"<html><head>{head}</head><body>{body}{ARTICLES}</body></html>"
    assert read_page(tmp_path, page) == lines + ARTICLE_LINES


@pytest.mark.parametrize(
    "after",
    [
        "<p>上一篇：<a href=x>某某，通知</a></p><p>为了您的方便，请关注我们，。</p>",
        "<p>发布日期：2024年5月1日</p>",
        "<p>责任编辑：张三</p>",
        "<h3>相关链接</h3><p>某某，。</p>",
        "<p>主办单位：某某部</p><p>地址：某某路1号</p><p>京ICP备1号</p>",
        "<p>【打印】【关闭窗口】</p>",
        "<p>网友评论</p><p>这个办法很好，支持。</p>",
        "<p>版权所有：某某网，未经许可，不得转载。</p>",
    ],
)
def test_what_follows_the_text_is_dropped(tmp_path: Path, after: str) -> None:
    page = f"<html><head><title>检验办法</title></head><body><h1>检验办法</h1>{ARTICLES}{after}</body></html>"
    assert read_page(tmp_path, page) == ["# 检验办法", *ARTICLE_LINES]


def test_the_words_of_a_page_are_text_where_they_stand_in_the_text(tmp_path: Path) -> None:
    inside = (
        "<p>主办单位：某某协会</p><p>发布时间：2024年5月1日</p><p>相关文件</p><p>上一条规定的，从其规定。</p>"
    )
    page = f"<title>检验办法</title><body><p>检验办法</p>{ARTICLES}{inside}{ARTICLES}</body>"
    assert read_page(tmp_path, page)[5:9] == [
        "主办单位：某某协会", "发布时间：2024年5月1日", "相关文件", "上一条规定的，从其规定。",
    ]  # fmt: skip


# --- files ---


def test_a_page_saved_as_one_file_is_read(tmp_path: Path) -> None:
    archive = MIMEMultipart("related")
    archive.attach(MIMEText("body{color:red}", "css"))
    archive.attach(MIMEText(f"<html><body><p>{TEXT}</p></body></html>", "html", "gb18030"))
    assert read_page(tmp_path, archive.as_bytes(), "页.mht") == [TEXT]
    assert read_page(tmp_path, archive.as_bytes(), "页.MHTML") == [TEXT]


def test_an_archive_without_a_page_is_told(tmp_path: Path) -> None:
    path = tmp_path / "空.mht"
    path.write_bytes(MIMEText("文字", "plain", "utf-8").as_bytes())
    assert message(path) == f"MHTML 文件中没有网页：{path}。请在浏览器中重新保存网页后重试。"


@pytest.mark.parametrize(
    "page",
    [
        "",
        "  \n",
        "<!-- 只有注释 -->",
        "<html></html>",
        "<html><body><div id=app></div><script>第一条，。</script></body></html>",
        "<frameset><frame src=a.htm></frameset>",
        "<div>" * 3000 + TEXT,
    ],
)
def test_a_page_without_text_is_told(tmp_path: Path, page: str) -> None:
    path = tmp_path / "空.html"
    path.write_text(page, encoding="utf-8")
    assert message(path) == (
        f"网页中没有正文：{path}（可能需要登录，或由脚本显示）。请在浏览器中打开，将正文另存为 TXT 后重试。"
    )


def test_a_page_too_large_is_told(tmp_path: Path) -> None:
    path = tmp_path / "大.html"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert message(path) == f"网页过大：{path}（超过 40 MB）。请只保存正文后重试。"
