"""What can be clicked to see a source: a mark, a card, a near article, the article before or after."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from index.errors import UsageError
from ui.source import source_html, source_of
from ui.turn import Turn
from ui.users import Person
from ui.views import Action, Views

if TYPE_CHECKING:
    from ui.app import App


def source(app: "App", action: Action, who: Person) -> Views:
    """The article behind a mark, from an answer that was kept or is still being given."""
    id_, n = action.get("turn", ""), int(action.get("n", "0"))
    grown = app.jobs.wait(id_, who.name, -1, 0)
    saved = app.records.turn(id_, who.name)
    turn = grown[0] if grown else Turn.of(saved) if saved else None
    chosen = turn.source(n) if turn else None
    if chosen is None:
        raise UsageError("没有这条依据。它所在的回答可能已被删除，请刷新页面。")
    with app.live.lent() as chain:
        return Views(panel=source_html(chain.library, chosen, app.today()))


def article(app: "App", action: Action, who: Person) -> Views:  # noqa: ARG001
    """An article by its id."""
    with app.live.lent() as chain:
        found = chain.library.article(action.get("id", ""))
        if found is None:
            raise UsageError("索引中没有这一条，可能已更新。请重新提问。")
        return Views(panel=source_html(chain.library, source_of(found), app.today()))


ACTS: Mapping[str, Callable[["App", Action, Person], Views]] = {"source": source, "article": article}
