"""What is stored of an article beside each of its vectors, and the article again from that."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from index.ledger import Held
from index.model import Article, Locator, Metadata, Step

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WINDOW = "␟"
"""Separates the article's id from what follows in the id of a row: nobody writes this sign."""


def content_hash(article: Article) -> str:
    """Sixteen hex digits over everything that is stored of an article but its order."""
    parts = json.dumps(
        [article.text, article.search_text, article.label, _details(article)], ensure_ascii=False
    )
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


def _details(article: Article) -> dict[str, Any]:
    return {
        "steps": [[s.mark, s.title] for s in article.locator.steps],
        "role": article.role,
        "page": article.page,
        "last_page": article.last_page,
        "columns": article.columns,
        "speaker": article.speaker,
    }


def record_of(article: Article) -> dict[str, Any]:
    """The article's fields as a store keeps them beside its text."""
    return {
        "id": article.id,
        "key": article.meta.key,
        "hash": content_hash(article),
        "order": article.order,
        "label": article.label,
        "search_text": article.search_text,
        "details": json.dumps(_details(article), ensure_ascii=False),
    }


def article_of(record: Mapping[str, Any], text: str, meta: Metadata) -> Article:
    """The article of a document `meta` that is stored as `record` and `text`."""
    details = json.loads(record["details"])
    for name in ("page", "last_page"):  # stored as in the file, cited as the document counts
        if details[name] is not None:
            details[name] += meta.page_offset
    return Article(
        id=record["id"],
        meta=meta,
        locator=Locator(tuple(Step(*s) for s in details.pop("steps"))),
        label=record["label"],
        text=text,
        search_text=record["search_text"],
        order=record["order"],
        columns=tuple((name, cell) for name, cell in details.pop("columns")),
        **details,
    )


def read_rows(
    got: Mapping[str, Any], names: Mapping[str, Sequence[str]], held: Mapping[str, Held]
) -> "list[tuple[Article, NDArray[np.float32]]]":
    """Articles, whose metadata nobody knows here, each with its (windows, dimension) vectors, as far as there are any.

    Args:
        got: what Chroma returns, with everything.
        names: article id -> the names of its rows, one for each window.
        held: what is held under each article id.
    """
    import numpy as np  # not for who only wants a content hash: `policy-qa --help` would wait for it

    at = {row: i for i, row in enumerate(got["ids"])}
    found = []
    for id_, rows in names.items():
        own = [at[row] for row in rows if row in at]
        if own:
            stored = {**got["metadatas"][own[0]], "order": held[id_].order}
            article = article_of(stored, got["documents"][own[0]], Metadata(held[id_].key, "", ""))
            found.append((article, np.array([got["embeddings"][i] for i in own], dtype=np.float32)))
    return found
