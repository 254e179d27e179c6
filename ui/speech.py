"""An answer as it can be read out to a caller: its first sentences, without marks, in signs that have a sound. Pure.

Nothing is added and nothing reworded: sentences are left out at the end, references between brackets are left
out, and signs are spelled. A sentence that is too long ends at a comma, but never before what limits it (但、
除……外) nor where its main clause is still to come.
"""

import re
from dataclasses import dataclass

from qa.claims import NOTE
from qa.validity import NOTICE

LENGTH = 120
"""Characters that can be read out in half a minute: newsreaders say about 240 to 300 in a minute."""
_RATE = 4.0
"""Characters in a second."""
_GROUNDS = "依据："
_STOPPED = "（已按要求停止"
_MARK = re.compile(r"\[\d{1,2}\]")
_SENTENCE = re.compile(r"[^。！？\n]*[。！？]?[”’）]?|\n")
_CLAUSE = re.compile(r"(?:[^，；,]|,(?=\d))*[，；,]?")
_LIMITS = re.compile(
    r"^(?:但|除|不含|不包括|不得|否则|仅|只|限|另有|其中|且|并|或|而|均|应当?|可以?|须|需|予以|不予|不再|按)"
)
"""A clause that begins so belongs to the one before it."""
_EXCEPTION = re.compile(r"^(?:但|除|不含|不包括|否则|不过)")
"""A sentence that begins so is never left out after the one that it limits."""
_OPEN = re.compile(
    r"(?:的|时|后|前|下|中|内|外|者|等|及|和|或|与|为|是|在|由|对|以|如|若|凡|根据|按照|对于)[，；,]$"
)
"""A clause that ends so waits for the next."""
_PAIRS = (("（", "）"), ("《", "》"), ("“", "”"), ("(", ")"))
_SPELLED = tuple(
    (re.compile(pattern), spelled)
    for pattern, spelled in (
        (r"[<＜](https?://[^<>＜＞\s]+)[>＞]", r"\1"),
        (r"(?<=[一-鿿])[ 　]+(?=\d)|(?<=[\d%％])[ 　]+(?=[一-鿿])", ""),
        (r"[（(](?:详?见|参见|模板见|以下|下同|上同|含以上|按[^（）()]*统计)[^（）()]*[)）]", ""),
        (r"[（(](套|试行|暂行)[)）]", r"\1"),
        (r"[〔\[【（(]\s*((?:19|20)\d\d)\s*[〕\]】）)]\s*第?\s*(\d+)\s*号", r"\1年第\2号"),
        (r"(?<!\d)((?:19|20)\d\d)-0?(\d{1,2})-0?(\d{1,2})(?!\d)", r"\1年\2月\3日"),
        (r"_\{([^{}]*)\}", r"\1"),
        (r"(?<=\d),(?=\d{3}(?!\d))", ""),
        (r"(?<=[\d%％])\s*[~～—–]+\s*(?=\d)", "至"),
        (r"(\d+(?:\.\d+)?)\s*[%％]", r"百分之\1"),
        (r"(\d+(?:\.\d+)?)\s*‰", r"千分之\1"),
        (r"(?<![\d/A-Za-z])(\d{1,2})/(\d{1,2})(?![\d/])", r"\2分之\1"),
        (r"(?<=[一-鿿])/(?=[年月日天人家台套吨件个项]|小时|千瓦时|平方米|立方米)", "每"),
        (r"≥", "大于等于"),
        (r"≤", "小于等于"),
        (r"[＞>]\s*(?=\d)", "大于"),
        (r"[＜<]\s*(?=\d)", "小于"),
        (r"℃", "摄氏度"),
        (r"㎡", "平方米"),
        (r"m³", "立方米"),
        (r"\t+", "，"),
        (r"^——", ""),
    )
)


@dataclass(frozen=True)
class Speech:
    """What to read out: sentences, and whether more of the answer follows that is not among them."""

    lines: tuple[str, ...]
    is_part: bool = False

    @property
    def seconds(self) -> int:
        """How long it takes to read out, about."""
        return max(1, round(sum(map(len, self.lines)) / _RATE))


def speech(text: str, length: int = LENGTH) -> Speech:
    """The beginning of an answer with its marks, of about `length` characters; empty for an empty text."""
    lines = [_spoken_line(line) for line in text.split("\n") if not _is_beside(line)]
    sentences = [s.strip() for s in _SENTENCE.findall("\n".join(lines)) if s.strip()]
    said: list[str] = []
    for sentence in sentences:
        room = length - sum(map(len, said))
        if len(sentence) <= room or _is_lead(said) or (said and _EXCEPTION.match(sentence)):
            said.append(sentence if len(sentence) <= room else _begun(sentence, room))
        elif not said:
            said.append(_begun(sentence, length))
        else:
            break
        if said[-1].endswith("……"):
            break
    if said:
        said[-1] = re.sub(r"[；;，,]$", "。", said[-1])  # an item of a list that is said alone
    is_part = len(said) < len(sentences) or bool(said and said[-1].endswith("……"))
    return Speech(tuple(said), is_part)


def spoken(text: str) -> str:
    """`text` with the signs spelled that have no sound: 〔2024〕3号 as 2024年第3号, 25% as 百分之25."""
    for pattern, spelled in _SPELLED:
        text = pattern.sub(spelled, text)
    return text


def grounds(text: str) -> str:
    """The line of an answer that names its grounds, to be read out; empty if it has none."""
    line = next((line for line in text.split("\n") if line.startswith(_GROUNDS)), "")
    return spoken(line.removeprefix(_GROUNDS))


def _is_beside(line: str) -> bool:
    return line.startswith((_GROUNDS, NOTE, _STOPPED)) or not line.strip()


def _spoken_line(line: str) -> str:
    return spoken(_MARK.sub("", line.removeprefix(NOTICE)).strip())


def _is_lead(said: list[str]) -> bool:
    """Whether what was said so far (…相关规定是：) only announces what follows."""
    return bool(said) and said[-1].endswith("：")


def _begun(sentence: str, length: int) -> str:
    """The beginning of a sentence up to a comma that it can end at; the whole if there is none."""
    begun = ""
    clauses = [c for c in _CLAUSE.findall(sentence) if c]
    for clause in clauses:
        can_end = bool(begun) and _is_whole(begun) and not _OPEN.search(begun) and not _LIMITS.match(clause)
        if can_end and len(begun) + len(clause) > length:
            return begun[:-1] + "……"
        begun += clause
    return begun


def _is_whole(text: str) -> bool:
    return all(text.count(opening) == text.count(closing) for opening, closing in _PAIRS)
