"""Commands that keep the library safe: backup, restore, doctor."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.session import Session, global_options, pass_session

if TYPE_CHECKING:
    from index.doctor import Fault

_BACKUP = """把资料库备份成一个 ZIP 文件：原文件、相似问、元数据和索引。

恢复时无需重新计算向量。备份期间可照常提问和收录。
"""
_RESTORE = """用备份文件恢复资料库。

全部检查无误后才启用；已有索引时须加 --force，原索引保留到下一次更新。
"""
_DOCTOR = """检查资料库：向量库、关键词索引、词向量、原文件与清单是否一致，记录文件是否完好。

有问题而未修复时退出码为 1。加 --repair 修复可以重建的部分。
"""


@click.command(help=_BACKUP)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="文件.zip")
@global_options
@pass_session
def backup(session: Session, file: Path) -> int:
    """Keep the index in one file."""
    from index.backup import backup as write_backup
    from index.engine import engine_of
    from ui.progress import bars

    with bars() as shown:
        settings = session.settings.index
        size = write_backup(settings.dir, file, shown, engine_of(settings))
    click.echo(f"已备份到 {file}（{size / 1e6:.1f} MB）")
    return 0


@click.command(help=_RESTORE)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="文件.zip")
@click.option("--force", is_flag=True, help="已有索引时替换它。")
@global_options
@pass_session
def restore(session: Session, file: Path, force: bool) -> int:
    """Put a backup into use."""
    from index.backup import restore as read_backup
    from index.engine import engine_of
    from ui.progress import bars

    with bars() as shown:
        settings = session.settings.index
        manifest = read_backup(settings.dir, file, force=force, progress=shown, engine=engine_of(settings))
    articles = sum(entry.articles for entry in manifest.documents)
    click.echo(f"已恢复 {len(manifest.documents)} 份文件、{articles} 条（{manifest.built_at} 建立）")
    return 0


@click.command(help=_DOCTOR)
@click.option("--repair", is_flag=True, help="修复可以重建的部分。")
@global_options
@pass_session
def doctor(session: Session, repair: bool) -> int:
    """Check the index, and mend it."""
    from index.doctor import examine
    from index.engine import engine_of
    from index.generations import ORIGINALS
    from index.mend import mend
    from ui.progress import bars

    settings = session.settings
    if repair:
        with bars() as shown:
            wrong, left = mend(
                settings.index.dir,
                lambda: session.doors.load_embedder(settings),
                settings.index.cache_dir,
                shown,
                engine_of(settings.index),
            )
    else:
        wrong = left = examine(settings.index.dir, engine_of(settings.index))
    lost = _broken_records(settings.web.data_dir)
    for fault in wrong:
        click.echo(_line(fault, mended=repair and fault not in left))
    for fault in left:
        if fault not in wrong:
            click.echo(_line(fault, mended=False))
    for line in lost:
        click.echo(line)
    if not wrong and not lost:
        click.echo("资料库完好。")
    elif not left and not lost:
        click.echo("已全部修复。")
    elif not repair and any(fault.mendable for fault in left):
        click.echo("请运行 policy-qa doctor --repair 修复。")
    if any(fault.check in ("current", "manifest") and not fault.mendable for fault in left):
        folder = settings.index.dir
        click.echo(
            "无法自动修复。请用 policy-qa restore --force 恢复备份；"
            f"没有备份时，移走 {folder}，再用 policy-qa index 收录其中 {ORIGINALS} 文件夹里的原文件。"
        )
    return 1 if left or lost else 0


def _line(fault: "Fault", *, mended: bool) -> str:
    return f"{'已修复' if mended else '问题'}：{fault.message}"


def _broken_records(folder: Path) -> list[str]:
    """What is wrong with the databases of conversations and sign-ins; SQLite itself checks them."""
    found = []
    for path in sorted(folder.glob("*.sqlite3")):
        try:
            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
                (said,) = db.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.Error as error:
            said = str(error)
        if said != "ok":
            found.append(
                f"问题：记录文件损坏：{path}（{said}）。请移走它，程序会另建新的；或用自己的备份替换。"
            )
    return found
