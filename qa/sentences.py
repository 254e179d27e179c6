"""Sentences of an article, as verbatim spans: what is quoted is always `text[start:end]`."""

import re
from dataclasses import dataclass, replace

from index.marks import find_mark

_END = re.compile(r"[。！？；!?;]+[”’」）)】]*|\n|$")
_OPEN = "（(《〈“"
_CLOSE = "）)》〉”"
_LEAD = re.compile(r"[：:]$")


@dataclass(frozen=True)
class Sentence:
    """A sentence: its span in the article's text, its paragraph's number, and whether it opens or belongs to a list."""

    text: str
    start: int
    end: int
    paragraph: int
    item: bool
    """Whether its paragraph is a marked item (（一）, 1.) below the article's own mark."""
    lead: bool
    """Whether it introduces the items that follow: “应当符合以下条件：”."""


def sentences(text: str) -> list[Sentence]:
    """The sentences of `text` in order; marks at the beginning (第八条, 1.) belong to their sentence."""
    out: list[Sentence] = []
    offset = 0
    for number, line in enumerate(text.split("\n")):
        mark = find_mark(line)
        item = number > 0 and mark is not None and mark.kind != "article"
        at = 0
        for m in _END.finditer(line):
            part = line[at : m.end()]
            if part.strip():
                lead = len(part) - len(part.lstrip())
                start, end = offset + at + lead, offset + at + len(part.rstrip())
                out.append(
                    Sentence(text[start:end], start, end, number, item, bool(_LEAD.search(text[start:end])))
                )
            at = m.end()
            if at >= len(line):
                break
        offset += len(line) + 1
    return out


def clauses(sentence: Sentence) -> list[Sentence]:
    """The clauses of a sentence, cut at commas outside brackets, as spans of the same text."""
    out: list[Sentence] = []
    depth = at = 0
    for i, char in enumerate(sentence.text):
        depth += (char in _OPEN) - (char in _CLOSE and depth > 0)
        if (char in "，," and not depth) or i == len(sentence.text) - 1:
            start, end = sentence.start + at, sentence.start + i + 1
            out.append(replace(sentence, text=sentence.text[at : i + 1], start=start, end=end))
            at = i + 1
    return out


def without_mark(text: str) -> str:
    """An article's text without the number it opens with: 第二十七条 中国首台（套）…, （二）企业需…, 3.加快…."""
    mark = find_mark(text)
    return text[mark.end :].lstrip() if mark else text
