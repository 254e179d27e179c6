"""What can be clicked to see a source: a mark, a card, a near article, the rows of a table, a page of the original."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ReadError, UsageError
from index.model import Article
from index.pdfpage import page_picture
from ui.source import no_picture_html, picture_html, source_html, source_of
from ui.turn import Source, Turn
from ui.users import Person
from ui.views import Action, Views, number

if TYPE_CHECKING:
    from index.library import Library
    from ui.app import App

_NO_ARTICLE = "索引中没有这一条，可能已更新。请重新提问。"


def source(app: "App", action: Action, who: Person) -> Views:
    """The article behind a mark, from an answer that was kept or is still being given."""
    chosen = cited(app, action, who)
    if chosen is None:
        raise UsageError("没有这条依据。它所在的回答可能已被删除，请刷新页面。")
    with app.live.lent() as chain:
        return _panel(app, chain.library, chosen, action)


def article(app: "App", action: Action, who: Person) -> Views:  # noqa: ARG001
    """An article by its id."""
    with app.live.lent() as chain:
        return _panel(app, chain.library, source_of(_article(chain.library, action)), {})


def table(app: "App", action: Action, who: Person) -> Views:
    """A row again, among all rows of its table or among those around it."""
    chosen = cited(app, action, who)
    with app.live.lent() as chain:
        shown = chosen or source_of(_article(chain.library, action))
        return _panel(app, chain.library, shown, action)


def page(app: "App", action: Action, who: Person) -> Views:  # noqa: ARG001
    """A page of the original of an article as a picture."""
    with app.live.lent() as chain:
        shown = _article(chain.library, action)
        path = original_pdf(chain.library, shown.meta.key)
    at = number(action.get("page", ""), shown.page or 1)
    try:
        if path is None:
            raise ReadError("这份文件没有 PDF 原件。")
        picture = page_picture(path, at - shown.meta.page_offset)
        return Views(page=picture_html(shown, at, picture))
    except ReadError as error:
        return Views(page=no_picture_html(str(error)))


def cited(app: "App", action: Action, who: Person) -> Source | None:
    """What the mark `n` of `turn` cites; None where an action names neither."""
    id_, n = action.get("turn", ""), number(action.get("n", ""), 0)
    if not id_ or n <= 0:
        return None
    grown = app.jobs.wait(id_, who.name, -1, 0)
    saved = app.records.turn(id_, who.name)
    turn = grown[0] if grown else Turn.of(saved) if saved else None
    return turn.source(n) if turn else None


def original_pdf(library: "Library", key: str) -> Path | None:
    """The kept original of a document, if it is a PDF."""
    manifest = library.manifest
    sha = next((e.sha256 for e in manifest.documents if e.meta.key == key), None)
    name = next((s.original for s in manifest.sources if s.sha256 == sha), "")
    return library.folder / "originals" / name if name.endswith(".pdf") else None


def _article(library: "Library", action: Action) -> Article:
    found = library.article(action.get("id", ""))
    if found is None:
        raise UsageError(_NO_ARTICLE)
    return found


def _panel(app: "App", library: "Library", shown: Source, action: Action) -> Views:
    found = library.article(shown.id)
    is_pdf = (
        found is not None and found.page is not None and original_pdf(library, found.meta.key) is not None
    )
    return Views(
        panel=source_html(
            library,
            replace(shown, n=shown.n if action.get("turn") else 0),
            app.today(),
            turn=action.get("turn", ""),
            whole_table=bool(action.get("whole")),
            is_pdf=is_pdf,
        )
    )


ACTS: Mapping[str, Callable[["App", Action, Person], Views]] = {
    "source": source,
    "article": article,
    "table": table,
    "page": page,
}
