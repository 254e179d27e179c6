"""What can be clicked on the library page: search, turn the page, read a document, ask only it."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from index.errors import UsageError
from index.model import Metadata
from qa.validity import Status, status
from ui.browse import Stands, Where, documents_html, found_html
from ui.chat import limit
from ui.reader import Place, document_html
from ui.search import words_of
from ui.sources import cited
from ui.users import Person
from ui.views import Action, Views, number

if TYPE_CHECKING:
    from index.library import Library
    from ui.app import App


def browse(app: "App", action: Action, who: Person) -> Views:  # noqa: ARG001
    """All documents, or those in which a query is found."""
    where = _where(action)
    words = words_of(where.query)
    with app.live.lent() as chain:
        library, stands = chain.library, _stands(app, chain.library)
        if not words:
            return Views(library=documents_html(library.manifest.documents, Where(page=where.page), stands))
        found = app.texts.of(library).find(words)
    return Views(library=found_html(found, words, where, stands))


def document(app: "App", action: Action, who: Person) -> Views:
    """A whole document, at an article if one is given, with its quote or the words of the query marked."""
    key, where = action.get("key", ""), _where(action)
    quoted = cited(app, action, who)
    with app.live.lent() as chain:
        library = chain.library
        meta = library.documents.get(key)
        if meta is None:
            raise UsageError("索引中没有这份文件，可能已更新或删除。请刷新页面。")
        articles = library.articles.of(key)
        at = action.get("at", "")
        quote = quoted.quote if quoted and quoted.id == at else ""
        place = Place(at, quote, words_of(where.query))
        shown = document_html(meta, articles, _stands(app, library)(meta), place, where)
    return Views(library=shown, state={"tab": "library"})


def only(app: "App", action: Action, who: Person) -> Views:
    """The chat, limited to one document."""
    limited = limit(app, action, who)
    if not limited.state["documents"]:
        raise UsageError("索引中没有这份文件，可能已更新或删除。请刷新页面。")
    return Views(
        filter=limited.filter, state={**limited.state, "tab": "chat"}, notice="已限定：只在这份文件中查找。"
    )


def _where(action: Action) -> Where:
    return Where(" ".join(action.get("query", "").split())[:100], number(action.get("page", ""), 1))


def _stands(app: "App", library: "Library") -> Stands:
    today, documents = app.today(), library.documents

    def stands(meta: Metadata) -> Status:
        return status(meta, today, documents)

    return stands


ACTS: Mapping[str, Callable[["App", Action, Person], Views]] = {
    "library": browse,
    "document": document,
    "only": only,
}
