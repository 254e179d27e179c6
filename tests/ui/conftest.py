"""A small library of two documents, and a chain that answers from it without any model."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from click.testing import CliRunner, Result

from index.articles import Articles
from index.engine import EMBEDDED
from index.errors import UsageError
from index.manifest import Entry, Manifest
from index.model import Article, Locator, Metadata, Step
from qa.chain import Chain
from qa.followup import Standalone
from qa.model import Answer, Citation, Hit, Refusal, Retrieved
from qa.question import read_question
from qa.settings import Settings
from ui.cli import cli
from ui.session import Doors

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

MEASURE = Metadata(
    key="国市监质规〔2024〕3号",
    title="检测评定管理办法（试行）",
    heading="五部门联合印发《检测评定管理办法（试行）》",
    doc_number="国市监质规〔2024〕3号",
    issuers=("市场监管总局", "国家发展改革委"),
    date="2024-03-22",
    source="办法.txt",
)
BRIEFING = Metadata(
    key="吹风会", title="国务院政策例行吹风会", heading="国务院政策例行吹风会", source="吹风会.txt"
)


def article(meta: Metadata, label: str, text: str, *steps: Step, page: int | None = None) -> Article:
    place = "/".join(step.mark for step in steps if not step.mark.endswith("章"))
    return Article(
        f"{meta.key}/{place}", meta, Locator(steps), f"《{meta.title}》{label}", text, text, page=page
    )


FREE = article(
    MEASURE,
    "第二十七条",
    "第二十七条 检测评定不向申请单位收取费用。",
    Step("第五章", "附则"),
    Step("第二十七条"),
)
TURN = article(BRIEFING, "问答1", "记者：何时实施？\n司长：见<附件1>。", Step("问答1", "记者问"), page=3)


class FakeChain:
    """Answers every question with the first article; some words in a question make it do something else."""

    def __init__(
        self, *, current: Callable[[], bool] = lambda: True, articles: Sequence[Article] = (FREE, TURN)
    ) -> None:
        self.asked: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = []
        self.days: list[date | None] = []
        self.collections: list[tuple[str, ...]] = []
        self.closed = False
        self.settings = Settings()
        by_id = {a.id: a for a in articles}
        self.library = SimpleNamespace(
            is_current=current,
            check=lambda: None,
            engine=EMBEDDED,
            close=self._close,
            documents={a.meta.key: a.meta for a in articles},
            held={a.meta.key: a.meta for a in articles},
            collections={"默认": tuple(dict.fromkeys(a.meta.key for a in articles))},
            articles=Articles.of_list(articles, list(dict.fromkeys(a.meta.key for a in articles))),
            article=by_id.get,
            position={id_: i for i, id_ in enumerate(by_id)},
            generation=Path("000001"),
            folder=Path("index"),
            embedder=SimpleNamespace(token_spans=lambda text: [(i, i + 1) for i in range(len(text))]),
            manifest=Manifest(
                embedder="fake",
                dimension=1,
                built_at="2024-05-01T00:00:00",
                tokens="",
                splitter=1,
                documents=tuple(
                    Entry(meta, "sha", sum(a.meta.key == meta.key for a in articles))
                    for meta in {a.meta.key: a.meta for a in articles}.values()
                ),
            ),
        )

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        documents: Sequence[str] = (),
        as_of: date | None = None,
        collections: Sequence[str] = (),
        *,
        use_model: bool = True,  # noqa: ARG002
    ) -> Answer:
        self.asked.append((question, tuple(history), tuple(documents)))
        self.collections.append(tuple(collections))
        self.days.append(as_of)
        if not question.strip():
            raise UsageError("问题为空。请输入要查询的问题。")
        if "出错" in question:
            raise ZeroDivisionError("除数为零")
        if question.startswith("哪个"):
            back = Refusal("需要更多信息", "请问哪一批？", (), ("第一批", "第二批"))
            return Answer(question, question, "请问哪一批？", (), (), "fake", back)
        if "月亮" in question:
            refusal = Refusal("资料未收录", "资料中没有关于月亮的内容。", (FREE,), ("火星",))
            return Answer(question, question, "无法回答该问题。", (), (), "fake", refusal)
        said = f"不收取费用。[1]\n另见<附件1>。[2] 此前 {len(history)} 问。"
        citations = (Citation(1, FREE, "不向申请单位收取费用"), Citation(2, TURN, TURN.text))
        times = {"retrieve": 1.0, "answer": 2.0, "total": 3.0}
        hits = (Hit(FREE, 0.9), Hit(TURN, 0.5))
        return Answer(question, question, said, citations, hits, "fake", confidence=0.9, timings_ms=times)

    def stream(
        self,
        question: str,
        history: Sequence[str] = (),
        keys: Sequence[str] = (),
        as_of: date | None = None,
        *,
        documents: Sequence[str] = (),
        collections: Sequence[str] = (),
    ) -> Iterator[Answer]:
        """The first sentence, then the whole."""
        answer = self.ask(question, history, documents or keys, as_of, collections)
        if not answer.refused:
            yield replace(answer, text="不收取费用。[1]", citations=answer.citations[:1])
        yield answer

    def search(
        self,
        question: str,
        history: Sequence[str] = (),
        documents: Sequence[str] = (),
        as_of: date | None = None,
        collections: Sequence[str] = (),
    ) -> Retrieved:
        answer = self.ask(question, history, documents, as_of, collections)
        return Retrieved(question, Standalone(question, question), read_question(question), answer.hits)

    def _close(self) -> None:
        self.closed = True


def as_chain(fake: FakeChain) -> Chain:
    return cast(Chain, fake)


@pytest.fixture(autouse=True)
def own_environment() -> Iterator[None]:
    """The program prepares its process; a test must not leave that to the next."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[BrowserContext]":
    """The browser of one person, for the tests of a module."""
    from tests.ui.browser import one_browser

    with one_browser(tmp_path_factory.mktemp("chromium")) as context:
        yield context


@pytest.fixture(scope="module")
def chromium() -> "Iterator[Browser]":
    """A browser that makes contexts of several persons, for the tests of a module."""
    from tests.ui.browser import many_browsers

    with many_browsers() as made:
        yield made


@pytest.fixture
def chain() -> FakeChain:
    return FakeChain()


Run = Callable[..., Result]


@pytest.fixture
def run(chain: FakeChain, tmp_path: Path) -> Run:
    """Run the program on an index folder of this test, with the fake chain behind the door."""

    def go(*args: str, doors: Doors | None = None, stdin: str | bytes | None = None) -> Result:
        doors = doors or Doors(open_chain=lambda _: as_chain(chain))
        options = ["--index-dir", str(tmp_path / "index")]
        return CliRunner().invoke(cli, [*options, *args], obj=doors, input=stdin, prog_name="policy-qa")

    return go
