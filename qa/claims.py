"""The parts of an answer's text: its marks, its grounds line, what it claims, and the side it takes.

The rules, in order:

1. A mark is [n] with one or two digits (国市监质规[2024]3号 is none).
2. A line that begins 依据： names the grounds and states nothing, nor does a note on the chat model; one that
   begins 提示： says whether a document holds, which is known of it and not read from an article, and takes no side.
3. A statement ends at 。！？； or at the end of a line, and takes the marks that follow it at once.
4. A list number (1. （2） -) at its start belongs to the layout. What is left must have a letter or a digit.
5. A line without marks that ends with ： introduces what follows (“……的共5项：”) and is no statement: whether
   all items follow is what the completeness of lists says.
6. An answer word alone (“不收费。” “可以。”, at most four characters that take a side) is no statement:
   whether it is right is what the polarity error says.
7. A sentence that counts rows or days, and says so (“……的有8项（按表内行数统计）”, “按您给的日期推算”), states a
   computation and no clause: whether it is right is what facts and the completeness of lists say.
"""

import re
from dataclasses import dataclass
from typing import Literal

from qa.canonical import bare

Polarity = Literal["yes", "no"]

NOTE = "（聊天模型"
"""How the note opens that says why the built-in answer stands in for a chat model's."""
_MARK = re.compile(r"\[([0-9]{1,2})\]")
_GROUNDS = re.compile(rf"^[\s>*]*(?:依据|提示)[：:]|^{NOTE}")
_STATEMENT = re.compile(r"[^。！？；!?;\n]+[。！？；!?;]*(?:\s*\[[0-9]{1,2}\])*|(?:\[[0-9]{1,2}\])+")
_LAYOUT = re.compile(r"^[\s>#*•·-]*(?:[0-9]{1,2}[.、．)）](?![0-9])|[（(][0-9]{1,2}[)）])?\s*")
_LEAD = re.compile(
    r"^\s*(?:您好|你好)?[，,！!。\s]*"
    r"(?:(?:根据|依据|按照|依照|按)[^，,。]{1,80}[，,]\s*)?"
    r"(?:《[^》]{1,80}》[^，,。不]{0,30}(?:规定|明确|要求)[，,：:]\s*)?"
)
_END = r"(?=$|[，,。；;：:！!、\s])"
_NO = re.compile(
    r"不(?:可以|可|能|得|会|需要|需|必|用|收取|收费|收|是|行|对|属于|适用|允许|予|再|接受|受理|应当|应|准|要|作为|符合|一样|相同)"
    rf"|不向[^，。；]{{1,12}}收|不{_END}|否{_END}|没有|没{_END}|无需|无须|毋须|未(?:规定|作|要求)|并非|并不|禁止|严禁|(?:说法)?(?:错误|有误){_END}"
)
_YES = re.compile(
    r"可以(?!不)|能够|能(?=申请|申报|享受|报)|需要|必须|应当(?!不)|允许|属于|适用|是的|对的|没错|有的|会的"
    rf"|(?:可|能|是|对|会|有|需|要|行|应|正确){_END}"
)
_OPEN_QUESTION = re.compile(r"可不可以|能不能|是不是|会不会|要不要|需不需要|是否|能否|可否|有没有")
_LONGEST_WORD = 4
_COMPUTED = re.compile(
    r"按表内行数统计|按您给的日期推算|按成文日期推算|[：:]\d+项（序号|^其余\d+项为序号|^合计\d+项"
)


@dataclass(frozen=True)
class Claim:
    """A sentence of an answer without its marks, and the numbers of the citations it claims."""

    text: str
    marks: tuple[int, ...]


def without_marks(answer: str) -> str:
    """The answer without [n]."""
    return _MARK.sub("", answer)


def without_grounds(answer: str) -> str:
    """The answer without the lines that begin 依据： or 提示：, and without a note on the chat model."""
    return "\n".join(line for line in answer.splitlines() if not _GROUNDS.match(line))


def marks(answer: str) -> tuple[int, ...]:
    """The numbers of all marks, in order."""
    return tuple(int(n) for n in _MARK.findall(answer))


def claims(answer: str) -> list[Claim]:
    """What the answer states, sentence by sentence."""
    found: list[Claim] = []
    for match in _STATEMENT.finditer(without_grounds(answer)):
        text = _LAYOUT.sub("", without_marks(match[0])).strip()
        if (text.endswith(("：", ":")) and not marks(match[0])) or _COMPUTED.search(text):
            continue
        if bare(text) and not (len(bare(text)) <= _LONGEST_WORD and polarity(text)):
            found.append(Claim(text, marks(match[0])))
    return found


def polarity(answer: str) -> Polarity | None:
    """The side that the first sentence takes at its start, or None where it takes none.

    Only the first words count, after a greeting, “根据…，” and “《…》…规定，”: 不收取 不得 无需 否 … are no,
    可以 需要 应当 是的 “能，” … are yes. Words that only look alike (不超过, 不仅, 有关, 能源, 应急) take no
    side, nor does a sentence that repeats the question (是否, 能不能). What is not recognised is no error.
    """
    first = re.split(r"[。！？!?\n]", without_marks(without_grounds(answer)).strip(), maxsplit=1)[0]
    start = _LAYOUT.sub("", first[_LEAD.match(first).end() :] if _LEAD.match(first) else first)  # type: ignore[union-attr]
    start = start.lstrip('“"「‘ ')
    if _OPEN_QUESTION.match(start):
        return None
    if _NO.match(start):
        return "no"
    return "yes" if _YES.match(start) else None
