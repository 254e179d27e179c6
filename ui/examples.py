"""Questions to begin with, made from the documents of the index; each was asked and is answered from its document.

Rules, for each document in turn: its topic is its title without 关于, 通知 and the like. A heading that names what
people ask for (条件, 程序, 期限 …) gives “topic的heading有哪些”; else the day to which it holds, else who issued it.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from index.errors import PolicyQAError
from index.model import Article, Metadata

if TYPE_CHECKING:
    from qa.chain import Chain

Example = tuple[str, str]
"""The document's name and a question."""
_MOST = 6
_TRIED = 24
"""Questions that are asked at most, to find those."""
_LONGEST = 40
"""Characters of a question that is read at a glance."""
_ASKED_FOR = re.compile(r"条件|程序|对象|范围|标准|期限|材料|措施|政策|要求|任务")
_EMPTY = re.compile(r"^(?:总体|总则|工作|主要|重点|保障|组织)")
"""Headings that stand in any document and say nothing of this one."""
_NUMBERED = re.compile(r"^[（(]?[一二三四五六七八九十\d]+[、.）)]")
_FRAME = re.compile(
    r"^.{0,40}?关于(?:印发|发布|组织开展|组织推荐|组织|做好|下达|落实|推动)?|^推动|的?(?:通知|公告|实施意见|意见)$|[（(](?:试行|暂行)[)）]"
)
_UNFIT = re.compile(r"[《〈]|解读|实录|联系方式")


def examples(chain: "Chain") -> tuple[Example, ...]:
    """A few questions that the built-in answerer answers from the document they were made from."""
    library = chain.library
    found: list[Example] = []
    left = _TRIED
    for key, meta in library.documents.items():
        for question in islice(_questions(meta, library.articles.of(key)), left):
            left -= 1
            if _is_answered(chain, question, key):
                found.append((meta.name, question))
                break
        if len(found) == _MOST or left <= 0:
            break
    return tuple(found)


def topic(meta: Metadata) -> str:
    """What a document is about, in few words; empty if its title does not say it shortly."""
    title = re.sub(r"(?<=[一-鿿])\s+|\s+(?=[一-鿿])", "", meta.title)
    plain = _FRAME.sub("", title)
    return "" if _UNFIT.search(plain) or not 4 <= len(plain) <= _LONGEST else plain


def _questions(meta: Metadata, articles: Sequence[Article]) -> Iterator[str]:
    about = topic(meta)
    if not about:
        return
    headings = dict.fromkeys(
        _NUMBERED.sub("", step.title) for a in articles if a.role == "text" for step in a.locator.steps
    )
    asked = [f"{about}的{h}有哪些？" for h in headings if _is_asked_for(h)]
    asked += [f"{about}执行到什么时候？"] if meta.expires else []
    asked += [f"{about}由哪些部门印发？"] if len(meta.issuers) > 1 else []
    yield from (q for q in asked if len(q) <= _LONGEST)


def _is_asked_for(heading: str) -> bool:
    return 2 < len(heading) <= 10 and bool(_ASKED_FOR.search(heading)) and not _EMPTY.match(heading)


def _is_answered(chain: "Chain", question: str, key: str) -> bool:
    try:
        answer = chain.ask(question, use_model=False)
    except PolicyQAError:
        return False
    cited = [c.article for c in answer.citations]
    return not answer.refused and bool(cited) and cited[0].meta.key == key and cited[0].role != "outline"
