"""The command that keeps the keys of the API: `policy-qa key add`, `list`, `revoke`."""

from datetime import date
from pathlib import Path

import click

from index.errors import UsageError
from ui.session import Session, global_options, pass_session

_ADD = """为一个程序生成密钥，只显示这一次。

密钥输出到标准输出，放在请求头 Authorization: Bearer 中使用。文件中只存它的散列值；丢失后请撤销，再生成新的。
"""
_FILE = click.option(
    "--keys",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="密钥文件；默认取设置 api.keys。",
)


@click.group(help="管理程序使用 API 的密钥。")
def key() -> None:
    """Keep the file of keys."""


def _day(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:  # noqa: ARG001
    from qa.days import parse_day

    return parse_day(value) if value is not None else None


@key.command(help=_ADD)
@click.argument("name", metavar="名称")
@click.option(
    "--expires", metavar="DATE", callback=_day, help="有效期至这一天（含），如 2027-12-31；默认不过期。"
)
@_FILE
@global_options
@pass_session
def add(session: Session, name: str, expires: date | None, file: Path | None) -> int:
    """Make a key."""
    from ui.api.keys import changing, new_key
    from ui.text import from_argument

    path, today = _path(session, file), date.today()
    made, secret = new_key(from_argument(name), today, expires)
    with changing(path) as keys:
        known = keys.get(made.name)
        if known is not None and known.is_good(today):
            raise UsageError(f"已有密钥 {made.name}。请换一个名称，或先用 policy-qa key revoke 撤销。")
        keys[made.name] = made
    click.echo(secret)
    until = f"有效期至 {made.expires}" if made.expires else "不过期"
    click.echo(f"已添加密钥 {made.name}（{until}）：{path}。密钥只显示这一次，请妥善保存。", err=True)
    return 0


@key.command("list", help="列出密钥的名称和期限；密钥本身无法再显示。")
@_FILE
@global_options
@pass_session
def list_keys(session: Session, file: Path | None) -> int:
    """List the keys."""
    from ui.api.keys import read_keys
    from ui.text import pad, safe, width

    keys = read_keys(_path(session, file)).values()
    column = max((width(k.name) for k in keys), default=0)
    for one in keys:
        until = f"有效期至 {one.expires}" if one.expires else "不过期"
        stands = (
            f"已撤销（{one.revoked}）" if one.revoked else until if one.is_good(date.today()) else "已过期"
        )
        click.echo(f"{pad(safe(one.name), column)}  {one.made} 生成  {stands}")
    click.echo(f"共 {len(keys)} 个密钥", err=True)
    return 0


@key.command(help="撤销密钥；用它的程序随即被拒绝。")
@click.argument("name", metavar="名称")
@_FILE
@global_options
@pass_session
def revoke(session: Session, name: str, file: Path | None) -> int:
    """Revoke a key."""
    from dataclasses import replace

    from ui.api.keys import changing, read_keys
    from ui.text import from_argument
    from ui.users import plain_name

    name, path = plain_name(from_argument(name)), _path(session, file)
    if name not in read_keys(path):
        raise UsageError(f"没有密钥 {name}。请用 policy-qa key list 查看。")
    with changing(path) as keys:
        keys[name] = replace(keys[name], revoked=keys[name].revoked or date.today().isoformat())
    click.echo(f"已撤销密钥 {name}：{path}")
    return 0


def _path(session: Session, file: Path | None) -> Path:
    from ui.api.keys import FILE

    settings = session.settings
    return file or settings.api.keys or settings.web.data_dir / FILE
