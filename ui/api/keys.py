"""Keys of programs that use the API: a file with a line of JSON for each, read anew whenever it has changed.

A key is 256 random bits, so of it only its SHA-256 is kept: nobody can guess from that what it was made of, and the
slow hashes that passwords need (`ui.users`) would cost every request a tenth of a second to no end. For the same
reason keys are looked up by their hash as they are: what the time of a look-up tells of a hash leads to no key.
"""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from hashlib import sha256
from pathlib import Path
from threading import Lock

from index.errors import SettingsError, UsageError
from ui.rewriting import read_named, rewriting
from ui.users import new_name

FILE = "keys.jsonl"
PREFIX = "pqa_"
"""Tells our keys from others, for people and for programs that look for secrets in texts."""
_RANDOM = 32
_LONGEST = 200


@dataclass(frozen=True)
class Key:
    """A line of the file. It is good until the end of the day `expires`, unless it was revoked."""

    name: str
    digest: str = field(repr=False)
    made: str
    expires: str | None = None
    revoked: str | None = None

    def is_good(self, today: date) -> bool:
        """Whether it may be used today."""
        return self.revoked is None and (self.expires is None or date.fromisoformat(self.expires) >= today)


class Keys:
    """The keys of one file, which need not be there; may be used from several threads.

    Raises (from every method):
        SettingsError: the file cannot be read or is malformed.
    """

    def __init__(self, path: Path, *, today: Callable[[], date] = date.today) -> None:
        self.path = path
        self._today = today
        self._lock = Lock()
        self._stamp: tuple[int, ...] | None = ()
        self._keys: Mapping[str, Key] = {}

    def holder(self, secret: str) -> str | None:
        """The name of the key `secret`; None if there is none, or it is not good any more."""
        key = self._read().get(_digest(secret)) if len(secret) <= _LONGEST else None
        return key.name if key is not None and key.is_good(self._today()) else None

    def any(self) -> bool:
        """Whether there is a key, good or not: to revoke the last one must not open what keys had closed."""
        return bool(self._read())

    def _read(self) -> Mapping[str, Key]:
        """The keys by their hashes; the file is read only if it is another than last time."""
        with self._lock:
            stamp = _stamp(self.path)
            if stamp != self._stamp:
                self._keys = {key.digest: key for key in read_keys(self.path).values()}
                self._stamp = stamp
            return self._keys


def new_key(name: str, today: date, expires: date | None = None) -> tuple[Key, str]:
    """A key for `name`, and what it is: known now and never again.

    Raises:
        UsageError: the name cannot be used, or the day has passed.
    """
    if expires is not None and expires < today:
        raise UsageError(f"到期日 {expires} 已经过去。请换一个日期。")
    secret = PREFIX + secrets.token_urlsafe(_RANDOM)
    until = expires.isoformat() if expires else None
    return Key(new_name(name), _digest(secret), today.isoformat(), until), secret


def read_keys(path: Path) -> dict[str, Key]:
    """The keys by name, in the order of the file; none if it is not there.

    Raises:
        SettingsError: it cannot be read, or a line is no key.
    """
    try:
        return read_named(path, "密钥文件", "policy-qa key add", _key)
    except FileNotFoundError:
        return {}


@contextmanager
def changing(path: Path) -> Iterator[dict[str, Key]]:
    """The keys, to be changed; then the file is written whole, for its owner's eyes only, or on an error not at all.

    Raises:
        SettingsError: the file is malformed.
        UsageError: it cannot be written, or is being changed by somebody else.
    """
    with rewriting(path, "密钥文件") as file:
        keys = read_keys(path)
        yield keys
        file.writelines(json.dumps(asdict(k), ensure_ascii=False) + "\n" for k in keys.values())


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _key(line: str) -> Key | None:
    """The key of a line, None if it holds none."""
    try:
        data = json.loads(line)
        if not isinstance(data, dict) or not data.keys() <= {f.name for f in fields(Key)}:
            return None
        key = Key(**data)
        days = [date.fromisoformat(day) for day in (key.made, key.expires, key.revoked) if day is not None]
        sound = new_name(key.name) == key.name and len(bytes.fromhex(key.digest)) == sha256().digest_size
    except (ValueError, TypeError, AttributeError, UsageError):
        return None
    return key if sound and days else None


def _stamp(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SettingsError(f"无法读取密钥文件 {path}。请检查权限。") from error
    return found.st_mtime_ns, found.st_size, found.st_ino
