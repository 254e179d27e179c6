"""Who has signed in: in an SQLite file, so that a restart of the server signs nobody out.

A browser holds a random token; the file holds only its hash, so that who reads the file can sign in nowhere.
"""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from ui.database import Database
from ui.saved import iso
from ui.users import User, Users

FILE = "sessions.sqlite3"
LASTS = timedelta(hours=12)
"""From sign-in: a working day."""
_TOKEN = 32
_VERSIONS = (
    (
        """CREATE TABLE sessions (
            token TEXT PRIMARY KEY, name TEXT NOT NULL, password TEXT NOT NULL, ends TEXT NOT NULL
        )""",
    ),
)


class Sessions:
    """Sessions of the users of a file; one ends with its time, its user or its user's password.

    Raises (from every method, and on opening):
        RecordsUnavailable: the file of sessions cannot be opened, read or written.
    """

    def __init__(
        self, path: Path, users: Users, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._users = users
        self._clock = clock
        self._db = Database(path, _VERSIONS)

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    def begin(self, user: User) -> str:
        """A new session; returns its token, 256 random bits."""
        token = secrets.token_urlsafe(_TOKEN)
        now = self._clock()
        with self._db.writing() as db:
            db.execute("DELETE FROM sessions WHERE ends < ?", (iso(now),))
            values = (_digest(token), user.name, _digest(user.password), iso(now + LASTS))
            db.execute("INSERT INTO sessions (token, name, password, ends) VALUES (?, ?, ?, ?)", values)
        return token

    def user(self, token: str) -> User | None:
        """The user whose session it is; None if there is none, or none any more.

        Raises:
            SettingsError: the users file cannot be read.
        """
        rows = self._db.rows(
            "SELECT name, password FROM sessions WHERE token = ? AND ends >= ?",
            _digest(token),
            iso(self._clock()),
        )
        if not rows:
            return None
        name, password = rows[0]
        user = self._users.find(name)
        return user if user is not None and _digest(user.password) == password else None

    def end(self, token: str) -> None:
        """End a session."""
        with self._db.writing() as db:
            db.execute("DELETE FROM sessions WHERE token = ?", (_digest(token),))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
