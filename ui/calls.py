"""What can be done with the call that an operator has on the line: note, ticket, next caller."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from index.errors import UsageError
from ui.chat import limit, new
from ui.export import ticket_text
from ui.operator import certainty
from ui.turn import Turn
from ui.users import Person
from ui.views import Action, Views

if TYPE_CHECKING:
    from ui.app import App

_MAX_NOTE = 2000


def note(app: "App", action: Action, who: Person) -> Views:
    """Keep the note of a call."""
    app.records.write_note(action.get("conversation", ""), who.name, action.get("text", "")[:_MAX_NOTE])
    return Views()


def ticket(app: "App", action: Action, who: Person) -> Views:
    """The whole call to paste elsewhere: every question with its answer, and at the end the note."""
    turns = app.records.turns(action.get("conversation", ""), who.name)
    if not turns:
        raise UsageError("这通来电还没有答复，没有可以复制的工单。请先提问。")
    text = action.get("text", "")[:_MAX_NOTE]
    notes = [""] * (len(turns) - 1) + [text]
    parts = [ticket_text(t, n, certainty(Turn.of(t)).word) for t, n in zip(turns, notes, strict=True)]
    return Views(copy="\n\n".join(parts), notice="工单已复制。")


def caller(app: "App", action: Action, who: Person) -> Views:
    """The next caller: an empty conversation without notes that asks all documents."""
    fresh = new(app, action, who)
    unlimited = limit(app, {**action, "documents": ""}, who)
    return Views(
        chat=fresh.chat,
        panel=fresh.panel,
        conversations=fresh.conversations,
        actions=fresh.actions,
        call=fresh.call,
        filter=unlimited.filter,
        state={**fresh.state, **unlimited.state},
    )


ACTS: Mapping[str, Callable[["App", Action, Person], Views]] = {
    "note": note,
    "ticket": ticket,
    "caller": caller,
}
