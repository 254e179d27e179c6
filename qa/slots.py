"""Details a question asks for (a sum, a term, a telephone …) and what they look like: pure, no index, no model.

A slot is told by how the question asks (“几天”, “联系电话”) and is filled by a value of a certain form, or by a word that
stands for one (长期, 同步施行). A text without any such value does not answer, however close its subject is.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from index.text import normalize
from qa.provinces import ANY_PROVINCE

_N = r"[\d一二两三四五六七八九十百千万]+"
_UNITS = r"个(?!月|工作日|小时|百?分?点|人)|条(?!件)|台|所|种|款|座|辆|档"


@dataclass(frozen=True)
class Slot:
    """One kind of detail."""

    name: str
    """What is missing if there is none: 期限."""
    asked: re.Pattern[str]
    value: re.Pattern[str]
    of_step: bool = False
    """Whether it is a term or a day, which belongs to a step of a procedure."""

    label: re.Pattern[str] | None = None
    """What a question may call it by name (传真, 通过率); the value of another name does not fill it."""

    @property
    def of_person(self) -> bool:
        """Whether it tells who, or how to reach them: no count of rows stands for it."""
        return self in (_PHONE, _MAIL, _NAMES, _OFFICE)

    def span(self, question: str) -> tuple[int, int]:
        """Where the (normalised) question asks for it; (0, 0) if it does not."""
        m = self.asked.search(question)
        return m.span() if m else (0, 0)

    def named(self, question: str) -> str | None:
        """The name by which the (normalised) question calls it, or None."""
        m = self.label.search(question) if self.label else None
        return m[0] if m else None

    def filled(self, text: str) -> bool:
        """Whether `text` holds such a value."""
        return bool(self.value.search(normalize(text)))


def _slot(name: str, asked: str, value: str, *, of_step: bool = False, label: str | None = None) -> Slot:
    return Slot(name, re.compile(asked), re.compile(value), of_step, re.compile(label) if label else None)


_DAY_VALUE = r"\d\s*日(?![内起])|之日|同步施行|[年月]底|期满|[上中下]旬|同时"
_DAY = _slot(
    "具体日期",
    r"哪一?天|(?<!第)几号(?!文|手册)|截止|最晚|最迟|哪几天|哪段(时间|日子)",
    rf"{_DAY_VALUE}|前缴清",
    of_step=True,
)
_DATE = _slot(
    "日期",
    r"什么时候|(啥时[候侯]?|何时)(?!不)",  # 啥时不给过 asks for the case, not for the day
    rf"\d{{4}}\s*年|\d\s*月|{_DAY_VALUE}|之前|以后|之后|当[^,。]{{2,30}}时|[^,。]{{4}}时,|情[形况]下|后[,方]"
    r"|在[^,。]{1,8}前(?!提|期)",
    of_step=True,
)
_CALENDAR = _slot(
    "年月",
    r"几月|哪个?月|哪年|哪一年(?!的)",
    r"\d{4}\s*年(?!版|本)|\d\s*月|[年月]底",
    of_step=True,
)
_DAYS = _slot(
    "期限",
    r"几天|几个?工作日|多少(天|个?工作日|日)",
    rf"(?<!\d月){_N}\s*个?\s*(天|工作日|周|星期)|{_N}\s*日\s*(内|以内|之内|至|-|—)",
    of_step=True,
)
_HOURS = _slot("时长", r"(几个?|多少个?)小时", rf"{_N}\s*个?\s*(小时|分钟)", of_step=True)
_TERM = _slot(
    "期限",
    r"多久|多长时间|多长|几年(?!级)|几个?月(?!份|几)|多少(年|个?月)|期限",
    r"(?<![\d近])(\d{1,3}|[一二两三四五六七八九十百]+)\s*个?\s*(年(?!度|版|\d)|月(?!\d)|天|日|工作日|周|季度|小时)"
    r"|(?<!中)长期|半年|当年|期满",
    of_step=True,
)
_EVERY = _slot(
    "间隔",
    r"(多久|多长时间|隔多久|几年|几个月|每隔).{0,8}一?(次|回|检|审)|一年.{0,6}几(次|回)",
    rf"每\s*({_N})?\s*(年|个?月|季度|周|日|天)|每半?年|{_N}\s*次|年度|按月|随时",
    of_step=True,
)
_VALID = _slot(
    "有效期",
    r"(有效期?|称号|资格|证书).{0,6}(几|多久|多长|多少年)|(几年|多久|多长时间|多少年)(内|之内)?(有效|失效)",
    rf"(有效|失效|届满|执行至|实施期).{{0,20}}\d|{_N}\s*年(内|之内)?有效",
)
_FEE = _slot(
    "费用", r"收费|费用(?!.{0,3}占).{0,4}(多少|几)|(收|交|缴)多少(钱|费|元)", rf"费用|收费|免费|{_N}\s*元"
)
_FINE = _slot(
    "罚款数额", r"(罚|滞纳金).{0,6}(多少(?!年)|几(?![年个]))|(多少|几).{0,4}(罚款|滞纳金)", r"罚款|滞纳金"
)
_GRANT = _slot(
    "金额",
    r"(补|奖|领|减免|限额|额度|劳务费|会费|费用?(?!.{0,3}占))[^，。,?亿]{0,8}(多少(?!亿)|多大|多高|几[万千百]?(元|块))(?![家个项条种年天])"
    r"|多少[一-鿿]{0,6}(费|补贴|补助|奖金|奖励|奖补|优惠)|一[台辆个家].{0,6}(多少钱|几[万千百])|(奖|补).{0,4}几[十百千]*万(?![家个吨台])"
    r"|(奖补|奖励|奖金|补贴|补助|资金)[^，。,?]{0,6}(哪|谁)[^，。,?]{0,4}[多高大少低]"
    r"|(哪|谁)[^，。,?]{0,4}(奖补|奖励|奖金|补贴|补助|资金)[^，。,?]{0,4}[多高大少低]",
    rf"\d\s*[万千百]?\s*元|[一二两三四五六七八九十百千]万?元|{_N}\s*万\s*元",
)
_MONEY = _slot(
    "金额",
    r"(多少|几|啥|什么)\s*[十百千万亿]*\s*(钱|元|块(?!内容|任务|工作))|多少[一-鿿]{0,6}(资金|投资)|多少[万亿]+(?=[,?!。]|$)|(投资|预算)((?!增|提高|降|占|比|百分)[^，。,?]){0,8}(多少(?![家个项条种])|多大)|[挣缴付]多少(?=[,?!。]|$)",
    rf"\d\s*[万亿千百]*\s*元|{_N}元|\d\s*[万千]?亿(?!吨)|万亿",
)
_SHARE = _slot(
    "比例",
    r"百分之(几|多少)|几个(百分)?点|几成|(利率|税率|费率|占比|比例|比重|率)[^，。,?]{0,8}(多少|(?<!哪)几(?![家个项])|多大|多高)"
    r"|占[^，。,?]{2,6}多少(?![家个项])|(提高|增长|下降|降低?|增加)了?(多少|几)(?![吨万个家])",
    r"\d\s*%|百分之|[一二三四五六七八九]成|\d\s*/\s*\d|[三四五]分之|倍|翻番|百分点",
    label=r"[一-鿿]{2}率|贴息",
)
_PHONE = _slot(
    "联系电话", r"电话|座机|手机号|热线|联系方式|传真", r"\d{3,4}-\d{7,8}|1[3-9]\d{9}", label="传真"
)
_MAIL = _slot("电子邮箱", r"邮箱|e-?mail", r"@")
_EXCEPTION = _slot("例外情形", r"例外|破例|特殊情况", r"例外|除外|特殊|放宽|不作要求|除.{1,20}外")
_MANY = r"[多余万亿左右几]*"
_PEOPLE = _slot("人数", r"(多少|(?<![哪那好这十])几)(名|位|个?人)(?!称)", rf"{_N}\s*{_MANY}\s*(名|位|人)")
_FIRMS = _slot(
    "数量", r"(多少|(?<![哪那好这十])几)(家|户)", rf"{_N}\s*{_MANY}\s*(家|户|个(?!月|工作日|小时))"
)
_MARKS = _slot(
    "分值", r"多少分(?!之|钟)|(得|打|评价|考|要够)[^，。,?]{0,4}几分(?!之|钟)|满分", r"\d\s*分(?!之)"
)
_TIMES = _slot(
    "次数", r"(多少|(?<![哪那好这十])几)[次回]", rf"{_N}\s*[次回]|每\s*{_N}?\s*(年|个?月|季度|周|日)|随时"
)
_TONS = _slot("吨数", r"(多少|(?<![哪那好这十])几)[万亿]*(吨|蒸吨)", r"\d\s*[万亿]?吨|蒸吨")
_SAVED = _slot(
    "数量",
    r"多少[^，。,?]{0,2}(碳|二氧化碳|标准?煤|煤|电|氢|油|水)(?!炭|矿|站|力|泵)|(减碳|减排|节电|节水|省电|省煤)(多少|几(?![类项个家]))",
    r"\d[\d.]*\s*[万亿]?\s*(吨|千瓦时|度|立方米|标方|%)",
)
_DESK = _slot(
    "办理地点",
    r"(哪里|哪儿|什么地方|哪个(网站|平台|窗口))(去|能|可以)?(办理?|登记|领取?|报名|注册|缴费)",
    r"平台|网站|https?:|窗口|大厅|地址|报送|邮寄|寄送|提交|向[^，。]{2,14}(机关|部门|局|单位)",
)
_COPIES = _slot("份数", r"(多少|(?<![哪那好这十])几)[份张页]", rf"{_N}\s*[份张页]")
_COUNT = _slot(
    "数量",
    rf"(多少|(?<![哪那好这十])几)({_UNITS})",
    rf"(?<![第\d一二两三四五六七八九十百]){_N}\s*{_MANY}\s*({_UNITS}|家|名|人|项|户|份|张|类|级|本|桩|根|章|部|点|件|批次)",
)
_FIRM = r"(有限公司|股份公司|集团|研究院|大学|[一-鿿]{2}银行)"
_NAMES = _slot(
    "名单",
    r"(?<!各)哪几家(?!部门|单位|机构|部委)|(名单|目录)[里中]?(都|一共)?有(哪|谁|什么|啥)",
    rf"{_FIRM}[^。]*?{_FIRM}",
)
_OFFICE = _slot(
    "人名", r"(会长|局长|处长|秘书长|负责人)(是谁|是哪[位个]|叫|姓)", r"会长|局长|处长|秘书长|负责人"
)
_SECTION = _slot("经办处室", r"哪个处(?!理|罚|置)|哪个科室?|处室", r"[一-鿿]处(?!理|罚|置|于|长|在)")
_CLOCK = _slot("钟点", r"几点(?!建议|要求)|上下?班时间|营业时间|办公时间", r"\d\s*[点时:]\s*\d?")
_FORMS = _slot(
    "所需材料",
    r"(带|交|提交|准备|填)(哪些|什么|啥).{0,4}(表|资料|材料|文件|证)",
    r"表|书|证明|材料|报告|复印件|方案|证件|函",
)
_CODE = _slot("编号", r"编号.{0,3}(多少|什么)|标准号|税目?号|税则号", r"gb|GB|\d{8}|\d{4}\.\d{2}")
_PLACES = _slot("地区", r"在哪(几个|些|个|几)(省|市|城市|地区)", ANY_PROVINCE)
_FIGURE = _slot(
    "具体数值",
    r"(指标|数量|个数|数值)[^，。,?]{0,8}(多少|几)(?![家个项条种])",
    r"(?<!附件)(?<!附件\s)\d|[一二三四五六七八九十]+项",
)

SLOTS = (
    _PHONE, _MAIL, _FINE, _FEE, _GRANT, _SHARE, _MONEY, _EVERY, _VALID, _HOURS, _DAYS, _TERM, _DAY, _DATE, _EXCEPTION,
    _CALENDAR, _PEOPLE, _FIRMS, _MARKS, _COUNT, _TIMES, _TONS, _SAVED, _DESK, _COPIES, _CODE, _PLACES, _NAMES, _OFFICE,
    _SECTION, _CLOCK, _FORMS, _FIGURE,
)  # fmt: skip
_HIDES = {
    _FINE: (_MONEY, _GRANT),
    _FEE: (_MONEY, _GRANT),
    _GRANT: (_MONEY,),
    _EVERY: (_TERM, _TIMES),
    _SHARE: (_FIGURE,),
    _VALID: (_TERM, _DATE, _CALENDAR),
}
"""The special ones hide the general ones that the same words ask for."""


@lru_cache(maxsize=256)  # asked of each sentence of each article that is read for a question
def asked_slots(question: str) -> tuple[Slot, ...]:
    """The slots that `question` asks for."""
    text = normalize(question)
    found = [s for s in SLOTS if s.asked.search(text)]
    hidden = [h for s in found for h in _HIDES.get(s, ())]
    return tuple(s for s in found if s not in hidden)


def near_words(question: str, slot: Slot) -> tuple[int, int]:
    """The span of the (normalised) question's clause that asks for `slot`; of the clause before it too if that is all."""
    m = slot.asked.search(question)
    if m is None:
        return 0, len(question)
    cuts = [-1, *(i for i, c in enumerate(question) if c in "，,。?？")]
    end = next((i for i in cuts if i >= m.end()), len(question))
    before = [i for i in cuts if i < m.start()]
    start = before[-1] + 1
    if m.start() - start < 2 and len(before) > 1:
        start = before[-2] + 1
    return start, end
