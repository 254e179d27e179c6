"""Who is at the page, and the users file: names with hashed passwords, a line of JSON for each user.

A password is kept as scrypt (Percival 2009; RFC 7914) makes it, with its own salt and the cost that it was made
with. The file is read anew whenever it has changed, so that a user who was removed is out at once.
"""

import binascii
import hashlib
import hmac
import json
import logging
import os
import secrets
import stat
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import BoundedSemaphore, Lock

from index.errors import SettingsError, UsageError
from ui.attempts import Attempts
from ui.rewriting import read_named, rewriting

BROWSER, USER = "browser:", "user:"
MIN_PASSWORD = 8
_MAX_PASSWORD = 200
_MAX_NAME = 64
_SALT = 16
_HASH = 32
_MEMORY = 256 * 2**20
"""Bytes; a cost that needs more is a mistake in the file."""
_AT_ONCE = 2
"""Passwords checked at the same time: each takes a processor and 32 MiB."""
_WRONG = "用户名或密码不正确。请重新输入。"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Person:
    """A browser that nobody has signed in from, or a user who has.

    `name` owns what is kept: `browser:…` with the browser's own random id, or `user:…` with the name of a user.
    """

    name: str
    maintainer: bool = False

    @property
    def user(self) -> str | None:
        """The name of the user, None if nobody has signed in."""
        return self.name.removeprefix(USER) if self.name.startswith(USER) else None


@dataclass(frozen=True)
class Cost:
    """What scrypt is given: 2^15 · 8 · 128 bytes of memory (32 MiB), three times over, as OWASP advises."""

    n: int = 2**15
    r: int = 8
    p: int = 3


@dataclass(frozen=True)
class User:
    """A line of the users file; `password` is what `hashed` makes, and not shown."""

    name: str
    password: str = field(repr=False)
    maintainer: bool = False


class Users:
    """The users of one file; may be used from several threads.

    Raises (from every method, and on opening):
        SettingsError: the file is missing, malformed or holds nobody.
    """

    def __init__(self, path: Path, attempts: Attempts | None = None) -> None:
        self.path = path
        self._attempts = attempts or Attempts()
        self._lock = Lock()
        self._hashing = BoundedSemaphore(_AT_ONCE)
        self._stamp: tuple[int, ...] = ()
        self._users: Mapping[str, User] = {}
        self._read()

    def find(self, name: str) -> User | None:
        """The user of that name, as the file says now."""
        return self._read().get(name)

    def check(self, name: str, password: str) -> User:
        """The user whose name and password these are.

        Whether the name is known can be told neither from the error nor from the time it takes.

        Raises:
            UsageError: they are not.
            LockedOut: too many failures came before.
        """
        name = plain_name(name)
        users = self._read()
        user = users.get(name)
        # A new password ends a lock-out. An unknown name is hashed as costly as a known one.
        stored = user.password if user else _decoy(next(iter(users.values())).password)
        key = f"{name}\n{user.password if user else ''}"
        self._attempts.begin(key)
        with self._hashing:
            right = matches(password, stored)
        if user is None or not right:
            log.warning("a sign-in was refused")
            raise UsageError(_WRONG)
        self._attempts.succeeded(key)
        return user

    def _read(self) -> Mapping[str, User]:
        """The users; the file is read only if it is another than last time."""
        with self._lock:
            stamp = _stamp(self.path)
            if stamp != self._stamp:
                users = read_users(self.path)
                if not users:
                    raise SettingsError(
                        f"用户文件 {self.path} 中没有用户。请先运行 policy-qa user add 添加。"
                    )
                if os.name == "posix" and stat.S_IMODE(self.path.stat().st_mode) & 0o077:
                    log.warning("用户文件 %s 其他人也能读取。请运行 chmod 600。", self.path)
                self._users, self._stamp = users, stamp
            return self._users


def read_users(path: Path) -> dict[str, User]:
    """The users by name, in the order of the file.

    Raises:
        SettingsError: the file cannot be read, or a line is no user.
    """
    try:
        return read_named(path, "用户文件", "policy-qa user add", _user)
    except FileNotFoundError as error:
        raise _missing(path) from error


