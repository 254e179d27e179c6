"""A folder of papers and a library of them, for tests that change a library."""

from pathlib import Path

from index.build import Builder, Change
from index.generations import current_generation
from index.library import Library
from index.manifest import Entry, Manifest
from index.plan import FilePlan
from tests.fakes import FakeEmbedder


class Desk:
    """Papers in `papers`, a library in `index`."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.papers = folder / "文件"
        self.papers.mkdir()
        self.index = folder / "index"
        self.cache = cache

    def write(self, name: str, text: str) -> Path:
        path = self.papers / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    @property
    def builder(self) -> Builder:
        return Builder(self.index, FakeEmbedder, "fake", self.cache)

    def add(self, *paths: Path, collection: str | None = None, accept_errors: bool = False) -> Change:
        return self.builder.add(paths, collection=collection, accept_errors=accept_errors)

    def plan(self, *paths: Path) -> tuple[FilePlan, ...]:
        return self.builder.plan(paths)

    @property
    def manifest(self) -> Manifest:
        return Manifest.read(current_generation(self.index))

    @property
    def entries(self) -> dict[str, Entry]:
        return {e.meta.key: e for e in self.manifest.documents}

    def texts(self) -> dict[str, str]:
        """The text of each article by id."""
        library = Library(self.index, FakeEmbedder(), self.cache)
        try:
            return {a.id: a.text for a in library.articles}
        finally:
            library.close()

    def state(self) -> dict[str, bytes]:
        """All files of the library, to see that nothing was changed; the lock is none of them."""
        return {
            str(p.relative_to(self.index)): p.read_bytes()
            for p in sorted(self.index.rglob("*"))
            if p.is_file() and p.name != "lock"
        }


def measure(day: str = "2019年3月1日", fee: str = "不收取费用", title: str = "检测评定管理办法") -> str:
    """A measure of four articles, issued on `day` by order."""
    return (
        f"{title}\n{day} 市场监管总局令第5号公布\n第一条 为了规范检测评定，制定本办法。\n"
        f"第二条 检测评定{fee}。\n第三条 申请单位应当如实报告。\n第四条 本办法自公布之日起施行。\n"
    )


def notice(number: str = "1号", title: str = "关于检验工作的通知", more: str = "") -> str:
    """A notice of two sections, signed on 2 January 2024."""
    return f"{title}\n某发〔2024〕{number}\n各市人民政府：\n一、做好检验。\n二、做好培训。\n{more}某某部\n2024年1月2日\n"
