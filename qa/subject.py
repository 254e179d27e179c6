"""What a question is about, apart from what it asks: “首台套检测评定收费吗” is about 首台套检测评定."""

import re

from index.numerals import NUMERAL_CHARS
from index.text import normalize
from qa.wording import wording

_N = NUMERAL_CHARS
_ASK = re.compile(
    r"(?:一共|总共|最多|最少|最长|最晚|最高|至少|分别|大概|到底|究竟)?(?:能|可以|要|得|应当?|需要?|有|是|由|归|叫|分|管)?(?:推荐|报|选|拖|缓|安排了?|说|讲|达到)?"
    r"(?:第?几(?:个|家|项|条|份|台|人|次|类|级|档|年|天|月|号|个?月|个?工作日|种|款|章|步|块|批)?(?!何)|多少(?:个|家|项|条|份|万|亿|钱|元|年|天|种)?"
    r"|多(?:久|长时间|长|大|高)(?:的)?|什么(?:时候|时间|样的?|样|意思|内容)?|啥(?:时候|时侯)?|何时"
    r"|哪(?:些|几个|几|个|家|天|里|儿|年|一[天年个]|[两三四五六])?(?:部门|单位|方面|阶段|环节|条件)?|谁(?:来)?|怎么(?:样|办|说|报|处理|规定|分|写)?|咋(?:办|样)?|如何|为什么|为啥|为何"
    r"|(?:是不是|能不能|可不可以|有没有|要不要|用不用|会不会|算不算|是否|能否|可否))|(?:要|能|还|会|需要|用|得)?(?:收费|收钱|交钱|花钱)?吗|(?:要|不)?收费吗?$|呢$"
)
_LEAD = re.compile(
    r"^(?:请问一?下?|请教一?下?|我想问一?下?|想问一?下?|想了解|帮我查一?下?|我们是|我们|我是|那(?:么|个|些)?|还有|另外|如果|要是|关于|对于|对|企业(?!.{2})|在|的|到|从|里面?|中(?![国央小型])|是|有|了|要(?!素)|能(?![源效耗力量])|可以|和|与|给|把|被|由|该|在线|申报|填报|推荐|报送|组织)+"
)
_TAIL = re.compile(
    r"(?:一共|总共|共|最多|最长|最晚|至少|截止|截至|到期|期限|有效期|公布以后|公布后|以后|之后|的时候|时|安排|申报|填报|推荐|报送|发布|印发|管|分|占|要求|要|(?<![产性智节功动储效势])能|可以|需要|应该?|得|是|有|由|的|了|在|到|于|里面?|中|被|给|把|还|都|也|就|说|讲|写|叫|归|用|做|办|来|去|再|交|报|从|自|对|向|和|与|跟)+$"
)
_MARK = re.compile(rf"第\s*[{_N}]+\s*(?:条(?:第\s*[{_N}]+\s*[款项])?|款)")
_CLAUSE = re.compile(r"[，,。；;？?！!：:]")
_POLITE = re.compile(r"^(?:你好|您好|谢谢|麻烦|急|请问|我想问|想问)")
_ENOUGH = 24
"""Characters after which a subject takes in no further clause."""
_SAYS_ENOUGH = 4
"""Characters of content that name a subject."""
_PLAIN = re.compile(r"[^一-鿿a-z0-9]")


def subject_of(question: str) -> str:
    """The words of `question` that name its subject, without question words, 第N条 and what it asks for.

    The question itself, without its closing mark, if nothing else is left.
    """
    text = _MARK.sub("", normalize(question))
    parts = [p for clause in _CLAUSE.split(text) if (p := _of_clause(clause))]
    kept: list[str] = []
    for part in dict.fromkeys(parts):
        if kept and sum(map(len, kept)) + len(part) > _ENOUGH:
            break
        kept.append(part)
    return "，".join(kept) or text.strip(" ?？。!！")


def _of_clause(clause: str) -> str:
    """The first part, between question words, that says enough; else the one that says most, if it says anything."""
    if _POLITE.fullmatch(clause):
        return ""
    parts = [trimmed(p) for p in _ASK.split(clause)]
    best = next((p for p in parts if content(p) >= _SAYS_ENOUGH), None) or max(parts, key=content)
    return best if content(best) > 1 else ""


def trimmed(part: str) -> str:
    """`part` without the words that open or close a clause but name nothing."""
    return _TAIL.sub("", _LEAD.sub("", part.strip()))


def content(text: str) -> int:
    """How many characters of `text` say what it is about: those that would not fit any question about any policy."""
    plain = _PLAIN.sub("", _ASK.sub("", normalize(text)).lower())
    words = wording().phrases
    return len(words["function_words"].sub("", words["generic"].sub("", plain)))


def content_runs(text: str) -> list[str]:
    """The runs of two or more characters of (normalised) `text` that would not fit any question about any policy."""
    words = wording().phrases
    rest = _PLAIN.sub(" ", text.lower())
    for name in ("function_words", "generic", "unspecific"):
        rest = words[name].sub(" ", rest)
    return [run for run in rest.split() if len(run) > 1]
