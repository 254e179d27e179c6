"""The command that keeps the users file: `policy-qa user add`, `remove`, `list`."""

import sys
from pathlib import Path

import click

from index.errors import UsageError
from ui.session import Session, global_options, pass_session

_ADD = """添加用户，或给已有的用户换密码。

密码在终端中输入两次，不显示；也可以从标准输入读取一行。用户文件不存在时新建，只有本人可读写。
"""
_FILE = click.option(
    "--auth",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="用户文件；默认取设置 web.users。",
)


@click.group(help="管理可以登录网页的用户。")
def user() -> None:
    """Keep the users file."""


@user.command(help=_ADD)
@click.argument("name", metavar="用户名")
@click.option(
    "--maintainer/--no-maintainer", default=None, help="是否为维护者（可看维护页）；不写则保持不变。"
)
@_FILE
@global_options
@pass_session
def add(session: Session, name: str, maintainer: bool | None, file: Path | None) -> int:
    """Add a user, or give one a new password."""
    from ui.text import from_argument
    from ui.users import User, changing, hashed, new_name, new_password

    name = new_name(from_argument(name))
    path = _path(session, file)
    password = hashed(new_password(_typed_password(name)))
    with changing(path) as users:
        known = users.get(name)
        role = maintainer if maintainer is not None else known is not None and known.maintainer
        users[name] = User(name, password, role)
    click.echo(f"{'已更新' if known else '已添加'}{'维护者' if role else '用户'} {name}：{path}")
    return 0


@user.command(help="移除用户；已登录的页面随即失效。")
@click.argument("name", metavar="用户名")
@_FILE
@global_options
@pass_session
def remove(session: Session, name: str, file: Path | None) -> int:
    """Remove a user."""
    from ui.text import from_argument
    from ui.users import changing, plain_name, read_users

    name = plain_name(from_argument(name))
    path = _path(session, file)
    read_users(path)  # a file that is not there is told, not made
    with changing(path) as users:
        if users.pop(name, None) is None:
            raise UsageError(f"没有用户 {name}。请用 policy-qa user list 查看。")
    click.echo(f"已移除用户 {name}：{path}")
    return 0


@user.command("list", help="列出用户。")
@_FILE
@global_options
@pass_session
def list_users(session: Session, file: Path | None) -> int:
    """List the users."""
    from ui.text import pad, safe, width
    from ui.users import read_users

    users = read_users(_path(session, file)).values()
    column = max((width(u.name) for u in users), default=0)
    for one in users:
        click.echo(f"{pad(safe(one.name), column)}  {'维护者' if one.maintainer else '用户'}")
    click.echo(f"共 {len(users)} 人", err=True)
    return 0


def _path(session: Session, file: Path | None) -> Path:
    path = file or session.settings.web.users
    if path is None:
        raise UsageError("没有指定用户文件。请加 --auth FILE，或设置 POLICY_QA_WEB__USERS。")
    return path


def _typed_password(name: str) -> str:
    """Typed twice on a terminal, without being shown; else the first line of stdin."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    typed, again = (
        click.prompt(text, hide_input=True, err=True, prompt_suffix="：")
        for text in (f"{name} 的密码", "再输一次")
    )
    if typed != again:
        raise UsageError("两次输入的密码不一致，没有改动。请重试。")
    return str(typed)
