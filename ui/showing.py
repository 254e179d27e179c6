"""What is shown of a document: one or several of its articles, or where it has them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from index.model import Article, Metadata
from qa.validity import article_status
from ui.api.contract import ArticleJson
from ui.catalogue import Catalogue, Item, find_document
from ui.listing import article_json, articles_text, outline_text
from ui.place import find_articles


@dataclass(frozen=True)
class Shown:
    """A document with its articles, and those of them that a place means; None if no place was named."""

    item: Item
    articles: Sequence[Article]
    found: Sequence[Article] | None
    documents: dict[str, Metadata]

    @property
    def text(self) -> str:
        """For a terminal: the articles that were found, else the outline of the document."""
        if self.found is None:
            return outline_text(self.item, self.articles)
        return articles_text(self.found, date.today(), self.documents)

    @property
    def json(self) -> list[ArticleJson]:
        """The articles that were found, for machines."""
        today = date.today()
        return [article_json(a, article_status(a, today, self.documents)) for a in self.found or ()]


def look_up(
    catalogue: Catalogue,
    name: str,
    place: str = "",
    articles_of: Callable[[str], Sequence[Article]] | None = None,
) -> Shown:
    """What `name` and `place` mean; the id of an article names both at once.

    `articles_of` gives the articles of a document, in order, by its key; without it they are read from the index.

    Raises:
        UsageError: there is no such document or place, or more than one document.
    """
    metas = {entry.meta.key: entry.meta for entry in catalogue.entries}
    key = None if place else next((key for key in metas if name.startswith(f"{key}/")), None)
    if key is not None:
        place = name
    else:
        key = find_document(name, list(metas.values())).key
    articles = (articles_of or catalogue.articles)(key)
    found = find_articles(place, articles) if place else None
    return Shown(catalogue.item(key), articles, found, metas)
