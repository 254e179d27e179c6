"""Long lists page by page: which part is shown, and the buttons that turn the page. HTML, pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

_T = TypeVar("_T")


@dataclass(frozen=True)
class Sheet:
    """The page of a list that is shown: its number from 1 on, how many there are, and how long each is."""

    at: int
    pages: int
    size: int

    def of(self, items: Sequence[_T]) -> Sequence[_T]:
        """The items on it."""
        return items[(self.at - 1) * self.size : self.at * self.size]

    def turn_html(self, data: Callable[[int], str]) -> str:
        """The buttons to the page before and the one after; empty if there is only one. `data` says what page n is."""
        if self.pages == 1:
            return ""
        buttons = "".join(
            f'<button type="button" {data(n)}{"" if 1 <= n <= self.pages else " disabled"}>{word}</button>'
            for word, n in (("上一页", self.at - 1), ("下一页", self.at + 1))
        )
        return (
            '<nav class="pq-buttons pq-paging" aria-label="分页">'
            f"<span>第 {self.at} / {self.pages} 页</span>{buttons}</nav>"
        )


def sheet(count: int, page: int, size: int) -> Sheet:
    """The page `page` of `count` items, or the nearest that there is."""
    pages = max(1, -(-count // size))
    return Sheet(min(max(page, 1), pages), pages, size)
