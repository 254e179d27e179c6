"""What an article says, with what is known of it: the text that facts and statements are held against."""

from functools import lru_cache

from index.model import Article, parse_date


@lru_cache(maxsize=4096)
def evidence(article: Article) -> str:
    """The text of `article`, its place and title, its columns, and its document's number, issuers and days.

    An answer may say 《…》第二十七条, or of a row 主管部门为公安部, which neither text nor cells say.
    """
    meta = article.meta
    return "\n".join(
        (
            article.text,
            article.label,
            str(article.locator),
            meta.title,
            meta.heading,
            meta.doc_number or "",
            "、".join(meta.issuers),
            *map(_written, (meta.date, meta.effective, meta.expires)),
            article.speaker or "",
            "\n".join(f"{name}：{cell}\n{name}为{cell}" for name, cell in article.columns),
        )
    )


def _written(iso: str | None) -> str:
    day = parse_date(iso)
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
