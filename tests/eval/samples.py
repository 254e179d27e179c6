"""Small articles, answers and cases that the tests of the evaluation share."""

from collections.abc import Sequence

from eval.cases import Case
from index.model import Article, Locator, Metadata, Step
from qa.model import Answer, Citation, Hit, Refusal, RefusalType

META = Metadata(
    key="国市监质规〔2024〕3号",
    title="检测评定管理办法",
    heading="检测评定管理办法",
    doc_number="国市监质规〔2024〕3号",
    issuers=("市场监管总局",),
    date="2024-03-22",
)


def article(mark: str, text: str, **more: object) -> Article:
    return Article(
        id=f"{META.key}/{mark}",
        meta=META,
        locator=Locator((Step(mark),)),
        label=f"《{META.title}》{mark}",
        text=text,
        search_text=text,
        **more,  # type: ignore[arg-type]
    )


FEE = article("第二十七条", "检测评定不向申请单位收取费用。")
TERM = article("第十四条", "目录自公告之日起 3 年内有效。")
BAN = article("第二十二条", "弄虚作假的，5 年内不再受理其申请。")
ROW = article(
    "序号44",
    "44\t电梯用钢丝绳\t修订\t强制",
    role="row",
    columns=(("序号", "44"), ("标准项目名称", "电梯用钢丝绳"), ("制定/修订", "修订"), ("强制/推荐", "强制")),
)
ARTICLES = {a.id: a for a in (FEE, TERM, BAN, ROW)}


def answer(
    text: str,
    cited: Sequence[Article] = (),
    found: Sequence[Article] = (),
    *,
    quotes: Sequence[str] = (),
    refusal: RefusalType | None = None,
    confidence: float = 0.9,
) -> Answer:
    spans = quotes or [a.text for a in cited]
    return Answer(
        question="",
        standalone_question="",
        text=text,
        citations=tuple(Citation(n, a, q) for n, (a, q) in enumerate(zip(cited, spans, strict=True), 1)),
        hits=tuple(Hit(a, 1 / n) for n, a in enumerate(found or cited, 1)),
        answerer="fake",
        refusal=Refusal(refusal, "资料里没有。") if refusal else None,
        confidence=confidence,
        timings_ms={"total": 12.0},
    )


FEE_CASE = Case(
    "d001",
    "检测评定收钱吗？",
    "yes_no",
    gold=((FEE.id,),),
    facts=(("不向申请单位收取", "不收取"),),
    polarity="no",
    forbidden=("应当缴纳",),
    note="第二十七条",
)
TERM_CASE = Case(
    "d002",
    "目录管几年？",
    "number",
    gold=((TERM.id,),),
    facts=(("3 年",),),
    forbidden=("5 年",),
    note="第十四条",
)
WEATHER_CASE = Case("d003", "明天下雨吗？", "unanswerable", refusal="超出范围", note="闲聊")
FUTURE_CASE = Case(
    "d004",
    "那第四十五条呢？",
    "unanswerable",
    history=("第十四条说什么？",),
    refusal="无此条",
    note="共 29 条",
)
CASES = [FEE_CASE, TERM_CASE, WEATHER_CASE, FUTURE_CASE]

FEE_ANSWER = answer("不收费。检测评定不向申请单位收取费用[1]。", [FEE])
TERM_ANSWER = answer("目录自公告之日起三年内有效[1]。", [TERM], [BAN, TERM])
REFUSAL = answer("现有资料中没有这方面的内容。", [], [FEE], refusal="超出范围", confidence=0.1)


class FakeAsk:
    """Answers from a table, or raises the error the table holds, and remembers what it was asked."""

    def __init__(self, answers: dict[str, Answer | Exception]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def __call__(self, question: str, history: Sequence[str]) -> Answer:
        self.asked.append((question, tuple(history)))
        found = self.answers[question]
        if isinstance(found, BaseException):
            raise found
        return found


def good_ask() -> FakeAsk:
    return FakeAsk(
        {
            FEE_CASE.question: FEE_ANSWER,
            TERM_CASE.question: TERM_ANSWER,
            WEATHER_CASE.question: REFUSAL,
            FUTURE_CASE.question: REFUSAL,
        }
    )
