"""From the lines of a file to the lines of each document in it.

A compendium names its documents in a contents page; each title is then found again in the body. The title
page and the contents are furniture (never retrieved); what follows the last document under the publisher's
name is the publisher's contact page, a small document of its own. A file without contents is one document,
unless document numbers under headings show several.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from index.paragraphs import DATE_LINE, DOC_NUMBER_LINE, Line
from index.text import compare_key, squeeze

_CONTENTS = re.compile(r"^目\s*[录次]$")
_ENTRY_END = re.compile(r"[\s.…·]*[\t .…·](\d+)$")
_ISSUE_DATE = re.compile(r"^[（(]?\s*(\d{4})\s*年\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*日)?\s*[)）]?$")
_TITLE_LINES = 3
_CONTACT = re.compile(r"^(地址|电话|传真|邮箱|邮编|网址|联系人|联系电话|电子邮箱)\s*[：:]")


@dataclass(frozen=True)
class Part:
    """The lines of one document; `title` is its contents entry, if the file has contents."""

    lines: tuple[Line, ...]
    title: str | None = None
    contact: bool = False


@dataclass(frozen=True)
class Collection:
    """A file's documents, the furniture lines before them, and the issue's date (ISO, or year-month)."""

    parts: tuple[Part, ...]
    furniture: tuple[Line, ...]
    as_of: str | None


def divide(lines: list[Line]) -> Collection:
    """Divide the lines of a file into documents; every line lands in exactly one part or in the furniture."""
    at = next((i for i, line in enumerate(lines) if _CONTENTS.match(squeeze(line.text))), None)
    titles = _entries(lines, at + 1) if at is not None else []
    if at is None or not titles:
        return Collection(tuple(_divide_by_number(lines)), (), None)
    starts = _find_titles(lines, at + 1 + sum(n for _, n in titles), [t for t, _ in titles])
    if not starts:
        return Collection(tuple(_divide_by_number(lines)), (), None)
    first = starts[0][0]
    bounds = [s for s, _ in starts] + [len(lines)]
    parts = [Part(tuple(lines[a:b]), title) for (a, title), b in zip(starts, bounds[1:], strict=True)]
    last, contact = _split_contact(parts[-1], {squeeze(line.text) for line in lines[:at]})
    parts[-1:] = [last, contact] if contact else [last]
    return Collection(tuple(parts), tuple(lines[:first]), _issue_date(lines[:at]))


def contents(furniture: tuple[Line, ...]) -> list[tuple[str, tuple[Line, ...]]]:
    """The entries of the contents page among the furniture lines, each with its lines."""
    lines = list(furniture)
    at = next((i for i, line in enumerate(lines) if _CONTENTS.match(squeeze(line.text))), len(lines))
    out, start = [], at + 1
    for title, n in _entries(lines, start):
        out.append((title, tuple(lines[start : start + n])))
        start += n
    return out


def _entries(lines: list[Line], start: int) -> list[tuple[str, int]]:
    """Contents entries as (title, number of lines); an entry may run over lines until its page number."""
    entries: list[tuple[str, int]] = []
    pending = ""
    count = 0
    for line in lines[start:]:
        pending, count = pending + line.text, count + 1
        m = _ENTRY_END.search(line.text)
        if m:
            entries.append((pending[: len(pending) - len(m[0])].strip(), count))
            pending, count = "", 0
        elif count > _TITLE_LINES:
            break
    return entries


def _find_titles(lines: list[Line], start: int, titles: list[str]) -> list[tuple[int, str]]:
    """(line index, title) of each contents entry that is found again in the body, in order."""
    found = []
    for title in titles:
        key = compare_key(title)
        at = next((i for i in range(start, len(lines)) if _title_at(lines, i, key)), None)
        if at is not None:
            found.append((at, title))
            start = at + 1
    return found


def _title_at(lines: list[Line], i: int, key: str) -> bool:
    text = ""
    for line in lines[i : i + _TITLE_LINES]:
        text += compare_key(line.text)
        if text == key:
            return True
        if not key.startswith(text):
            return False
    return False


def _split_contact(part: Part, title_page: set[str]) -> tuple[Part, Part | None]:
    at = next((i for i, line in enumerate(part.lines) if i and squeeze(line.text) in title_page), None)
    if at is None or not any(_CONTACT.match(line.text) for line in part.lines[at:]):
        return part, None
    return Part(part.lines[:at], part.title), Part(part.lines[at:], None, contact=True)


def _issue_date(lines: list[Line]) -> str | None:
    for line in lines:
        if m := _ISSUE_DATE.match(line.text):
            day = f"-{int(m[3]):02}" if m[3] else ""
            return f"{m[1]}-{int(m[2]):02}{day}"
    return None


def _divide_by_number(lines: list[Line]) -> list[Part]:
    """Documents of a file without contents: a heading and its 文号 after a signature date open a new one."""
    starts, signed = [0], False
    for i, line in enumerate(lines[:-1]):
        if DATE_LINE.match(squeeze(line.text)):
            signed = True
        elif signed and DOC_NUMBER_LINE.match(lines[i + 1].text) and not DOC_NUMBER_LINE.match(line.text):
            starts.append(i)
            signed = False
    bounds = [*starts, len(lines)]
    return [Part(tuple(lines[a:b])) for a, b in pairwise(bounds) if a < b]
