"""Homophone typos: “小具人” and “检侧评定” are read as the documents' own words that sound the same.

A typo breaks a word into fragments: pieces that the tokenizer cuts into single characters are looked at, and only a
word of the library that sounds the same and differs in one character takes their place. Of two characters (转形, 工做)
also a rare word of the dictionary or one with a function word is looked at if the library does not know it; only a
frequent word of the same tones takes its place.

The sounds stand in `sounds.txt`, made from pypinyin, whose import alone takes longer than a question. What a fragment
may mean is tried character by character, so that nothing is prepared for words that nobody mistypes.
"""

import re
from collections.abc import Callable, Collection, Iterable
from functools import cache, lru_cache
from importlib.resources import files

from index.lexical import Tokenizer

_MIN, _MAX = 2, 5
_RUN = re.compile(r"[一-鿿]+")
_FUNCTION = frozenset(
    "的地得了着过吗呢吧啊呀么是有在不没和与及或也都还就才又再很太更最这那哪谁什怎几多少个只些每各一二三四五六七八九十百千万亿"
    "我你他她它们咱俺年月日号时前后上下里外内中以之其要会能可应该把被给让叫对从到向往由于为因将比跟同用拿来去做干搞弄说讲问请报交起想"
)
_TONES = "1234"


class Spelling:
    """Corrects fragments the library does not know to words of the library with the same sound."""

    def __init__(
        self,
        known: Callable[[Collection[str]], set[str]],
        tokenizer: Tokenizer,
        is_frequent: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """`known` picks what the library holds of some tokens, `is_frequent` says whether many articles hold a word."""
        self._known = known
        self._is_frequent = is_frequent
        self._tokenizer = tokenizer

    def correct(self, text: str) -> str:
        """`text` with typos replaced; text without typos comes back unchanged."""
        return _RUN.sub(lambda m: self._correct_run(m[0]), text)

    def _correct_run(self, run: str) -> str:
        pieces = self._tokenizer.words(run)
        if all(len(p) > _MIN or (p in _FUNCTION and len(pieces) == 1) for p in pieces):
            return run
        out: list[str] = []
        i = 0
        while i < len(pieces):
            for j in range(min(len(pieces), i + _MAX), i + 1, -1):
                right = self._replacement(pieces[i:j])
                if right:
                    out.append(right)
                    i = j
                    break
            else:
                out.append(self._pair("", pieces[i]) or pieces[i])
                i += 1
        return "".join(out)

    def _replacement(self, pieces: list[str]) -> str | None:
        """The library's word for neighbouring fragments, if one of them is a single character that is the typo."""
        text = "".join(pieces)
        if not _MIN <= len(text) <= _MAX or self._known((text,)):
            return None
        if right := self._pair(*pieces):
            return right
        if len(text) == _MIN and _FUNCTION & set(text):
            return None
        singles = [k for k, p in _spans(pieces) if len(p) == 1]
        return min(self._known(_alike(text, singles, toned=False)), default=None)

    def _pair(self, *pieces: str) -> str | None:
        """The frequent word for two characters that nobody knows."""
        text = "".join(pieces)
        if len(text) != _MIN or self._known((text, f"_{text}")) or not self._tokenizer.is_rare(text):
            return None
        found = [word for word in _alike(text, range(_MIN), toned=True) if self._is_frequent(word)]
        return found[0] if len(found) == 1 else None


def _spans(pieces: list[str]) -> list[tuple[int, str]]:
    out, at = [], 0
    for p in pieces:
        out.append((at, p))
        at += len(p)
    return out


def _alike(text: str, places: Iterable[int], *, toned: bool) -> list[str]:
    """`text` with another character of the same sound (and, if `toned`, the same tone) at one of `places`."""
    return [
        before + char + after
        for before, own, after in ((text[:k], text[k], text[k + 1 :]) for k in places)
        for char in _same_sound(own, toned=toned)
    ]


@lru_cache(maxsize=4096)
def _same_sound(char: str, *, toned: bool) -> str:
    """The other characters that sound like `char`."""
    sound, said = _sounds()
    own = sound.get(char, "")
    names = [own] if toned else [own.rstrip(_TONES) + tone for tone in ("", *_TONES)]
    return "".join(said.get(name, "") for name in names).replace(char, "")


@cache
def _sounds() -> tuple[dict[str, str], dict[str, str]]:
    """Character -> its syllable with the number of its tone, and syllable -> its characters."""
    lines = files("qa").joinpath("sounds.txt").read_text(encoding="utf-8").split()
    said = dict(zip(lines[::2], lines[1::2], strict=True))
    return {char: name for name, chars in said.items() for char in chars}, said
