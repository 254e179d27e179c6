"""The page without its frame: what each click does, and which parts of the page it changes.

A click is an action, a flat mapping of texts: `act` names what to do, `conversation`, `documents` (keys, one a
line) and `browser` say where the page stands, and the rest is the data of what was clicked. Nothing of a page is
remembered here but what is kept in the records, so that a restart of the server is not noticed.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from index.errors import PolicyQAError, UsageError
from qa.validity import Status, status
from ui.jobs import FAULT, Jobs, Order
from ui.live import LiveChain
from ui.records import Records
from ui.render import conversations_html, turn_html, welcome_html
from ui.turn import Turn
from ui.users import Person

if TYPE_CHECKING:
    from index.library import Library
    from qa.settings import WebSettings

Action = Mapping[str, str]
_REMEMBERED = 20
"""Earlier questions that are handed on for follow-ups."""
_PATIENCE = 5.0
"""Seconds after which the page is told that there is nothing new yet."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class File:
    """A file for the user to keep."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Views:
    """What an action changes on the page; None leaves a part as it is. All HTML but `notice` and `file`."""

    chat: str | None = None
    """The whole conversation."""
    turn: str | None = None
    """One turn, put in the place of the one with its id, or else at the end of the conversation."""
    panel: str | None = None
    """The source panel; an empty text closes it."""
    library: str | None = None
    maintain: str | None = None
    conversations: str | None = None
    filter: str | None = None
    notice: str | None = None
    """One line of plain text, told to the user at once."""
    file: File | None = None
    state: Mapping[str, str] = field(default_factory=dict)
    """What the page has to know: `wait` and `seen` (an answer to wait for), `conversation`, `tab` to show."""


class App:
    """The page of one server; may be used from several threads."""

    def __init__(
        self,
        chain: LiveChain,
        records: Records,
        web: "WebSettings",
        *,
        version: str = "",
        today: Callable[[], date] = date.today,
    ) -> None:
        self.chain = chain
        self.records = records
        self.web = web
        self._today = today
        self._jobs = Jobs(chain, records.add, version)
        self._acts: dict[str, Callable[[Action, Person], Views]] = {
            "hello": lambda _action, _who: Views(),
            "open": self._open,
            "ask": self._ask,
            "choose": self._ask,
            "again": self._again,
            "more": self._more,
            "stop": self._stop,
            "new": self._new,
            "conversation": self._open,
            "delete": self._delete,
        }

    def act(self, action: Action, who: Person) -> Views:
        """Do what `action` says; an error is told in one line and changes nothing else."""
        do = self._acts.get(action.get("act", ""))
        if do is None:
            return Views(notice="这个页面与服务端的版本不一致。请刷新页面。")
        try:
            return do(action, who)
        except PolicyQAError as error:
            log.warning("%s", error)
            return Views(notice=str(error))
        except Exception:
            # The edge of the program: the page goes on, the trace is in the log.
            log.exception("unexpected")
            return Views(notice=FAULT)

    def close(self) -> None:
        """Give up what is being answered; the records and the chain stay open."""
        self._jobs.close()

    def _open(self, action: Action, who: Person) -> Views:
        """The conversation as it was kept, or the empty page."""
        conversation = action.get("conversation") or uuid4().hex
        return Views(
            chat=self._chat(conversation, who),
            conversations=self._list(conversation, who),
            state={"conversation": conversation},
        )

    def _new(self, action: Action, who: Person) -> Views:
        return self._open({**action, "conversation": ""}, who)

    def _delete(self, action: Action, who: Person) -> Views:
        gone, shown = action.get("which", ""), action.get("conversation", "")
        self.records.delete(gone, who.name)
        return self._open({**action, "conversation": "" if gone == shown else shown}, who)

    def _ask(self, action: Action, who: Person) -> Views:
        question = action.get("text", "")
        if not question.strip():
            raise UsageError("问题为空。请输入要查询的问题。")
        conversation = action.get("conversation") or uuid4().hex
        earlier = [t.question for t in self.records.turns(conversation, who.name)]
        order = Order(
            uuid4().hex,
            who.name,
            conversation,
            question,
            tuple(earlier[-_REMEMBERED:]),
            tuple(action.get("documents", "").split("\n")) if action.get("documents") else (),
        )
        turn = self._jobs.start(order)
        return Views(
            turn=self._html(turn), state={"conversation": conversation, "wait": turn.id, "seen": "0"}
        )

    def _again(self, action: Action, who: Person) -> Views:
        """Ask a question anew, as it was or as it was edited, in the place of its turn and all after it."""
        turn = self.records.turn(action.get("turn", ""), who.name)
        if turn is not None:
            self.records.truncate(turn.conversation, who.name, turn.id)
        text = action.get("text") or (turn.question if turn else "")
        asked = self._ask({**action, "text": text}, who)
        chat = self._chat(asked.state["conversation"], who, empty="") + (asked.turn or "")
        return Views(chat=chat, state=asked.state)

    def _more(self, action: Action, who: Person) -> Views:
        """What an answer has grown to; its page is told to stop waiting once it is finished or unknown."""
        id_, seen = action.get("wait", ""), int(action.get("seen", "0"))
        grown = self._jobs.wait(id_, who.name, seen, _PATIENCE)
        if grown is None:
            return self._open(action, who)
        turn, now = grown
        if turn.state == "working":
            shown = self._html(turn) if now > seen else None
            return Views(turn=shown, state={"wait": id_, "seen": str(now)})
        return Views(turn=self._html(turn), conversations=self._list(action.get("conversation", ""), who))

    def _stop(self, action: Action, who: Person) -> Views:
        self._jobs.stop(action.get("wait", ""), who.name)
        return Views()

    def _chat(self, conversation: str, who: Person, *, empty: str | None = None) -> str:
        turns = self.records.turns(conversation, who.name)
        if not turns:
            return welcome_html(self.web.welcome, ()) if empty is None else empty
        return "".join(self._html(Turn.of(t, self.records.feedback(t.id, who.name))) for t in turns)

    def _html(self, turn: Turn) -> str:
        with self.chain.lent() as chain:
            return turn_html(turn, self._standings(turn, chain.library))

    def _standings(self, turn: Turn, library: "Library") -> dict[str, Status]:
        """How the documents that a turn names stand today, by article id, as far as they are in the index."""
        found = ((s.id, library.article(s.id)) for s in (*turn.sources, *turn.nearest))
        today = self._today()
        return {id_: status(a.meta, today, library.documents) for id_, a in found if a is not None}

    def _list(self, shown: str, who: Person) -> str:
        return conversations_html(self.records.conversations(who.name), shown)


def views_json(views: Views) -> dict[str, Any]:
    """`views` for the page's script: only what changes; a file in base64."""
    from base64 import b64encode

    parts: dict[str, Any] = {"ok": True} | {
        name: value
        for name, value in vars(views).items()
        if isinstance(value, str) or (name == "state" and value)
    }
    if views.file is not None:
        data = b64encode(views.file.data).decode()
        parts["file"] = {"name": views.file.name, "type": views.file.media_type, "data": data}
    return parts
