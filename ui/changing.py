"""Commands that change the library: index, remove, rename."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.errors import IndexMissing
from ui.session import INTERRUPTED, Session, global_options, pass_session

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from index.build import Builder, Change
    from ui.progress import Bars

_INDEX = """收录或更新文件。

不给文件时收录内置的政策汇编。可反复运行：没有变化的文件不会重读，
没有变化的条文不会重新计算。文字中没有写明的标题、日期、文号等，
可写在同名的 .meta.toml 文件中（如 办法.pdf 旁边的 办法.meta.toml）。
"""
_REMOVE = """移除文件（写完整的标题或文号）。

一份文件有几个版本时，写 标题@日期。移除后，同样的内容不会随文件夹再次收录；
要恢复，用 policy-qa index --restore 加原文件。
"""
_RENAME = """更改文件显示和引用时的标题，条文和编号不变。

例：policy-qa rename 旧标题 新标题
"""


@click.command(help=_INDEX)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[文件或文件夹]…")
@click.option("--rebuild", is_flag=True, help="全部重新切分、重新计算（不给文件时用留存的原文件）。")
@click.option("--if-missing", is_flag=True, help="已有索引时什么也不做。")
@click.option("--dry-run", is_flag=True, help="只说明会有什么变化，不作改动。")
@click.option("--collection", metavar="NAME", help="收入这个合集；不写时新文件入“默认”，已有的不动。")
@click.option("--accept-errors", is_flag=True, help="检查出错误的文件也收录。")
@click.option("--restore", is_flag=True, help="收回此前移除的文件。")
@global_options
@pass_session
def index(
    session: Session,
    paths: tuple[Path, ...],
    rebuild: bool,
    if_missing: bool,
    dry_run: bool,
    collection: str | None,
    accept_errors: bool,
    restore: bool,
) -> int:
    """Add or update documents."""
    if dry_run and rebuild:
        raise click.UsageError("--dry-run 不能与 --rebuild 同用", click.get_current_context())
    if if_missing and _has_index(session):
        return 0
    from index.readers import find_files
    from ui.plan_text import hints_text, plans_text
    from ui.text import from_argument

    name = from_argument(collection).strip() or None if collection else None
    with ExitStack() as stack:
        if paths:
            chosen = find_files(list(paths))
        elif rebuild and _has_index(session):
            chosen = []
        else:
            chosen = [stack.enter_context(as_file(p)) for p in _bundled()]
        builder = stack.enter_context(_building(session))
        if dry_run:
            plans = builder.plan(chosen, collection=name, accept_errors=accept_errors)
            click.echo(plans_text(plans))
            return 1 if any(p.status in ("blocked", "unreadable") for p in plans) else 0
        change = builder.add(
            chosen, rebuild=rebuild, collection=name, accept_errors=accept_errors, restore=restore
        )
    status = _report(change)
    if hints := hints_text(change.files):
        click.echo(hints, err=True)
    return status


@click.command(help=_REMOVE)
@click.argument("names", nargs=-1, required=True, metavar="文件…")
@global_options
@pass_session
def remove(session: Session, names: tuple[str, ...]) -> int:
    """Remove documents."""
    from ui.catalogue import find_document, open_catalogue
    from ui.text import from_argument

    metas = [e.meta for e in open_catalogue(session.settings.index).entries]
    found = {m.key: m for name in names for m in [find_document(from_argument(name), metas, exact=True)]}
    with _building(session) as builder:
        change = builder.remove(list(found))
    for meta in found.values():
        click.echo(f"已移除{meta.name}")
    return _report(change)


@click.command(help=_RENAME)
@click.argument("name", metavar="旧标题")
@click.argument("title", metavar="新标题")
@global_options
@pass_session
def rename(session: Session, name: str, title: str) -> int:
    """Give a document another title."""
    from ui.catalogue import find_document, open_catalogue
    from ui.text import from_argument

    metas = [e.meta for e in open_catalogue(session.settings.index).entries]
    meta = find_document(from_argument(name), metas, exact=True)
    with _building(session) as builder:
        change = builder.rename(meta.key, from_argument(title))
    renamed = find_document(meta.key, [e.meta for e in open_catalogue(session.settings.index).entries])
    click.echo(f"{meta.name}已改名为{renamed.name}")
    return _report(change)


@contextmanager
def _building(session: Session) -> "Iterator[Builder]":
    """A builder with its progress shown; Ctrl-C ends the program with what became of the library."""
    from ui.progress import bars

    with bars() as shown:
        try:
            yield _builder(session, shown)
        except KeyboardInterrupt:
            shown.close()
            click.echo("已中断，原索引未改动。", err=True)
            click.get_current_context().exit(INTERRUPTED)


def _has_index(session: Session) -> bool:
    from index.generations import current_generation

    try:
        current_generation(session.settings.index.dir)
    except IndexMissing:
        return False
    return True


def _bundled() -> "list[Traversable]":
    corpus = files("index") / "corpus"
    return sorted((p for p in corpus.iterdir() if p.name.endswith(".txt")), key=lambda p: p.name)


def _builder(session: Session, progress: "Bars") -> "Builder":
    from index.build import Builder
    from index.engine import engine_of
    from index.library import embedder_name

    settings = session.settings
    return Builder(
        settings.index.dir,
        lambda: session.doors.load_embedder(settings),
        embedder_name(settings.index.embedder, settings.index.service),
        settings.index.cache_dir,
        progress,
        engine_of(settings.index),
    )


def _report(change: "Change") -> int:
    from ui.listing import change_text

    click.echo(change_text(change))
    for failure in change.failed:
        click.echo(f"未收录：{' '.join(failure.split())}", err=True)
    return 1 if change.failed else 0
