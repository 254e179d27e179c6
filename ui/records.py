"""Conversations, verdicts and call notes in one SQLite file, written by several threads and processes at once.

Every write is one short transaction that is on the disk when the call returns. Who reads names the owner, and
sees nothing of anybody else; only what maintainers need (`unanswered`, `judged`, `daily`) goes over all owners.
A turn that was edited or tried again is hidden from its conversation, not forgotten: what was said about it
still counts. `delete` and `forget` overwrite what they remove.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from index.errors import UsageError
from qa.claims import NOTE
from ui.database import Database
from ui.saved import (
    USER_VERDICTS,
    Conversation,
    Day,
    Feedback,
    Judged,
    ModelUse,
    Reference,
    Replay,
    SavedTurn,
    Versions,
    iso,
)
from ui.text import safe

FILE = "records.sqlite3"
_VERSIONS = (
    (
        """CREATE TABLE conversations (
            id TEXT PRIMARY KEY, owner TEXT NOT NULL, begun TEXT NOT NULL, note TEXT NOT NULL DEFAULT ''
        )""",
        "CREATE INDEX conversations_owner ON conversations (owner)",
        """CREATE TABLE turns (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            conversation TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
            time TEXT NOT NULL,
            refusal TEXT,
            hidden INTEGER NOT NULL DEFAULT 0,
            question TEXT NOT NULL,
            answer TEXT NOT NULL,
            replay TEXT NOT NULL
        )""",
        "CREATE INDEX turns_conversation ON turns (conversation, hidden, number, time)",
        "CREATE INDEX turns_time ON turns (time, refusal)",
        """CREATE TABLE feedback (
            turn TEXT PRIMARY KEY REFERENCES turns (id) ON DELETE CASCADE,
            verdict TEXT NOT NULL,
            comment TEXT NOT NULL,
            article TEXT,
            time TEXT NOT NULL
        )""",
        "CREATE INDEX feedback_time ON feedback (time)",
    ),
)
_TURNS = """SELECT t.id, t.conversation, c.owner, t.time, t.answer, t.replay
    FROM turns t JOIN conversations c ON c.id = t.conversation"""
_JUDGED = """SELECT t.id, t.conversation, c.owner, t.time, t.answer, t.replay,
        f.turn, c.owner, f.verdict, f.comment, f.article, f.time
    FROM turns t JOIN conversations c ON c.id = t.conversation LEFT JOIN feedback f ON f.turn = t.id"""


class Records:
    """The records in the file `path`; may be used from several threads.

    With `keep_days`, turns older than that many days are deleted on opening and once a day.

    Raises (from every method, and on opening):
        RecordsUnavailable: the file cannot be opened, read or written, or a newer program made it.
    """

    def __init__(
        self,
        path: Path,
        *,
        keep_days: int | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._keep_days = keep_days
        self._clock = clock
        self._db = Database(path, _VERSIONS)
        self._pruned = self._day()
        self._prune()

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    def add(self, turn: SavedTurn) -> None:
        """Keep a turn; it becomes the last of its conversation.

        Raises:
            UsageError: the conversation is somebody else's.
        """
        if self._day() != self._pruned:
            self._pruned = self._day()
            self._prune()
        with self._db.writing() as db:
            self._own(db, turn.conversation, turn.owner)
            db.execute(
                """INSERT INTO turns (id, conversation, time, refusal, question, answer, replay)
                VALUES (?, ?, ?, ?, ?, ?, ?)""",
                (
                    turn.id, turn.conversation, turn.time, turn.refusal,
                    safe(turn.question), _dump(turn.answer), _dump(asdict(turn.replay)),
                ),
            )  # fmt: skip

    def turns(self, conversation: str, owner: str) -> tuple[SavedTurn, ...]:
        """The turns of a conversation in order; none if there is no such conversation of that owner."""
        wanted = "WHERE t.conversation = ? AND c.owner = ? AND t.hidden = 0 ORDER BY t.number"
        return tuple(_turn(row) for row in self._db.rows(f"{_TURNS} {wanted}", conversation, owner))

    def turn(self, turn: str, owner: str) -> SavedTurn | None:
        """The turn with that id, None if the owner has none such."""
        rows = self._db.rows(f"{_TURNS} WHERE t.id = ? AND c.owner = ?", turn, owner)
        return _turn(rows[0]) if rows else None

    def conversations(self, owner: str) -> tuple[Conversation, ...]:
        """The owner's conversations that have a turn, the one with the newest turn first."""
        rows = self._db.rows(
            """SELECT c.id,
                (SELECT question FROM turns WHERE conversation = c.id AND hidden = 0 ORDER BY number LIMIT 1),
                max(t.time), count(*)
            FROM conversations c JOIN turns t ON t.conversation = c.id AND t.hidden = 0
            WHERE c.owner = ? GROUP BY c.id ORDER BY max(t.number) DESC""",
            owner,
        )
        return tuple(Conversation(*row) for row in rows)

    def truncate(self, conversation: str, owner: str, turn: str) -> None:
        """Take `turn` and all turns after it out of a conversation, so that it can be asked anew."""
        with self._db.writing() as db:
            db.execute(
                """UPDATE turns SET hidden = 1
                WHERE conversation = (SELECT id FROM conversations WHERE id = ? AND owner = ?)
                AND number >= (SELECT number FROM turns WHERE id = ? AND conversation = ?)""",
                (conversation, owner, turn, conversation),
            )

    def delete(self, conversation: str, owner: str) -> None:
        """Delete a conversation with all that was said about it."""
        with self._db.writing() as db:
            db.execute("DELETE FROM conversations WHERE id = ? AND owner = ?", (conversation, owner))
        self._db.wipe()

    def forget(self, owner: str) -> None:
        """Delete everything of an owner; nothing of it is left in the files."""
        with self._db.writing() as db:
            db.execute("DELETE FROM conversations WHERE owner = ?", (owner,))
        self._db.wipe()

    def add_feedback(self, feedback: Feedback) -> None:
        """Keep what the owner of a turn says about it; a later verdict replaces an earlier one.

        Raises:
            UsageError: an unknown verdict, or the owner has no such turn.
        """
        if feedback.verdict not in USER_VERDICTS:
            raise UsageError(f"未知的评价：{feedback.verdict}。可用：{'、'.join(USER_VERDICTS)}。")
        f = feedback
        with self._db.writing() as db:
            if not db.execute(f"{_TURNS} WHERE t.id = ? AND c.owner = ?", (f.turn, f.owner)).fetchone():
                raise UsageError("没有这条回答，无法评价。它可能已被删除，请刷新页面。")
            db.execute(
                "REPLACE INTO feedback (turn, verdict, comment, article, time) VALUES (?, ?, ?, ?, ?)",
                (f.turn, f.verdict, safe(f.comment), f.article, f.time),
            )

    def feedback(self, turn: str, owner: str) -> Feedback | None:
        """What the owner said about a turn."""
        rows = self._db.rows(
            """SELECT f.turn, c.owner, f.verdict, f.comment, f.article, f.time FROM feedback f
            JOIN turns t ON t.id = f.turn JOIN conversations c ON c.id = t.conversation
            WHERE f.turn = ? AND c.owner = ?""",
            turn,
            owner,
        )
        return Feedback(*rows[0]) if rows else None

    def write_note(self, conversation: str, owner: str, text: str) -> None:
        """Keep the note of a call, in the place of an earlier one; the call may not have a question yet.

        Raises:
            UsageError: the conversation is somebody else's.
        """
        with self._db.writing() as db:
            self._own(db, conversation, owner)
            db.execute("UPDATE conversations SET note = ? WHERE id = ?", (safe(text), conversation))

    def note(self, conversation: str, owner: str) -> str:
        """The note of a call, empty if there is none."""
        rows = self._db.rows("SELECT note FROM conversations WHERE id = ? AND owner = ?", conversation, owner)
        return str(rows[0][0]) if rows else ""

    def unanswered(self, days: int) -> tuple[Judged, ...]:
        """What was refused or found fault with in the last `days` days, newest first, of all owners.

        A question back (需要更多信息) is no refusal here, and a refusal that was found 有用 was right.
        """
        rows = self._db.rows(
            f"""{_JUDGED} WHERE t.time >= ? AND coalesce(f.verdict <> '有用', t.refusal <> '需要更多信息')
            ORDER BY t.number DESC""",
            self._since(days),
        )
        return tuple(_judged(row) for row in rows)

    def judged(self, days: int | None = None) -> tuple[Judged, ...]:
        """All answers with feedback, of the last `days` days if given, the newest feedback first, of all owners."""
        since = "" if days is None else self._since(days)
        rows = self._db.rows(f"{_JUDGED} WHERE f.time >= ? ORDER BY f.time DESC, t.number DESC", since)
        return tuple(_judged(row) for row in rows)

    def daily(self, days: int) -> tuple[Day, ...]:
        """Counts of each of the last `days` days, the oldest first, today last."""
        since = self._since(days + 1)  # a day more, since days begin at midnight here
        turns = self._db.rows("SELECT time, refusal IS NOT NULL FROM turns WHERE time >= ?", since)
        asked = Counter(_local(t) for t, _ in turns)
        refused = Counter(_local(t) for t, is_refusal in turns if is_refusal)
        given = self._db.rows("SELECT time, verdict FROM feedback WHERE time >= ?", since)
        said = Counter((_local(t), verdict) for t, verdict in given)
        today = self._day()
        return tuple(
            Day(day, asked[day], refused[day], {v: said[day, v] for v in USER_VERDICTS})
            for day in (today - timedelta(days=n) for n in range(days - 1, -1, -1))
        )

    def model_use(self, name: str, days: int) -> ModelUse:
        """What the chat model of that name did in the last `days` days, as the answers tell it."""
        since = self._since(days)
        ((worded,),) = self._db.rows(
            "SELECT count(*) FROM turns WHERE time >= ? AND json_extract(answer, '$.answerer') = ?",
            since,
            name,
        )
        failed = self._db.rows(
            """SELECT time, json_extract(answer, '$.answer') AS said FROM turns
            WHERE time >= ? AND instr(said, ?) ORDER BY number""",
            since,
            NOTE,
        )
        if not failed:
            return ModelUse(worded)
        last, answer = failed[-1]
        return ModelUse(worded, len(failed), last, answer.rpartition(NOTE)[2].partition("；")[0])

    def _own(self, db: sqlite3.Connection, conversation: str, owner: str) -> None:
        """Make the conversation if there is none; stop if it is somebody else's."""
        values = (conversation, owner, iso(self._clock()))
        db.execute("INSERT OR IGNORE INTO conversations (id, owner, begun) VALUES (?, ?, ?)", values)
        (found,) = db.execute("SELECT owner FROM conversations WHERE id = ?", (conversation,)).fetchone()
        if found != owner:
            raise UsageError("没有这个对话。它可能已被删除，请开始新的对话。")

    def _prune(self) -> None:
        if self._keep_days is None:
            return
        since = self._since(self._keep_days)
        with self._db.writing() as db:
            db.execute("DELETE FROM turns WHERE time < ?", (since,))
            db.execute(
                "DELETE FROM conversations WHERE begun < ? AND id NOT IN (SELECT conversation FROM turns)",
                (since,),
            )
        self._db.wipe()

    def _since(self, days: int) -> str:
        return iso(self._clock() - timedelta(days=days))

    def _day(self) -> date:
        return self._clock().astimezone().date()


def _dump(value: Any) -> str:
    """JSON; half a character, which a browser may send, becomes a question mark."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode()


def _turn(row: Sequence[str]) -> SavedTurn:
    id_, conversation, owner, at, answer, replay = row
    return SavedTurn(id_, conversation, owner, at, json.loads(answer), _replay(json.loads(replay)))


def _replay(data: dict[str, Any]) -> Replay:
    return Replay(
        history=tuple(data["history"]),
        documents=tuple(data["documents"]),
        cited=tuple(Reference(**r) for r in data["cited"]),
        retrieved=tuple(Reference(**r) for r in data["retrieved"]),
        versions=Versions(**data["versions"]),
    )


def _judged(row: Sequence[Any]) -> Judged:
    return Judged(_turn(row[:6]), Feedback(*row[6:]) if row[6] else None)


def _local(moment: str) -> date:
    return datetime.fromisoformat(moment).astimezone().date()
