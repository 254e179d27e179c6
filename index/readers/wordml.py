"""Reaching into WordprocessingML: children by their plain names, and the w:val of a property."""

from collections.abc import Iterator

from index.readers.markup import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFF = ("0", "false", "off", "none")


def tag(e: Element) -> str:
    """The name of an element without its namespace; empty for comments and instructions."""
    return e.tag.rpartition("}")[2] if isinstance(e.tag, str) else ""


def find(e: Element | None, path: str) -> Element | None:
    """The first descendant along a path of plain names (“rPr/vertAlign”), or None."""
    return None if e is None else e.find("/".join(W + step for step in path.split("/")))


def findall(e: Element | None, name: str) -> Iterator[Element]:
    """The children of that name."""
    return iter(()) if e is None else e.iterchildren(W + name)


def value(e: Element | None, path: str, attribute: str = "val") -> str | None:
    """An attribute of the element along `path` (“.” for `e` itself), or None."""
    at = e if path == "." else find(e, path)
    return None if at is None else at.get(W + attribute)


def is_on(e: Element | None, path: str) -> bool:
    """Whether a property that is on or off stands there and is on."""
    return find(e, path) is not None and value(e, path) not in _OFF
