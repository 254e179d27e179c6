"""The commands `ask` and `search`: one question, or a file of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ui.asked import AskedChain, Observer
from ui.logs import new_id
from ui.questions import STDIN, Question, answer_each, read_batch, read_text
from ui.session import Session, global_options, pass_session
from ui.text import from_argument, json_line

if TYPE_CHECKING:
    from qa.chain import Chain
    from qa.model import Answer

_Command = TypeVar("_Command", bound=Callable[..., Any])
_Answerer = Callable[["Chain", Question, Sequence[str]], "Answer"]
_ASK = """回答一个问题，并列出依据。

问题写 - 时从标准输入读取。--batch 的每行为
{"id": …, "question": …, "history": [此前的问题, …]}，
每行输出一个带 id 的 JSON 对象；可加 "as_of": "2024-05-01"，同 --as-of。
"""
_SEARCH = """只查找条文，不作回答。

参数同 ask；输出按相关程度排列的条文。
"""


@dataclass(frozen=True)
class _Request:
    """What stands on the command line of `ask` or `search`."""

    question: str | None
    as_json: bool
    history: tuple[str, ...]
    documents: tuple[str, ...]
    collections: tuple[str, ...]
    batch: str | None
    as_of: date | None


def _day(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:  # noqa: ARG001
    from qa.days import parse_day

    return parse_day(value) if value is not None else None


def _request_options(command: _Command) -> _Command:
    for decorate in (
        click.option("--batch", metavar="FILE", help="逐行处理 JSONL 文件中的问题；- 为标准输入。"),
        click.option(
            "--document",
            "documents",
            multiple=True,
            metavar="NAME",
            help="只在此文件中查找（标题或文号）；可多次给出。",
        ),
        click.option(
            "--collection",
            "collections",
            multiple=True,
            metavar="NAME",
            help="只在此合集中查找；可多次给出。",
        ),
        click.option(
            "--as-of",
            metavar="DATE",
            callback=_day,
            help="按这一天有效的版本作答（如 2024-05-01）；默认今天。",
        ),
        click.option(
            "--history", multiple=True, metavar="Q", help="此前问过的问题，用于理解追问；可多次给出。"
        ),
        click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。"),
        click.argument("question", required=False, metavar="问题"),
    ):
        command = decorate(command)
    return command


@click.command(help=_ASK)
@_request_options
@global_options
@pass_session
def ask(session: Session, /, **options: Any) -> int:
    """Answer a question and name the sources."""
    from ui.plain import answer_text

    request = _read(options)

    def answer(chain: "Chain", question: Question, documents: Sequence[str]) -> "Answer":
        as_of = question.as_of or request.as_of
        asked = AskedChain(chain, new_id(), "cli", Observer())
        return asked.ask(question.text, question.history, documents, as_of, request.collections)

    return _respond(session, request, answer, answer_text)


@click.command(help=_SEARCH)
@_request_options
@global_options
@pass_session
def search(session: Session, /, **options: Any) -> int:
    """Find articles without answering."""
    from qa.model import unsaid
    from ui.plain import hits_text

    request = _read(options)

    def found(chain: "Chain", question: Question, documents: Sequence[str]) -> "Answer":
        as_of = question.as_of or request.as_of
        return unsaid(chain.search(question.text, question.history, documents, as_of, request.collections))

    return _respond(session, request, found, lambda a: hits_text(a.hits))


def _read(options: dict[str, Any]) -> _Request:
    return _Request(**options | {"collections": tuple(map(from_argument, options["collections"]))})


def _respond(
    session: Session, request: _Request, answer: _Answerer, to_text: Callable[["Answer"], str]
) -> int:
    ctx = click.get_current_context()
    if (request.question is None) == (request.batch is None):
        raise click.UsageError("请给出一个问题，或用 --batch 给出问题文件，二者选一", ctx)
    if request.batch is not None and request.history:
        raise click.UsageError("--history 不能与 --batch 同用，请写在文件各行的 history 中", ctx)
    documents = [from_argument(d) for d in request.documents]
    if request.batch is not None:
        return _respond_to_all(session, read_batch(request.batch), documents, answer)
    text = request.question or ""
    text = read_text(STDIN).strip() if text == STDIN else from_argument(text)
    question = Question(text, tuple(map(from_argument, request.history)))
    said = answer(session.open_chain(), question, documents)
    click.echo(json_line(said.to_json()) if request.as_json else to_text(said))
    return 0


def _respond_to_all(
    session: Session, questions: Sequence[Question], documents: Sequence[str], answer: _Answerer
) -> int:
    from ui.progress import print_result, with_progress

    chain = session.open_chain()
    answers = answer_each(questions, lambda q: answer(chain, q, documents).to_json())
    failed = 0
    for data, done in with_progress(answers, len(questions), "处理问题"):
        print_result(json_line(data))
        failed += not done
    if failed:
        click.echo(f"{failed} 个问题出错，原因见输出中的 error。", err=True)
    return 1 if failed else 0
