"""What can be clicked on the page on which maintainers take files in. Only maintainers may, whatever the page shows."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from index.errors import UsageError
from qa.validity import status
from ui.held import held_html
from ui.ingest_html import preview_html, tasks_html, tray_html
from ui.librarian import Typed
from ui.users import Person
from ui.views import Action, Views, number
from ui.watch_html import watch_html

if TYPE_CHECKING:
    from ui.app import App

_PATIENCE = 10.0
"""Seconds after which a page that waits is told that nothing has changed."""


def page(app: "App", action: Action, who: Person) -> Views:
    """The whole page."""
    allowed(who)
    return _shown(app, action, who)


def more(app: "App", action: Action, who: Person) -> Views:
    """The page, as soon as something has changed since it was last shown."""
    allowed(who)
    seen = number(action.get("seen", ""), 0)
    if app.ingest.wait(seen, _PATIENCE) == seen:
        return Views(state={"ingest": str(seen)})
    return _shown(app, action, who)


def accept(app: "App", action: Action, who: Person) -> Views:
    """A file is to be taken in with its errors, or not."""
    allowed(who)
    app.ingest.accept(who.name, action.get("item", ""), accepted=bool(action.get("accepted")))
    return _shown(app, action, who)


def describe(app: "App", action: Action, who: Person) -> Views:
    """What is written about a document beside its file."""
    allowed(who)
    typed = Typed(*(" ".join(action.get(name, "").split())[:200] for name in ("title", "doc_number", "date")))
    app.ingest.describe(who.name, action.get("item", ""), action.get("key", ""), typed)
    return _shown(app, action, who)


def discard(app: "App", action: Action, who: Person) -> Views:
    """Forget a file that was sent."""
    allowed(who)
    app.ingest.discard(who.name, action.get("item", ""))
    return _shown(app, action, who)


def clear(app: "App", action: Action, who: Person) -> Views:
    """Forget what has been taken in."""
    allowed(who)
    app.ingest.clear(who.name)
    return _shown(app, action, who)


def confirm(app: "App", action: Action, who: Person) -> Views:
    """Take in what is ready."""
    allowed(who)
    app.ingest.confirm(who.name, " ".join(action.get("collection", "").split())[:40])
    return _shown(app, action, who, "开始收录。可以离开这个页面，完成后文件库会自动更新。")


def cancel(app: "App", action: Action, who: Person) -> Views:
    """Call off a change to the library."""
    allowed(who)
    app.ingest.tasks.cancel(who.name, action.get("task", ""))
    return _shown(app, action, who)


def dismiss(app: "App", action: Action, who: Person) -> Views:
    """Tell no more of what has ended."""
    allowed(who)
    app.ingest.tasks.dismiss(who.name, action.get("task", ""))
    return _shown(app, action, who)


def preview(app: "App", action: Action, who: Person) -> Views:
    """The articles of a document that was sent."""
    allowed(who)
    item = app.ingest.item(who.name, action.get("item", ""))
    for plan in item.plans:
        for document in plan.documents:
            if document.meta.key == action.get("key"):
                return Views(preview=preview_html(item, document, number(action.get("page", ""), 1)))
    raise UsageError("这个文件已重新检查，内容有变化。请再点一次标题。")


def remove(app: "App", action: Action, who: Person) -> Views:
    """Take a document out of the library."""
    allowed(who)
    key = action.get("key", "")
    name = _name(app, key)
    app.ingest.change(who.name, f"移除{name}", lambda progress: app.librarian.remove(key, progress))
    return _shown(app, action, who)


def rename(app: "App", action: Action, who: Person) -> Views:
    """Give a document of the library another title."""
    allowed(who)
    key, title = action.get("key", ""), " ".join(action.get("title", "").split())[:200]
    name = _name(app, key)
    if not title:
        raise UsageError("新标题为空。请输入标题。")
    app.ingest.change(who.name, f"改名{name}", lambda progress: app.librarian.rename(key, title, progress))
    return _shown(app, action, who)


def allowed(who: Person) -> None:
    """Whether somebody may change the library.

    Raises:
        UsageError: no maintainer.
    """
    if not who.maintainer:
        raise UsageError("只有维护者可以收录文件。请用维护者的账号登录。")


def _shown(app: "App", action: Action, who: Person, notice: str | None = None) -> Views:
    seen = app.ingest.tasks.seen
    with app.live.lent() as chain:
        library = chain.library
        entries, collections, held = library.manifest.documents, library.collections, library.held
    today = app.today()
    parts = (
        tasks_html(app.ingest.tasks.listed(), who.name),
        tray_html(app.ingest.items(who.name), tuple(collections)),
        watch_html(app.watch.folders, app.watch.reports()),
        held_html(
            entries,
            collections,
            lambda meta: status(meta, today, held),
            action.get("sought", ""),
            number(action.get("sheet", ""), 1),
        ),
    )
    return Views(ingest="".join(parts), notice=notice, state={"ingest": str(seen)})


def _name(app: "App", key: str) -> str:
    with app.live.lent() as chain:
        meta = chain.library.documents.get(key)
    if meta is None:
        raise UsageError("文件库中已没有这份文件。请刷新页面。")
    return meta.name


ACTS: Mapping[str, Callable[["App", Action, Person], Views]] = {
    "ingest": page,
    "ingest-more": more,
    "ingest-accept": accept,
    "ingest-describe": describe,
    "ingest-discard": discard,
    "ingest-clear": clear,
    "ingest-confirm": confirm,
    "ingest-cancel": cancel,
    "ingest-dismiss": dismiss,
    "ingest-preview": preview,
    "ingest-remove": remove,
    "ingest-rename": rename,
}
