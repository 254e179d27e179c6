"""“第三个展开讲讲”, “最后一条是什么”: a question for one item of a list, by its number."""

import re

from index.numerals import NUMERAL_CHARS, parse_numeral
from index.text import normalize

_N = NUMERAL_CHARS
_ORDINAL = re.compile(
    rf"^(?:那么?|请|再|把|先|想|我|看|说|讲|问)*(?:第\s*(?P<n>[{_N}]+)|(?P<last>最后)一?)\s*(?:个|条|项|点|步|种|类|行|家|名|份|档|款|方面)?"
    r"(?P<noun>标准|项目|条件|要求|步骤|阶段|环节|情形|措施|任务|行为)?(?P<rest>.*)$"
)
_TELL = re.compile(
    r"(?:呢|的|具体|详细|再|展开|一下|给我|讲讲?|说说?|介绍|是|什么|怎么|咋|内容|意思|有|要求|规定|如何|解释|说明|[?？。!！,，\s])*"
)


def ordinal(question: str) -> int | None:
    """The number of the item that `question` wants told, -1 for the last; None if it asks anything else."""
    m = _ORDINAL.match(normalize(question))
    if m is None or not _TELL.fullmatch(m["rest"]):
        return None
    return -1 if m["last"] else parse_numeral(m["n"])
