"""The wording of a refusal: what is missing, what comes nearest, and whom the nearest document says to ask."""

import re
from collections.abc import Iterable

from index.model import Article
from qa.model import Refusal

LIMIT = 200
"""Characters of a refusal that is read out."""
_ADVICE = "可换个说法再问，或点选最接近的条文查看原文。"
_PHONE = re.compile(r"^.*\d{3,4}-\d{7,8}.*$", re.MULTILINE)
_EXPLAINS = re.compile(r"由([^，。；]{2,80}?)(?:等部门)?负责解释")


def refusal_text(refusal: Refusal, contact: str | None = None) -> str:
    """The refusal as it is read out, of at most `LIMIT` characters unless the reason alone is longer."""
    text = f"【{refusal.type}】{refusal.reason}"
    if refusal.type == "超出范围":
        return f"{text}\n可以问我已收录政策文件里的规定，例如申报条件、材料、期限和联系方式。"
    if refusal.choices:
        return text
    near = [a.label for a in refusal.nearest]
    asking = f"\n可咨询：{contact}。" if contact and refusal.nearest else ""
    for count in range(len(near), 0, -1):
        full = f"{text}\n最接近的条文：{'；'.join(near[:count])}。{asking}"
        if count == 1 or len(full) <= LIMIT:
            break
    else:
        full = text
    return full if len(full) + len(_ADVICE) >= LIMIT else f"{full}\n{_ADVICE}"


def name_of(article: Article) -> str:
    """The document's title between 《》; marks inside become 〈〉 (GB/T 15834)."""
    return f"《{article.meta.title.translate(str.maketrans('《》', '〈〉'))}》"


def contact_of(document: Iterable[Article]) -> str | None:
    """Whom the articles of one document say to ask: a telephone with its name, else who explains the document."""
    explains = None
    for article in document:
        if article.role == "row":
            continue
        if phone := _PHONE.search(article.text):
            return re.sub(r"^\W*(联系)?电话[：:]\s*", "", phone[0].strip()).rstrip("。；")
        if explains is None and (m := _EXPLAINS.search(article.text)):
            explains = f"{m[1]}（负责解释本文件）"
    return explains