@contextmanager
def changing(path: Path) -> Iterator[dict[str, User]]:
    """The users, to be changed; then the file is written whole, for its owner's eyes only, or on an error not at all.

    Raises:
        SettingsError: the file is malformed.
        UsageError: it cannot be written, or is being changed by somebody else.
    """
    with rewriting(path, "用户文件") as file:
        users = read_users(path) if path.exists() else {}
        yield users
        file.writelines(json.dumps(asdict(u), ensure_ascii=False) + "\n" for u in users.values())


def plain_name(name: str) -> str:
    """A name as it is kept, however it was typed: full-width letters become plain ones."""
    return unicodedata.normalize("NFKC", name).strip()


def new_name(name: str) -> str:
    """A name for a new user.

    Raises:
        UsageError: it is empty, too long, or holds what cannot be seen.
    """
    name = plain_name(name)
    if not name or len(name) > _MAX_NAME or not name.isprintable():
        raise UsageError(f"用户名无效。请用 1 到 {_MAX_NAME} 个可见字符。")
    return name


def new_password(password: str) -> str:
    """A password for a user.

    Raises:
        UsageError: it is too short or too long.
    """
    if not MIN_PASSWORD <= len(password) <= _MAX_PASSWORD:
        raise UsageError(f"密码须为 {MIN_PASSWORD} 到 {_MAX_PASSWORD} 个字符。请换一个密码。")
    return password


def hashed(password: str, cost: Cost = Cost()) -> str:
    """The password as it is kept: `scrypt$n$r$p$salt$hash`."""
    salt = secrets.token_bytes(_SALT)
    parts = (b64encode(part).decode() for part in (salt, _scrypt(password, salt, cost)))
    return "$".join(("scrypt", str(cost.n), str(cost.r), str(cost.p), *parts))


def matches(password: str, stored: str) -> bool:
    """Whether `stored` was made from `password`; takes the same time for any password of the same length."""
    cost, salt, kept = _parts(stored)
    return len(password) <= _MAX_PASSWORD and hmac.compare_digest(_scrypt(password, salt, cost), kept)


def _scrypt(password: str, salt: bytes, cost: Cost) -> bytes:
    # one and the same letter may be typed as one character or as two (RFC 8265)
    typed = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(typed, salt=salt, n=cost.n, r=cost.r, p=cost.p, maxmem=2 * _MEMORY, dklen=_HASH)


def _parts(stored: str) -> tuple[Cost, bytes, bytes]:
    """Cost, salt and hash.

    Raises:
        ValueError: `stored` is nothing that `hashed` makes.
    """
    scheme, n, r, p, salt, kept = stored.split("$")
    cost = Cost(int(n), int(r), int(p))
    sound = (
        scheme == "scrypt"
        and cost.n > 1
        and cost.n & (cost.n - 1) == 0
        and cost.r > 0
        and 0 < cost.p <= 16
        and 128 * cost.n * cost.r <= _MEMORY
    )
    decoded = b64decode(salt, validate=True), b64decode(kept, validate=True)
    if not sound or len(decoded[0]) < _SALT or len(decoded[1]) != _HASH:
        raise ValueError("not made by us")
    return cost, *decoded


def _decoy(stored: str) -> str:
    """A hash as costly as `stored` that no password has."""
    cost = _parts(stored)[0]
    made = (b64encode(secrets.token_bytes(size)).decode() for size in (_SALT, _HASH))
    return "$".join(("scrypt", str(cost.n), str(cost.r), str(cost.p), *made))


def _user(line: str) -> User | None:
    """The user of a line, None if it holds none."""
    try:
        data = json.loads(line)
        user = User(**data)
        _parts(user.password)
        sound = new_name(user.name) == user.name and isinstance(user.maintainer, bool)
    except (ValueError, TypeError, AttributeError, UsageError, binascii.Error):
        return None
    return user if sound else None


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError as error:
        raise _missing(path) from error
    return found.st_mtime_ns, found.st_size, found.st_ino


def _missing(path: Path) -> SettingsError:
    return SettingsError(f"没有用户文件 {path}。请先运行 policy-qa user add 添加用户，或检查路径。")
