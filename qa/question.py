"""What a question asks for, read from its words alone: pure, no index, no model.

The kinds decide which articles are preferred (`qa.retrieve`), what the first sentence must contain
(`qa.extract`) and when the honest reply is that the text does not say (`qa.refuse`).
"""

import re
from dataclasses import dataclass
from typing import Literal

from index.text import normalize

Kind = Literal[
    "yes_no", "money", "percent", "quantity", "duration", "date", "who", "where", "list", "definition",
    "condition", "procedure", "reason", "comparison",
    "issuer", "doc_number", "issue_date", "effective", "expiry", "attachments", "addressees",
]  # fmt: skip

_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("yes_no", r"吗[?。!]?|是不是|能不能|可不可以|可以不|要不要|用不用|需不需要|算不算|行不行|合不合|有没有|会不会|给不给"
                   r"|对吧|对不对|没错吧|是吧|够不够|还用|能否|是否|可否|需否|还能|还要.{0,12}[?]|的吧"),
        ("money", r"(多少|几|啥|什么)\s*(钱|元|万元|亿元|块钱)|多少\s*(万|亿)|(补贴|奖补|奖励|奖金|补助|资金|罚款|费用?|会费|价格|价钱|单价|金额|预算|额度|限额|投资|起征点)"
                  r"(标准)?.{0,4}(是|有|给|要|能|得|为|各|达)?.{0,2}(多少(?![家个项条种类份])|几(元|万|亿|块|折)|多大|多高)"
                  r"|多少(补贴|奖补|奖励|奖金|补助|资金|罚款|费用|投资)|收费标准"),
        ("percent", r"百分之(几|多少)|(占比|百分比|比例|比重|税率|费率|利率|率).{0,8}(多少|几成|百分)|(增长|提高|涨|下降|降低)(了)?多少|多少.{0,3}(比例|百分)|几成"),
        ("duration", r"多久|多长时间|多长|几年|几个月|几天|多少(年|天|个?工作日|个?月)|几个?工作日|期限|有效期|管几年|停几年|多少日"),
        ("date", r"什么时候|啥时候|何时|哪天|哪一天|几号|几月|哪年|哪一年|日期|截止|最晚|最迟|到什么时候|从哪(天|一天|日|年|月)|啥时侯|哪日|(截止|施行|生效|开始|结束|报送|填报)时间"),
        ("quantity", r"多少|几(家|个|项|条|份|台|人|次|回|批|类|级|座|吨|所|名|种|款|章|件|辆|部|档|步|块)|多大|规模|数量|总数"),
        ("who", r"谁|哪(个|家|几个|些|位)?(部门|单位|机构|公司|企业|局|委|司|主体|协会|标委会|标准化|处|人|省|记者)|由哪|归口|主管|负责|牵头|找哪"
                r"|联系人|哪位|哪家|实施主体"),
        ("where", r"哪里|哪儿|在哪|什么地方|地址|地点|哪个(省|市|地区|平台|网站)|网址|网站"),
        ("list", r"哪些|哪几|哪(两|三|四|五|六|七|八|九|十)|有哪|分别|列(出|举)|包括|都有|几(类|种|个方面|个环节|项|块|步|级|条)|什么内容|各"),
        ("definition", r"什么(是|叫)|是什么|指(的是)?什么|什么意思|啥意思|怎么定义|定义|算得上|什么样的|何谓|是指|啥是|叫什么"),
        ("condition", r"条件|资格|要求|门槛|什么样|符合|满足|具备|哪些(企业|单位|情况|情形|城市|项目)|怎样才|如何才|才能|什么情况|啥情况"),
        ("procedure", r"怎么(办|报|走|申|弄|做|交|填)|如何(办|申|报|开展|推|做|填)|流程|程序|步骤|手续|环节|要走哪|怎么一|途径"),
        ("reason", r"为什么|为啥|干嘛|原因|目的|依据|背景|必要性|为何"),
        ("comparison", r"分别|区别|不同|一样|相同|对比|比较|哪个(先|高|大|多|更|长|早)|还是|各(是|有|在|自)|谁(先|高|大|多)|差别|一致"),
        ("issuer", r"(哪|谁|什么).{0,8}(印发|发布|下发|制定|发的|出台|公告|联合发|发文|出的)|(发文|印发|发布|制定|联合).{0,3}(机关|部门|单位|机构)"
                   r"|落款"),
        ("doc_number", r"文号|发文字号|几号文|文件号|文件编号|什么号"),
        ("issue_date", r"(印发|发布|出台|下发|成文|落款|公布|发文|发的|出的).{0,6}(日期|时间|什么时候|啥时候|何时|哪天|几号|哪年)"
                       r"|(什么时候|啥时候|何时|哪天|几号|哪年).{0,4}(印发|发布|出台|下发|公布|发文|发的|出的)"),
        ("effective", r"(施行|实施|生效|执行|起用|开始用|启用|起效).{0,8}(日期|时间|什么时候|啥时候|何时|哪天|几号)"
                      r"|(什么时候|啥时候|何时|哪天|几号|从哪天).{0,6}(施行|实施|生效|执行|开始用)"),
        ("expiry", r"有效期|失效|到期|(管|用|做|执行|有效|实行).{0,3}(到|至).{0,3}(什么时候|何时|哪天|哪年|几号)|哪天为止|什么时候结束"),
        ("attachments", r"附件|后面(附|带)|附了|附的|附表|随文"),
        ("addressees", r"(发给|主送|抄送|下达给|印发给).{0,4}(谁|哪|什么)|主送"),
    )
)  # fmt: skip

