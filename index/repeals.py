"""What a document repeals: 下列文件同时废止：《…》（文号）第二条第（一）项."""

import re
from collections.abc import Iterator, Sequence

from index.marks import find_mark
from index.model import Metadata, Repeal
from index.text import compare_key, number_key, squeeze

_STOPS = r"(?:废止|失效|停止执行|停止施行|停止实施|停止使用)"
_ENDS = rf"(?:同时|即行|即|一并|相应|现予以?|予以|随之|均|自行|之日起){_STOPS}"
_REPEALS = re.compile(_ENDS)
_LIST = re.compile(rf"[下以][列下].{{0,30}}{_ENDS}.{{0,6}}[：:]?$|{_ENDS}[：:]$")
_INLINE = re.compile(rf"[下以][列下].{{0,30}}{_ENDS}.{{0,6}}[：:].")
"""A list that goes on in the sentence itself, its items between semicolons."""
_NUMBER_ALONE = re.compile(r"(?:[一-鿿]{2,12}[〔\[［（(]\d{4}[〕\]］)）]第?\d+号)")
_HYPOTHETICAL = re.compile(r"应当|可以|建议|申请|决定|有权|负责")
_NUMBER = re.compile(
    r"^[（(]([^（）()]{1,30}?[〔\[［（(]?\d{4}[〕\]］)）]?年?第?\d+号|[^（）()]{2,30}令第\d+号)[)）]"
)
_PART = re.compile(r"^(?:中(?:的|关于)?|的)?[^《》，,、。；;和及与]{0,40}")
_NAMED_PART = re.compile(r"第.+[条款项章节]|关于.+规定|附件|有关规定")
_SENTENCE = re.compile(r"[^。；;\n]+[。；;]?")


def read_repeals(texts: Sequence[str]) -> tuple[Repeal, ...]:
    """The documents, or parts of them, that `texts` (paragraphs as printed) end; each once, in order."""
    found: dict[tuple[str, str | None, str], Repeal] = {}
    for sentence in _repealing(texts):
        for repeal in _named(sentence):
            found.setdefault((repeal.title, repeal.number, repeal.part), repeal)
    return tuple(found.values())


def ends(repeal: Repeal, by: Metadata, meta: Metadata) -> bool:
    """Whether `repeal`, said in `by`, means the document of `meta`.

    By 文号 where both give one, else by title; what repeals an older version of its own title is not meant.
    """
    if by.key == meta.key:
        return False
    if repeal.number and meta.doc_number:
        return number_key(repeal.number) == number_key(meta.doc_number)
    if compare_key(repeal.title) not in (compare_key(meta.title), compare_key(meta.heading)):
        return False
    return compare_key(meta.title) != compare_key(by.title) or (meta.date or "") < (by.date or "")


def _repealing(texts: Sequence[str]) -> Iterator[str]:
    """The sentences that repeal: those that say so, and the items under a paragraph that says so of its list."""
    listing = False
    for text in texts:
        mark = find_mark(text)
        opens = bool(_LIST.search(squeeze(text)))
        if listing and not opens and ((mark is not None and mark.kind != "article") or text.startswith("《")):
            yield text
            continue
        listing, inline = opens, False
        for m in _SENTENCE.finditer(text):
            plain = squeeze(m[0])
            said = _REPEALS.search(plain)
            inline = not opens and (inline or bool(_INLINE.search(plain)))
            if inline or (said and not _HYPOTHETICAL.search(re.sub(r"《.*》", "", plain))):
                yield m[0].strip()
            inline = inline and plain.endswith(("；", ";"))


def _named(sentence: str) -> Iterator[Repeal]:
    if "《" not in sentence:  # 某发〔2024〕6号文同时废止
        for m in _NUMBER_ALONE.finditer(squeeze(sentence)):
            yield Repeal("", number_key(m[0]), "", sentence)
    for start, end in _titles(sentence):
        rest = squeeze(sentence[end:])
        number = _NUMBER.match(rest)
        if number:
            rest = rest[number.end() :]
        part = _REPEALS.split(_PART.match(rest)[0])[0] if _PART.match(rest) else ""  # type: ignore[index]
        part = part.strip("中的。；;")
        yield Repeal(
            sentence[start + 1 : end - 1],
            number_key(number[1]) if number else None,
            part if _NAMED_PART.search(part) else "",
            sentence,
        )


def _titles(sentence: str) -> Iterator[tuple[int, int]]:
    """Spans of the outermost 《…》."""
    depth = start = 0
    for i, c in enumerate(sentence):
        if c == "《":
            depth, start = depth + 1, start if depth else i
        elif c == "》" and depth:
            depth -= 1
            if not depth:
                yield start, i + 1
