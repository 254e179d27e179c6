"""The words of jieba's dictionary, of which only those are in memory that begin with a character some text has held.

Reading all half a million takes longer than a question and 60 MB; a question needs some thousand.
"""

import logging
import marshal
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock

import jieba

from index.durable import write_whole

_FILE = "words.marshal"

jieba.setLogLevel(logging.WARNING)


@dataclass(frozen=True)
class Dictionary:
    """All words, by their first character: of each character the marshalled dict of word -> frequency.

    As jieba wants it, the beginnings of words are words of frequency zero.
    """

    total: int
    parts: Mapping[str, bytes]

    @cached_property
    def plain(self) -> "Words":
        """The words without any terms of one's own."""
        return Words(self, ())

    def beginning(self, char: str) -> dict[str, int]:
        """The words that begin with `char`."""
        part = self.parts.get(char)
        return marshal.loads(part) if part else {}  # noqa: S302


@lru_cache(maxsize=1)
def dictionary(cache_dir: Path | None) -> Dictionary:
    """The dictionary; made from jieba's list, which takes a second, and kept in `cache_dir`."""
    source = Path(jieba.__file__).with_name(jieba.DEFAULT_DICT_NAME)
    kept = cache_dir / _FILE if cache_dir is not None else None
    try:
        if kept is not None and kept.stat().st_mtime > source.stat().st_mtime:
            return Dictionary(*marshal.loads(kept.read_bytes()))  # noqa: S302
    except (OSError, ValueError, EOFError, TypeError):  # it is made anew
        pass
    with source.open("rb") as file:
        words, total = jieba.Tokenizer.gen_pfdict(file)
    parts: dict[str, dict[str, int]] = {}
    for word, frequency in words.items():
        parts.setdefault(word[0], {})[word] = frequency
    made = Dictionary(total, {char: marshal.dumps(own) for char, own in parts.items()})
    if kept is not None:
        with suppress(OSError):  # it is made anew each time
            kept.parent.mkdir(parents=True, exist_ok=True)
            write_whole(kept, marshal.dumps((made.total, dict(made.parts))))
    return made


class Words:
    """The words of a dictionary and `terms` of one's own, each with the weight that sets it apart in the plain one."""

    def __init__(self, dictionary: Dictionary, terms: Iterable[str]) -> None:
        self._dictionary = dictionary
        self._terms: dict[str, list[str]] = {}
        for term in sorted(terms):
            self._terms.setdefault(term[0], []).append(term)
        self._jieba = jieba.Tokenizer()
        self._jieba.FREQ, self._jieba.total, self._jieba.initialized = {}, dictionary.total, True
        self._held: set[str] = set()
        self._lock = Lock()

    def cutter(self, text: str) -> jieba.Tokenizer:
        """What cuts `text`: jieba with the words that begin with one of its characters."""
        if not self._held.issuperset(text):
            with self._lock:
                for char in set(text) - self._held:
                    self._jieba.FREQ.update(self._beginning(char))
                    self._held.add(char)
        return self._jieba

    def _beginning(self, char: str) -> dict[str, int]:
        words = self._dictionary.beginning(char)
        for term in self._terms.get(char, ()):
            words[term] = self._dictionary.plain.cutter(term).suggest_freq(term)
            for end in range(1, len(term)):
                words.setdefault(term[:end], 0)
        return words
