"""The scheme a question wants to apply to: 高新技术企业认定 is not settled by what is said of 小巨人. Pure.

How one applies, on what conditions and with what papers is stated by the document of that scheme. Another scheme's
document holds much the same words; what differs is the name before them.
"""

import re
from collections.abc import Callable, Sequence

from index.text import normalize
from qa.wording import official_terms, wording

_THING = r"[^，,。?？!！；;：:]{2,24}?"
_RULES = r"条件|材料|标准|要求|资格|门槛|流程|手续|指标|占比|比例|数量|人数"
_APPLIES = (
    re.compile(
        rf"(?P<thing>{_THING})(?:到底|应该|要|该)?(?:怎么|如何|咋|怎样)(?:申报|申请|报名|办理|领取|领(?!导)|换证|延期|认定|登记)"
    ),
    re.compile(
        rf"(?P<thing>{_THING})(?:认定|申报|申请|入库|评价|登记|认证|备案|延期|换证)的?[^，,。?？]{{0,8}}?(?:{_RULES})"
    ),
    re.compile(
        rf"(?:申请|申报|办理?)(?P<thing>{_THING})(?:要|需要|得|需|应当?)[^，,。?？]{{0,6}}?(?:{_RULES})"
    ),
    re.compile(rf"(?P<thing>{_THING}(?:许可证|资格证|上岗证|合格证))"),
)
_MARKS = re.compile(r"[（）()“”\"]")
_NAMED = 0.35
"""Share of the thing's character pairs that a document's name must hold to speak of it."""
_LEAST = 2
"""Characters that name a thing."""


def scheme(question: str) -> str | None:
    """The scheme (or certificate) whose rules for applicants `question` asks for; None if it asks for none.

    “绿色工厂怎么申报” asks for 绿色工厂. Words that fit any scheme (企业, 项目) are left out.
    """
    text = normalize(question)
    words = wording().phrases
    for pattern in _APPLIES:
        for m in pattern.finditer(text):
            said = words["function_words"].sub(" ", words["generic"].sub(" ", m["thing"]))
            if sum(map(len, said.split())) > _LEAST:
                return said.strip()
    return None


def of_scheme(thing: str, name: str, text: str, words: Callable[[str], Sequence[str]]) -> bool:
    """Whether an article can state the rules of `thing`.

    Its document's name must speak of the thing, and the article (or that name) of the thing's last word: the insurance
    for 首台套 is not its assessment.

    Args:
        thing: what `scheme` found.
        name: the (normalised) titles of the article and its document.
        text: the (normalised) article.
        words: cuts Chinese characters into dictionary words.
    """
    name = _MARKS.sub("", name)
    runs = re.findall(r"[一-鿿]+", thing)
    if max(_share(runs, name), _share(re.findall(r"[一-鿿]+", official_terms(thing)), name)) < _NAMED:
        return False
    last = next((w for run in reversed(runs) for w in reversed(words(run)) if len(w) > 1), "")
    return last in name or last in text


def _share(runs: Sequence[str], name: str) -> float:
    pairs = [run[i : i + 2] for run in runs for i in range(len(run) - 1)]
    return sum(p in name for p in pairs) / len(pairs) if pairs else 0.0
