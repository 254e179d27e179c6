"""A small library to be browsed: a law in chapters, a list with a table, and a PDF; all text escaped or marked."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from index.library import Library
from index.manifest import Entry, Source
from index.model import Article, Locator, Metadata, Step
from tests.ui.conftest import FakeChain

RULES = Metadata(
    key="规〔2024〕1号",
    title="首台（套）评定办法",
    heading="关于印发《首台（套）评定办法》的通知",
    doc_number="规〔2024〕1号",
    issuers=("市场监管总局",),
    date="2024-03-22",
    source="办法.pdf",
)
LIST = Metadata(key="清单", title="标准<b>清单", heading="标准<b>清单", source="清单.txt", as_of="2024-04")
CHAPTERS = ("总则", "程序", "附则")
ROWS = 60


def rule(n: int) -> Article:
    """第n条, ten to a chapter."""
    chapter = (n - 1) // 10
    text = f"第{n}条 首台 (套)项目第{n}次评定\n不收取<费用>。" if n % 10 == 7 else f"第{n}条 本条为第{n}条。"
    steps = (Step(f"第{chapter + 1}章", CHAPTERS[chapter]), Step(f"第{n}条"))
    id_ = f"{RULES.key}/第{n}条"
    return Article(
        id_, RULES, Locator(steps), f"《{RULES.title}》第{n}条", text, text, page=chapter + 1, order=n
    )


def row(n: int) -> Article:
    """序号n of the list."""
    columns = (("序号", str(n)), ("名称", f"电梯 第{n}型"), ("费用", "—" if n % 2 else "免收费用"))
    text = "\t".join(cell for _, cell in columns)
    steps = (Step("附件1", "标准清单"), Step(f"序号{n}"))
    return replace(
        Article(
            f"清单/附件1/序号{n}",
            LIST,
            Locator(steps),
            f"《标准<b>清单》附件1 序号{n}",
            text,
            text,
            role="row",
        ),
        columns=columns,
    )


RULES_ARTICLES = [rule(n) for n in range(1, 31)]
LIST_ARTICLES = [
    Article("清单/文首", LIST, Locator((Step("文首"),)), "《标准<b>清单》文首", "标准清单", "", role="front"),
    *(row(n) for n in range(1, ROWS + 1)),
]


def paper_chain(folder: Path = Path("index")) -> FakeChain:
    """A chain over that library; `folder` holds the original of the rules, if anything does."""
    chain = FakeChain(articles=(*RULES_ARTICLES, *LIST_ARTICLES))
    chain.library.folder = folder
    chain.library.manifest = SimpleNamespace(
        **vars(chain.library.manifest)
        | {
            "sources": (Source("办法.pdf", "aa", "aa.pdf"), Source("清单.txt", "bb", "bb.txt")),
            "documents": (Entry(RULES, "aa", len(RULES_ARTICLES)), Entry(LIST, "bb", len(LIST_ARTICLES))),
        }
    )
    return chain


def paper_library() -> Library:
    """That library."""
    return cast(Library, paper_chain().library)
