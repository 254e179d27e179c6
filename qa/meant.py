"""Which documents a question about a document means, and whether it asks of the document or of something in it."""

import re

from index.library import Library
from index.model import Metadata
from index.text import compare_key, normalize
from qa.model import Retrieved
from qa.names import Names, without_number
from qa.question import METADATA, Kind
from qa.term import AT
from qa.wording import wording

_MOST = 3
"""Documents that one answer tells of."""
_NAMED = 4.0
"""Weight of a document's name (see `Names.weights`) from which on a question is about that document."""
_HINTED = 2.0
"""Weight that is enough if the name stands alone beside words of asking: “锅炉那个文件废止了没有”."""
_DOCUMENT = re.compile(r"文件|通知|办法|意见|方案|公告|政策")
_LEFT_OVER = 2
"""Characters beside the name and the words of asking up to which a question is about the document itself."""
_ASKING: tuple[Kind, ...] = (
    *sorted(METADATA), "date", "duration", "yes_no", "who", "list", "quantity", "comparison",
)  # fmt: skip
"""What a question about a document may ask: special words before general ones that they hold (什么时候开始施行)."""
_QUOTED = re.compile(r"《([^《》]{4,})》")
_JOINS = re.compile(r"以及|还有|和|与|跟|及|、|，")


def asks_of_itself(found: Retrieved, names: Names, library: Library) -> bool:
    """Whether the question names its document and asks of the document itself, so that no article need match."""
    keys = meant(found, names, library)
    return len(keys) > 1 or any(is_about(found.standalone.text, library.documents[k]) for k in keys)


def not_here(text: str, names: Names, library: Library) -> str | None:
    """The title in 《》 that the question asks of, if no document has it and none is named beside it."""
    quoted = list(_QUOTED.finditer(text))
    known = [compare_key(m.title + m.heading) for m in library.documents.values()] if quoted else []
    for m in quoted:
        if any(compare_key(m[1]) in k for k in known):
            continue
        if max(names.weights(_QUOTED.sub("", text)).values(), default=0.0) < _NAMED:
            return m[1]
    return None


def meant(found: Retrieved, names: Names, library: Library) -> list[str]:
    """The keys of the documents that the question names; empty if it names none clearly."""
    if found.place and found.place.document:
        return [found.place.document]
    text = found.standalone.text
    clearest = names.clearest(text)
    if clearest is None:
        return []
    top, weight = clearest
    if weight < _NAMED:
        weights = names.weights(text)
        only = [n.key for n in names.best(text, names.documents)] if _DOCUMENT.search(text) else []
        known = [k for k in only if weights[k] >= _HINTED and is_about(text, library.documents[k])]
        return known if len(only) == 1 else []
    parts = [p for p in _JOINS.split(text) if max(names.weights(p).values(), default=0.0) >= _NAMED]
    each = [best[0].key for p in parts if len(best := names.best(p, names.documents)) == 1]
    several = list(dict.fromkeys(each))
    return several[:_MOST] if len(several) > 1 else [top]


def is_about(text: str, meta: Metadata) -> bool:
    """Whether little is left of `text` once the document's name and the words of asking are taken out."""
    words = wording()
    rest = AT.sub("", normalize(text))
    if meta.doc_number:
        rest = without_number(rest)
    for kind in _ASKING:
        rest = words.kinds[kind].sub("", rest)
    rest = words.phrases["generic"].sub("", words.phrases["function_words"].sub("", rest))
    name = set(normalize(meta.title + meta.heading + "".join(meta.issuers)))
    return sum(c.isalnum() and c not in name for c in rest) <= _LEFT_OVER
