"""Articles, rows and hits made of a few words."""

from index.model import Article, Locator, Metadata, Role, Step
from index.text import normalize

MEASURE = Metadata(
    key="规〔2024〕3号",
    title="检测办法",
    heading="五部门联合印发《检测办法》",
    doc_number="规〔2024〕3号",
    issuers=("市场监管总局", "科技部"),
    date="2024-03-22",
    source="办法.txt",
)
LIST = Metadata(key="清单", title="标准清单", heading="标准清单", source="清单.txt")


def article(
    text: str,
    *marks: str,
    meta: Metadata = MEASURE,
    role: Role = "text",
    speaker: str | None = None,
    search_text: str | None = None,
) -> Article:
    """An article at the place `marks` (第一条 if none) of `meta`."""
    steps = tuple(Step(mark) for mark in marks) or (Step("第一条"),)
    place = "/".join(marks) or "第一条"
    label = f"《{meta.title}》{''.join(marks) or '第一条'}"
    search = search_text or f"《{meta.title}》{place}\n{normalize(text)}"
    return Article(f"{meta.key}/{place}", meta, Locator(steps), label, text, search, role, speaker=speaker)


def row(number: int, *cells: tuple[str, str], annex: str = "附件1", meta: Metadata = LIST) -> Article:
    """A row of a table: 序号 and the named cells."""
    columns = (("序号", str(number)), *cells)
    steps = (Step(annex, "标准项目清单"), Step(f"序号{number}"))
    text = "\t".join(cell for _, cell in columns)
    label = f"《{meta.title}》{annex} 序号{number}"
    return Article(
        f"{meta.key}/{annex}/序号{number}", meta, Locator(steps), label, text, text, "row", columns=columns
    )
