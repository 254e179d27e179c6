"""Pages laid out as Chinese government sites lay them out (tests/data/sites), each with the lines to be read from it.

Written from knowledge of how such sites are built (containers, furniture, ways to make a paragraph, encodings), not
copied: the text is one made-up notice, so that only the page differs.
"""

from dataclasses import dataclass

from tests.index.texts import DATA

TITLE = "某某部关于加强重型机械设备检验工作的通知"
NUMBER = "某部质〔2024〕18号"
TO = "各省、自治区、直辖市某某厅（局），各有关单位："
LEAD = "为规范重型机械设备检验工作，根据有关法律、行政法规，现就有关事项通知如下："
P3 = "各地要加强组织领导，于2024年6月30日前将工作总结报送某某部。"
SIGNED = ("某某部", "2024年3月22日")
BODY = (
    TO, LEAD,
    "一、严格检验程序",
    "（一）检验机构应当在受理之日起5个工作日内完成检验，检验不向企业收取费用。",
    "（二）检验结果应当向社会公示，公示时间不少于5个工作日。",
    "二、工作要求", P3,
    "附件：检验项目清单", *SIGNED,
)  # fmt: skip
NOTICE = (f"# {TITLE}", NUMBER, *BODY)
ANNEX = (
    f"# {TITLE}", NUMBER, TO, LEAD,
    "类别\t序号\t项目名称\t计划 数量\t计划 单位",
    "起重机械\t1\t项目1的 检验\t10\t台", "起重机械\t2\t项目2的 检验\t20\t台",
    "矿山机械\t3\t项目3的 检验\t30\t台", "矿山机械\t4\t项目4的 检验\t40\t", "矿山机械\t5\t项目5的 检验\t50\t台",
    "清单每年更新一次。", "更新后的清单另行公布。", *SIGNED,
)  # fmt: skip
LAW = (
    "# 重型机械设备检验办法", "（2024年3月22日某某部令第18号公布）",
    "第一章　总则", "第一条　为了规范检验，制定本办法。", "第二条　检验不收取费用，法律、行政法规另有规定的除外。",
    "第二章　附则", "第三条　本办法自2024年5月1日起施行。",
)  # fmt: skip


@dataclass(frozen=True)
class Site:
    """A page by its name in tests/data/sites, the encoding it is served in, and the lines of its text."""

    name: str
    encoding: str = "utf-8"
    lines: tuple[str, ...] = NOTICE

    @property
    def data(self) -> bytes:
        """The page as a browser saves it."""
        return (DATA / "sites" / f"{self.name}.html").read_text(encoding="utf-8").encode(self.encoding)


SITES = (
    Site("gov-cn"),  # the number in the text and in the metadata table
    Site("gov-cn-2012"),  # the title and the number in the metadata table only
    Site("miit"),  # the title and the number twice
    Site("samr"),  # metadata as a list, paragraphs as div
    Site("ndrc", "utf-8-sig"),  # the attachments beside the text once more
    Site("mof", "gb18030"),  # GB2312 declared, paragraphs not closed
    Site("province-zoom"),  # copies of the title and text that are hidden
    Site("tables-2005", "gb18030"),  # tables for layout, br, no encoding, no title
    Site("word-filtered", "gb18030"),  # saved by Word
    Site("association", lines=(f"# {TITLE}", TO, P3, *SIGNED)),  # two paragraphs among many links
    Site("annex", lines=ANNEX),  # a table with merged cells and a header of two rows
    Site("law-database", "utf-16", LAW),
    Site("preformatted", "gbk"),
)
