"""What belongs to who is at the page: the name, the way out, what is kept of them, and how to have it deleted."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING

from qa.settings import WebSettings
from ui.render import escaped
from ui.shell import conversations_html
from ui.users import Person
from ui.views import Action, Views

if TYPE_CHECKING:
    from ui.app import App

FORGET = "删除我的全部记录"
_SURE = "删除您的全部对话、评价和备注？删除后不能恢复。"


def person_html(who: Person, web: WebSettings) -> str:
    """Name or 我的记录, and below it what is kept and what can be done about it."""
    out = ""
    if who.user is not None:
        out = '<form method="post" action="sign-out"><button type="submit">退出登录</button></form>'
    role = ' <small class="pq-role">维护者</small>' if who.maintainer else ""
    return (
        f'<details class="pq-pop pq-right pq-me"{" data-maintainer" if who.maintainer else ""}>'
        f"<summary>{escaped(who.user or '我的记录')}{role}</summary>"
        f'<div class="pq-menu-list"><p class="pq-kept">{kept_text(web)}</p>'
        f'<button type="button" data-act="forget" data-confirm="{_SURE}">{FORGET}</button>{out}</div></details>'
    )


def kept_text(web: WebSettings) -> str:
    """What is kept and for how long, in one line."""
    how_long = f"保留 {web.keep_days} 天后自动删除" if web.keep_days else "不会自动删除"
    return f"提问、回答和评价会保存在服务器上，{how_long}；维护者可以查看，用于改进回答。"


def tag(who: Person) -> str:
    """Tells a page whether it is still the same person's, without saying whose."""
    return sha256(who.name.encode()).hexdigest()[:16]


def forget(app: "App", action: Action, who: Person) -> Views:
    """Delete everything that is kept of a person, also what is being answered; the page starts anew."""
    app.jobs.forget(who.name)
    app.records.forget(who.name)
    opened = app.act({**action, "act": "new"}, who)
    return Views(
        chat=opened.chat,
        panel="",
        conversations=conversations_html((), ""),
        actions=opened.actions,
        notice="已删除您的全部记录。",
        state=opened.state,
    )


ACTS: Mapping[str, Callable[["App", Action, Person], Views]] = {"forget": forget}
