"""What an article says, with what is known of it: the text that facts and statements are held against."""

import re
from functools import lru_cache

from index.model import Article, parse_date


@lru_cache(maxsize=4096)
def evidence(article: Article) -> str:
    """The text of `article`, its place and title, its columns, and its document's number, issuers and days.

    An answer may say 《…》第二十七条, or of a row 主管部门为公安部 or 是强制性标准, which neither text nor cells say.
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
            "\n".join(
                f"{name}：{cell}\n该项{name}为{cell}\n{name}是{cell}" for name, cell in article.columns
            ),
            "\n".join(
                f"不是，是{cell}性标准\n该项为{cell}性标准" for name, cell in article.columns if "/" in name
            ),
            "\n".join(
                f"列在{year}年的清单（{article.locator.steps[0].mark}）" for year in _listed_in(article)
            ),
            f"在{article.locator.steps[0].mark}第{article.columns[0][1]}项" if article.columns else "",
            f"这是《{meta.title}》的文号" if article.role == "front" else "",
            f"附件共{len(meta.attachments)}个" if article.role == "attachments" else "",
        )
    )


def _listed_in(article: Article) -> list[str]:
    """The years that the title of a row's table names."""
    return re.findall(r"20\d\d", article.locator.steps[0].title) if article.role == "row" else []


def _written(iso: str | None) -> str:
    day = parse_date(iso)
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
