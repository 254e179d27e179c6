"""What a paragraph of a Word file shows: its runs as text, the notes it cites, the text boxes anchored in it.

Taken: inserted and moved-here text, hyperlinks, results of fields, form fields, formulas on one line. Left out: deleted
and moved-away text, hidden text, instructions of fields, comments, prompts of empty form fields.
"""

import re
from dataclasses import dataclass, field

from index.readers.markup import Element
from index.readers.ordinals import circled
from index.readers.wordml import is_on, tag, value

_LEFT_OUT = {
    "del",
    "moveFrom",
    "pPr",
    "rPr",
    "instrText",
    "delText",
    "sdtPr",
    "rt",
    "commentReference",
    "annotationRef",
}
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SUPERSCRIPTS = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_SYMBOL = dict(
    zip(
        "abgdezhqiklmnxoprstufcywDFGLPQSWXY\xa3\xb3\xb1\xb4\xb8\xb9\xbb\xb0\xa5\xd6\xb7\xae\xac\xb2",
        "αβγδεζηθικλμνξοπρστυφχψωΔΦΓΛΠΘΣΩΞΨ≤≥±×÷≠≈°∞√•→←″",
        strict=True,
    )
)
_WINGDINGS = {
    "\xa8": "□",
    "o": "□",
    "q": "□",
    "n": "■",
    "\xfe": "☑",
    "R": "☑",
    "\xfc": "√",
    "\xfb": "×",
    "l": "●",
}
_ENCLOSED = re.compile(r"eq\s*\\o\\ac\s*[（(]\s*[○◯]\s*[,，]\s*(\d{1,2})\s*[)）]", re.IGNORECASE)
_TO_SUPERSCRIPT = re.compile(r"[\d+\-−=()n]+")


@dataclass
class Shown:
    """The text of a paragraph (soft line breaks as line feeds), cited notes as (kind, id), and text boxes."""

    text: str = ""
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)


class Runs:
    """Reads paragraphs one after the other: a field (a table of contents) may run over several."""

    def __init__(self) -> None:
        self._instructing: list[bool] = []
        """For each open field, whether its instruction, not yet its result, is being read."""
        self._instruction = ""

    def read(self, paragraph: Element) -> Shown:
        """What `paragraph` shows."""
        shown = Shown()
        for child in paragraph:
            self._read(child, shown)
        # an instruction ends in the paragraph where it begins; in a broken file it must not swallow the rest
        self._instructing = [False for instructing in self._instructing if not instructing]
        return shown

    def _read(self, e: Element, shown: Shown) -> None:
        name = tag(e)
        if name == "fldChar":
            self._field(value(e, ".", "fldCharType"), shown)
        elif name == "instrText":
            self._instruction += e.text or ""
        elif name in _LEFT_OUT or (name == "r" and is_on(e, "rPr/vanish")):
            return
        elif name == "AlternateContent":
            self._alternative(e, shown)
        elif name == "txbxContent":
            shown.boxes.append(e)
        elif name in ("footnoteReference", "endnoteReference"):
            shown.notes.append((name.removesuffix("Reference"), value(e, ".", "id") or ""))
        elif name == "sdt":
            if not is_on(e, "sdtPr/showingPlcHdr"):
                self._children(e, shown)
        elif any(self._instructing):
            self._children(e, shown)  # the end of a field may stand deeper
        elif name == "t":
            shown.text += e.text or ""
        elif name in _SIGNS:
            shown.text += _SIGNS[name]
        elif name == "sym":
            shown.text += _symbol(value(e, ".", "font") or "", value(e, ".", "char") or "")
        elif name == "oMath":
            shown.text += formula(e)
        elif name == "r" and value(e, "rPr/vertAlign") == "superscript":
            self._superscript(e, shown)
        else:
            self._children(e, shown)

    def _children(self, e: Element, shown: Shown) -> None:
        for child in e:
            self._read(child, shown)

    def _field(self, kind: str | None, shown: Shown) -> None:
        if kind == "begin":
            self._instructing.append(True)
            self._instruction = ""
        elif kind == "separate" and self._instructing:
            self._instructing[-1] = False
        elif kind == "end" and self._instructing:
            m = _ENCLOSED.search(self._instruction) if self._instructing.pop() else None
            if m and not any(self._instructing):
                shown.text += circled(int(m[1]))

    def _alternative(self, e: Element, shown: Shown) -> None:
        """One of several forms of the same: the first, or where that shows nothing, the next."""
        before = (shown.text, len(shown.boxes), len(shown.notes))
        for form in e:
            self._children(form, shown)
            if (shown.text, len(shown.boxes), len(shown.notes)) != before:
                return

    def _superscript(self, run: Element, shown: Shown) -> None:
        """10 and a raised 3 are 10³: as plain digits they would be another number."""
        inner = Shown(notes=shown.notes, boxes=shown.boxes)
        self._children(run, inner)
        shown.text += superscript(inner.text)


def superscript(text: str) -> str:
    """Raised digits and signs as characters of their own; other text as it is."""
    return text.translate(_SUPERSCRIPTS) if _TO_SUPERSCRIPT.fullmatch(text) else text


def _symbol(font: str, code: str) -> str:
    if not re.fullmatch(r"[0-9A-Fa-f]{1,5}", code):
        return ""
    number = int(code, 16)
    coded = 0xF000 <= number <= 0xF0FF  # a place in a font of symbols, not a character
    plain = chr(number - 0xF000 if coded else number)
    if font == "Symbol":
        return _SYMBOL.get(plain, plain)
    if font.startswith("Wingdings"):
        return _WINGDINGS.get(plain, "")
    return "" if coded or 0xD800 <= number <= 0xF8FF else plain


def formula(e: Element) -> str:
    """A formula (Office Math) on one line: a/b, x², √(x), so that its parts cannot be read as one number."""
    name = tag(e)
    if name == "t":
        return e.text or ""
    parts = {tag(child): "".join(map(formula, child)) for child in e} if name in _PARTED else {}
    if name == "f":
        return f"{_grouped(parts.get('num', ''))}/{_grouped(parts.get('den', ''))}"
    if name in ("sSup", "sSubSup"):
        power = parts.get("sup", "")
        raised = superscript(power)
        return (
            parts.get("e", "") + parts.get("sub", "") + (raised if raised != power else f"^{_grouped(power)}")
        )
    if name == "rad":
        return f"{parts.get('deg', '')}√{_grouped(parts.get('e', ''))}"
    if name == "nary":
        return (
            _sign(e, "naryPr", "chr", "∫")
            + f"({parts.get('sub', '')}→{parts.get('sup', '')})"
            + parts.get("e", "")
        )
    if name == "d":
        inside = ",".join("".join(map(formula, child)) for child in e if tag(child) == "e")
        return _sign(e, "dPr", "begChr", "(") + inside + _sign(e, "dPr", "endChr", ")")
    return "".join(formula(child) for child in e)


_PARTED = ("f", "sSup", "sSubSup", "rad", "nary")


def _grouped(text: str) -> str:
    return text if len(text) == 1 or re.fullmatch(r"[\d.]+|[A-Za-z]+", text) else f"({text})"


def _sign(e: Element, properties: str, name: str, default: str) -> str:
    """A sign that a property of a formula names, in the namespace of the formula itself."""
    for child in e:
        if tag(child) == properties:
            for sign in child:
                if tag(sign) == name:
                    return str(next(iter(sign.values()), default))
    return default
