"""Homophone typos: “小具人” and “检侧评定” are read as the documents' own words that sound the same.

A typo breaks a word into fragments: pieces that the tokenizer cuts into single characters are looked at, and only a
word of the library that sounds the same and differs in one character takes their place. Of two characters (转形, 工做)
also a rare word of the dictionary or one with a function word is looked at if the library does not know it; only a
frequent word of the same tones takes its place.
"""

import re
from collections.abc import Callable, Iterable

from pypinyin import Style, lazy_pinyin

from index.lexical import Tokenizer

_MIN, _MAX = 2, 5
_RUN = re.compile(r"[一-鿿]+")
_FUNCTION = frozenset(
    "的地得了着过吗呢吧啊呀么是有在不没和与及或也都还就才又再很太更最这那哪谁什怎几多少个只些每各一二三四五六七八九十百千万亿"
    "我你他她它们咱俺年月日号时前后上下里外内中以之其要会能可应该把被给让叫对从到向往由于为因将比跟同用拿来去做干搞弄说讲问请报交起想"
)


class Spelling:
    """Corrects fragments the library does not know to words of the library with the same sound."""

    def __init__(
        self,
        words: Iterable[str],
        tokenizer: Tokenizer,
        frequent: Iterable[str] = (),
        knows: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """`words` are the library's, `frequent` those in many of its articles; `knows` says whether it holds a token."""
        self._frequent = frozenset(frequent)
        self._knows = knows
        self._tokenizer = tokenizer
        self._words = {w for w in words if _MIN <= len(w) <= _MAX and _RUN.fullmatch(w)}
        self._by_sound: dict[tuple[str, ...], list[str]] = {}
        for word, sounds in _sounds_of(sorted(self._words)).items():
            self._by_sound.setdefault(sounds, []).append(word)

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
        if not _MIN <= len(text) <= _MAX or text in self._words:
            return None
        if right := self._pair(*pieces):
            return right
        singles = {k for k, p in _spans(pieces) if len(p) == 1}
        for word in self._by_sound.get(next(iter(_sounds_of([text]).values())), []):
            wrong = [k for k, (a, b) in enumerate(zip(text, word, strict=True)) if a != b]
            if len(wrong) == 1 and wrong[0] in singles and (len(text) > _MIN or not _FUNCTION & set(text)):
                return word
        return None

    def _pair(self, *pieces: str) -> str | None:
        """The frequent word for two characters that nobody knows."""
        text = "".join(pieces)
        if (
            len(text) != _MIN
            or text in self._words
            or self._knows(f"_{text}")
            or not self._tokenizer.is_rare(text)
        ):
            return None
        same = self._by_sound.get(next(iter(_sounds_of([text]).values())), [])
        found = [
            w
            for w in same
            if w in self._frequent
            and sum(a != b for a, b in zip(w, text, strict=True)) == 1
            and lazy_pinyin(list(w), style=Style.TONE3) == lazy_pinyin(list(text), style=Style.TONE3)
        ]
        return found[0] if len(found) == 1 else None


def _spans(pieces: list[str]) -> list[tuple[int, str]]:
    out, at = [], 0
    for p in pieces:
        out.append((at, p))
        at += len(p)
    return out


def _sounds_of(words: list[str]) -> dict[str, tuple[str, ...]]:
    """Each word's syllables without tones, character by character."""
    chars = sorted({c for w in words for c in w})
    syllable = {c: lazy_pinyin(c, style=Style.NORMAL)[0] for c in chars}
    return {w: tuple(syllable[c] for c in w) for w in words}
