"""What can be clicked in a conversation: ask, ask again, stop, choose what to search in, judge, export."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import uuid4

from index.errors import UsageError
from index.model import Metadata
from qa.chain import MAX_QUESTION
from ui.export import exported
from ui.jobs import Order
from ui.mine import person_html, tag
from ui.operator import brief_html, call_html
from ui.pick import pick_html
from ui.render import WRONG_SOURCE, turn_html
from ui.saved import USER_VERDICTS, Feedback, SavedTurn
from ui.search import words_of
from ui.shell import (
    actions_html,
    chosen_keys,
    collection_mark,
    conversations_html,
    filter_html,
    welcome_html,
)
from ui.turn import Turn
from ui.users import Person
from ui.views import Action, File, Views

if TYPE_CHECKING:
    from index.library import Library
    from ui.app import App

_REMEMBERED = 20
"""Earlier questions that are handed on for follow-ups."""
_PATIENCE = 5.0
"""Seconds after which the page is told that there is nothing new yet."""
_MAX_COMMENT = 500


def open_page(app: "App", action: Action, who: Person) -> Views:
    """The conversation as it was kept and as it goes on, or the empty page; and the lists beside it."""
    mine = action.get("person", tag(who)) == tag(who)  # else somebody else has signed in since
    conversation = (action.get("conversation") if mine else "") or uuid4().hex
    chosen = _documents(action)
    with app.live.lent() as chain:
        collections = _collections(chain.library)
    chat, wait = _chat(app, conversation, who)
    return Views(
        chat=chat,
        conversations=_list(app, conversation, who),
        filter=filter_html(collections, chosen),
        actions=actions_html(conversation),
        call=call_html(conversation, app.records.note(conversation, who.name)),
        who=person_html(who, app.web),
        state={"conversation": conversation, "person": tag(who)} | wait,
    )


def show_conversation(app: "App", action: Action, who: Person) -> Views:
    """Another conversation, or a new one."""
    conversation = action.get("conversation") or uuid4().hex
    chat, wait = _chat(app, conversation, who)
    return Views(
        chat=chat,
        panel="",
        conversations=_list(app, conversation, who),
        actions=actions_html(conversation),
        call=call_html(conversation, app.records.note(conversation, who.name)),
        state={"conversation": conversation} | wait,
    )


def new(app: "App", action: Action, who: Person) -> Views:
    """An empty conversation."""
    return show_conversation(app, {**action, "conversation": ""}, who)


def delete(app: "App", action: Action, who: Person) -> Views:
    """A conversation is deleted; if it is the one that is shown, a new one takes its place."""
    gone, shown = action.get("which", ""), action.get("conversation", "")
    app.records.delete(gone, who.name)
    if gone == shown:
        return new(app, action, who)
    return Views(conversations=_list(app, shown, who), notice="已删除。")


def ask(app: "App", action: Action, who: Person) -> Views:
    """Begin to answer a question."""
    question = action.get("text", "").strip()
    if not question:
        raise UsageError("问题为空。请输入要查询的问题。")
    if len(question) > MAX_QUESTION:
        raise UsageError(f"问题过长（{len(question)} 字）。请缩短到 {MAX_QUESTION} 字以内。")
    conversation = action.get("conversation") or uuid4().hex
    earlier = [t.question for t in app.records.turns(conversation, who.name)]
    history = tuple(earlier[-_REMEMBERED:])
    with app.live.lent() as chain:
        keys = chosen_keys(chain.library.collections, _documents(action))
    if _documents(action) and not keys:
        raise UsageError("选中的合集已不存在。请重新选择范围。")
    order = Order(uuid4().hex, who.name, conversation, question, history, keys)
    turn = app.jobs.start(order)
    return Views(turn=_html(app, turn), state={"conversation": conversation, "wait": turn.id, "seen": "0"})


def again(app: "App", action: Action, who: Person) -> Views:
    """Ask a question anew, as it was or as it was edited, in the place of its turn and all after it."""
    conversation = action.get("conversation", "")
    turn = app.records.turn(action.get("turn", ""), who.name)
    text = action.get("text") or (turn.question if turn else "")
    if not text.strip() or len(text.strip()) > MAX_QUESTION:
        return ask(app, {**action, "text": text}, who)  # says what is wrong with it, and nothing is lost
    app.jobs.check(who.name, conversation)
    if turn is not None:
        app.records.truncate(conversation, who.name, turn.id)
    asked = ask(app, {**action, "text": text}, who)
    kept = app.records.turns(conversation, who.name)
    before = "".join(_kept_html(app, t, who) for t in kept if t.id != asked.state["wait"])
    return Views(chat=before + (asked.turn or ""), state=asked.state)


def more(app: "App", action: Action, who: Person) -> Views:
    """What an answer has grown to; its page is told to stop waiting once it is finished or unknown."""
    id_, seen = action.get("wait", ""), int(action.get("seen", "0"))
    grown = app.jobs.wait(id_, who.name, seen, _PATIENCE)
    if grown is None:  # the server was started anew
        return open_page(app, action, who)
    turn, now = grown
    if turn.state == "working":
        return Views(turn=_html(app, turn) if now > seen else None, state={"wait": id_, "seen": str(now)})
    return Views(turn=_html(app, turn), conversations=_list(app, action.get("conversation", ""), who))


def stop(app: "App", action: Action, who: Person) -> Views:
    """End an answer where it stands."""
    app.jobs.stop(action.get("wait", ""), who.name)
    return Views()


def limit(app: "App", action: Action, who: Person) -> Views:  # noqa: ARG001
    """Limit the questions to some documents or collections, or to none in particular."""
    with app.live.lent() as chain:
        collections = _collections(chain.library)
    known = {*map(collection_mark, collections), *(m.key for own in collections.values() for m in own)}
    chosen = [line for line in _documents(action) if line in known]
    said = filter_html(collections, chosen)
    return Views(filter=said, state={"documents": "\n".join(chosen)})


def judge(app: "App", action: Action, who: Person) -> Views:
    """Keep a verdict on an answer, with a comment or the right article if one is given."""
    saved = _own(app, action.get("turn", ""), who)
    earlier = app.records.feedback(saved.id, who.name)
    verdict = next((v for v in USER_VERDICTS if v == action.get("verdict")), None)
    if verdict is None:
        raise UsageError(f"未知的评价。可用：{'、'.join(USER_VERDICTS)}。")
    comment = action.get("comment", earlier.comment if earlier else "").strip()[:_MAX_COMMENT]
    article = action.get("article") or (earlier.article if earlier and verdict == earlier.verdict else None)
    given = Feedback(saved.id, who.name, verdict, comment, article)
    app.records.add_feedback(given)
    turn = Turn.of(saved, given)
    picking = verdict == WRONG_SOURCE and not article and "comment" not in action
    told = "" if picking else "谢谢，已记录。"
    return Views(
        turn=_html(app, turn),
        panel=pick_html(turn) if picking else None,
        notice=told or "请选出正确的依据。",
    )


def pick(app: "App", action: Action, who: Person) -> Views:
    """The articles that hold all words of a query, to choose the right one for an answer from."""
    turn, query = Turn.of(_own(app, action.get("turn", ""), who)), " ".join(action.get("query", "").split())
    words = words_of(query)
    if not words:
        return Views(panel=pick_html(turn))
    with app.live.lent() as chain:
        found = [a for f in app.texts.of(chain.library).find(words) for a in f.articles]
    return Views(panel=pick_html(turn, query, found))


def export(app: "App", action: Action, who: Person) -> Views:
    """One answer or the whole conversation as a file."""
    if action.get("what") == "turn":
        turns: Sequence[SavedTurn] = [_own(app, action.get("id", ""), who)]
    else:
        turns = app.records.turns(action.get("id", ""), who.name)
    kind = action.get("kind", "")
    media_type, data = exported(kind, turns, app.web.title)
    return Views(file=File(f"问答-{app.today().isoformat()}.{kind}", media_type, data))


def _collections(library: "Library") -> dict[str, list[Metadata]]:
    return {name: [library.documents[k] for k in keys] for name, keys in library.collections.items()}


def _documents(action: Action) -> tuple[str, ...]:
    return tuple(key for key in action.get("documents", "").split("\n") if key)


def _own(app: "App", id_: str, who: Person) -> SavedTurn:
    saved = app.records.turn(id_, who.name)
    if saved is None:
        raise UsageError("没有这条回答。它可能没有存下来，或已被删除。请刷新页面。")
    return saved


def _chat(app: "App", conversation: str, who: Person) -> tuple[str, dict[str, str]]:
    """The conversation, and what the page needs to follow an answer that is still being given."""
    working = app.jobs.working(who.name, conversation)
    turns = [t for t in app.records.turns(conversation, who.name) if not (working and t.id == working.id)]
    shown = "".join(_kept_html(app, t, who) for t in turns)
    if working is not None:
        return shown + _html(app, working), {"wait": working.id, "seen": "0"}
    return shown or welcome_html(app.web.welcome, app.examples), {}


def _kept_html(app: "App", saved: SavedTurn, who: Person) -> str:
    return _html(app, Turn.of(saved, app.records.feedback(saved.id, who.name)))


def _html(app: "App", turn: Turn) -> str:
    with app.live.lent() as chain:
        return turn_html(turn, app.standings(turn, chain.library), brief_html(turn))


def _list(app: "App", shown: str, who: Person) -> str:
    return conversations_html(app.records.conversations(who.name), shown)


ACTS: Mapping[str, Callable[["App", Action, Person], Views]] = {
    "hello": lambda _app, _action, _who: Views(),
    "open": open_page,
    "conversation": show_conversation,
    "new": new,
    "delete": delete,
    "ask": ask,
    "choose": ask,
    "again": again,
    "more": more,
    "stop": stop,
    "filter": limit,
    "feedback": judge,
    "pick": pick,
    "export": export,
}
