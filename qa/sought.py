"""The form that an answer must have, told by the question: so many 份, a day by which, what follows, whose duty: pure.

Within one document all articles share the subject, so that a short follow-up (“要交几份”) matches each of them about as
well; the one that holds such a value is the one that is asked for.
"""

import re
from dataclasses import dataclass

from index.model import Article
from index.numerals import NUMERAL_CHARS, parse_numeral
from index.text import normalize
from qa.sentences import without_mark

_N = NUMERAL_CHARS
_COUNTED = re.compile(r"(?:几|多少)\s*(?P<unit>[份张册套])")
_BY_WHEN = re.compile(
    r"截止|截至|(?:什么时候|啥时候|何时|哪一?天|几月?号|几月几).{0,6}[交报送寄递]|[交报送寄递].{0,6}(?:什么时候|啥时候|何时|哪一?天|几月?号|几月几)"
)
_DEADLINE = re.compile(r"\d\s*日\s*(?:之?前|以前|截止)|至\s*(?:\d+月)?\d+日|[年月]底前")
_WHAT_FOLLOWS = re.compile(r"会(?:怎么?样|咋样|如何)|后果|怎么(?:处理|处罚|罚)|咋(?:处理|罚)")
_SANCTION = re.compile(r"取消|移出|禁止|撤销|注销|追究|处罚|不再受理|调整退出")
_ACTOR = re.compile(
    r"(?P<who>[一-鿿（）()]{2,12}?(?:机构|单位|企业|公司|部门|银行|协会))(?=有下列|在|应|不得|可|对|与|、|违反|需)"
)
_BEGINNING = 128
"""Characters of a text that surely hold the actor that it opens with."""
_SO_MANY = re.compile(
    r"(?P<count>[两二三四五六七八九十]|\d{1,2})\s*(?:个|大|项|类|条|方面|步|种)(?P<noun>(?![个大项类条])[一-鿿]{2})"
)
"""七个领域, 五大基地: the text that gives them says how many there are."""
_DIGITS = "〇一二三四五六七八九十"
_TWO = 2
_AFTER = re.compile(
    r"(?P<step>公示|公告|受理|初审|初核|评审|审核|验收|复核|批复|核准)(?:完了?|结束|通过|期满)?(?:之后|以后|后|完)"
)
VALUE = 1.5
"""What an article of the document gains that holds a value of the form asked for, in deviations of the score."""
WHOSE = 0.5
"""What one gains that opens with the actor that the question names."""


@dataclass(frozen=True)
class Sought:
    """What `question` (normalised) wants an article to hold."""

    question: str
    values: tuple[re.Pattern[str], ...]

    def bonus(self, article: Article) -> float:
        """How much more `article` is worth, beside others of its document."""
        if article.role != "text":
            return 0.0
        text = article.plain
        gained = VALUE if any(v.search(text) for v in self.values) else 0.0
        actor = _ACTOR.match(normalize(without_mark(article.text)[:_BEGINNING]))
        return gained + (WHOSE if actor and actor["who"] in self.question else 0.0)


def counted(question: str) -> re.Pattern[str] | None:
    """What a text says that gives as many things as `question` (normalised) asks for; None if it names no number."""
    m = _SO_MANY.search(question)
    if m is None:
        return None
    number = parse_numeral(m["count"].replace("两", "二")) or 0
    written = f"{number}|{_DIGITS[number]}" if number < len(_DIGITS) else str(number)
    written += "|两" if number == _TWO else ""
    return re.compile(rf"(?<![\d十])(?:{written})\s*(?:个|大|项|类|条|种)?[^，。；\d]{{0,4}}{m['noun']}")


def sought(question: str) -> Sought:
    """What the question asks for that is told by its form."""
    text = normalize(question)
    values = []
    if m := _COUNTED.search(text):
        values.append(re.compile(rf"[{_N}]\s*{m['unit']}"))
    if _BY_WHEN.search(text):
        values.append(_DEADLINE)
    if _WHAT_FOLLOWS.search(text):
        values.append(_SANCTION)
    if m := _AFTER.search(text):
        values.append(re.compile(rf"经{m['step']}|{m['step']}(?:后|通过|无异议|期满|结束)"))
    return Sought(text, tuple(values))
