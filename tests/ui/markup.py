"""Reads HTML as a browser would, to see that nothing in it is markup but what we write."""

from html.parser import HTMLParser

TAGS = {
    "article", "section", "div", "p", "span", "strong", "small", "h2", "h3", "br", "ul", "li", "blockquote", "button",
    "form", "label", "input", "details", "summary", "fieldset", "legend", "table", "tbody", "tr", "th", "td", "mark",
}  # fmt: skip
PLAIN = {
    "class", "id", "type", "role", "title", "hidden", "disabled", "checked", "open", "name", "value", "maxlength",
    "scope", "for", "autocomplete",
}  # fmt: skip


class Reader(HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}
        self.text += "\n" if tag == "br" else ""

    def handle_data(self, data: str) -> None:
        self.text += data

    def check(self) -> None:
        """No tag that loads or runs anything, no attribute that runs, and classes of ours alone."""
        assert self.tags <= TAGS
        for name, value in self.attributes:
            assert name in PLAIN or name.startswith(("data-", "aria-")), name
            assert name != "class" or all(c.startswith("pq-") for c in value.split()), value