METADATA: frozenset[Kind] = frozenset(
    ("issuer", "doc_number", "issue_date", "effective", "expiry", "attachments", "addressees")
)
_NOT_OF_DOCUMENT = re.compile(r"目录|名单|称号|资格|证书|标志|公示|贷款|试点|产品|专利")
"""What may be valid or expire by itself, so that 有效期 is not the document's."""
_COMMENTARY = re.compile(r"解读|吹风会|发布会|记者|答记者问|部长|司长|主任|局长|讲话|发言|介绍")
_STRUCTURE = re.compile(r"几(章|部分|个部分|大块)|哪几(章|部分|个方面|大|个行动|项行动)|章节|结构|目录|提纲|重点任务.{0,6}(哪|几)|分成|分为")


FUNCTION_WORDS = re.compile(
    r"多少|怎么样?|如何|什么|哪些|哪个|哪里|几[年个家项天次]?|吗|呢|是否|能不能|可以|需要|要|请问|是|的|了|在|有|多久|多长|时间|时候|哪天"
    r"|标准|要求|条件|一次|给|由|谁|里|对|被|我们?|你|这个?|那个?|和|与|就|都|也|还|不|没|到|会|吧|啊|具体|各|每|应该?|该|得|能|把|从|向"
    r"|上|下|中|企业|公司|单位|部门|办|文件|规定|方案|通知|意见|[，。？、?,.!！：:；;]"
)
"""Words that ask, bind or fit any policy question, and so say nothing of what is asked about."""


@dataclass(frozen=True)
class Asked:
    """A question's kinds and what it says of its source."""

    text: str
    """The normalised question."""
    kinds: frozenset[Kind]
    commentary: bool
    """Whether it asks for what was said about a document (解读, 吹风会) rather than for the document."""
    structure: bool
    """Whether it asks how a document is divided."""

    def has(self, *kinds: Kind) -> bool:
        """Whether any of `kinds` is asked."""
        return any(k in self.kinds for k in kinds)

    @property
    def metadata(self) -> frozenset[Kind]:
        """The metadata kinds among the kinds."""
        return self.kinds & METADATA


def read_question(question: str) -> Asked:
    """Read the kinds of `question` from its words."""
    text = normalize(question)
    kinds = frozenset(kind for kind, pattern in _PATTERNS if pattern.search(text))
    if _NOT_OF_DOCUMENT.search(text):
        kinds -= {"effective", "expiry"}
    return Asked(text, kinds, bool(_COMMENTARY.search(text)), bool(_STRUCTURE.search(text)))


_UNITS: dict[Kind, re.Pattern[str]] = {
    "money": re.compile(r"\d\s*(万|亿|千|百)?\s*(元|块)|[一二三四五六七八九十百千万亿]+元|\d\s*[万千]?亿(?!吨)|万亿"),
    "percent": re.compile(r"\d\s*%|百分之|[一二三四五六七八九]成|\d/\d|倍"),
    "duration": re.compile(r"[\d一二两三四五六七八九十]\s*(个)?\s*(年|月|天|日|工作日|小时|周|季度)|长期|每年|定期"),
    "date": re.compile(r"\d\s*年|\d\s*月|\d\s*日|之日|[一二三四五六七八九十]月|同步施行|每年|年底|月底|期满|同时"),
    "quantity": re.compile(r"\d|[一二两三四五六七八九十百千万]\s*(个|项|家|条|份|台|次|类|级|批|档|座|种)"),
}
_FEE_ASKED = re.compile(r"费|收钱|交钱|掏钱|要钱|花钱")
_FEE_SAID = re.compile(r"费用|收费|免费")
_VALID_ASKED = re.compile(r"有效(?!果|性)|失效")
_VALID_SAID = re.compile(r"有效|失效|届满|执行至|施行")


def answers_slot(kind: Kind, text: str, question: str = "") -> bool:
    """Whether `text` holds what the slot of `kind` needs: an amount of money, a ratio, a duration, a date, a number.

    A question about a fee is also answered by words about the fee, one about validity only by words about validity.
    """
    pattern = _UNITS.get(kind)
    if kind == "money" and _FEE_ASKED.search(question) and _FEE_SAID.search(text):
        return True
    if kind in ("duration", "date") and _VALID_ASKED.search(question) and not _VALID_SAID.search(text):
        return False
    return pattern is None or bool(pattern.search(normalize(text)))
