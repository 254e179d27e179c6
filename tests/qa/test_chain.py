"""The whole way from a question to an answer, on the real index."""

import json
import re
from pathlib import Path

import pytest
from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda

from index.errors import IndexMissing, UsageError
from index.library import Library
from index.model import Article
from index.settings import IndexSettings
from qa.chain import MAX_QUESTION, Chain, Request, open_chain
from qa.model import Answer
from qa.retriever import ArticleRetriever
from qa.settings import AnswerSettings, RetrievalSettings, Settings
from tests.qa.conftest import Ask

MEASURE = "国市监质规〔2024〕3号"
GIANTS = "工信厅企业函〔2024〕142号"
FEE = "首台套检测评定收费吗"
TITLE = "中国首台（套）重大技术装备检测评定管理办法（试行）"
KEYS = [
    "question", "standalone_question", "answer", "refused", "refusal", "citations", "retrieved", "answerer",
    "confidence", "as_of", "timings_ms",
]  # fmt: skip
CITATION_KEYS = [
    "n", "document", "locator", "label", "quote", "text", "doc_number", "issuers", "date", "source", "page",
    "id",
]  # fmt: skip
QUESTIONS = (
    FEE,
    "第二十七条",
    "管理办法第八条第六项",
    "首台套管理办法第三章讲什么",
    "首台套办法一共多少条",
    "小巨人通知第二部分第（五）项",
    "附件1第44行",
    "示范项目清单第5个项目",
    "413号文",
    "电梯用钢丝绳是强制标准吗",
    "应急管理部主管的强制性标准有哪些",
    "北京的示范项目有几个",
    "设备更新实施方案是哪七个部门印发的",
    "小巨人通知有哪些附件",
    "锅炉实施意见发给谁",
    "标准提升方案的文号",
    "煤炭产能储备意见什么时候失效",
    "首台套目录有效期几年",
    "申请首台套要满足哪些条件",
    "检测评审机构有哪些行为会被移出",
    "小巨人企业的材料最晚什么时候寄到工信部",
    "中小企业特色产业集群怎么报",
    "股权激励个税可以分多少个月缴纳",
    "国家工业节能监察任务的数据中心有多少家",
    "制造业中长期贷款怎么支持",
    "吹风会上谁介绍了机器人密度",
    "首台套办法有几章",
    "小具人申报条件",
    "股权激励公告什么时候执行",
    "中国重型机械工业协会的地址在哪里",
)
UNANSWERABLE = (
    "首台套办法第四十五条",
    "工信厅企业函〔2024〕999号",
    "小巨人企业一次性给多少万奖励",
    "怎么写代码",
    "申报截止是几号",
    "？",
)


def test_the_question_of_the_readme_is_answered_in_its_first_sentence(ask: Ask) -> None:
    answer = ask(FEE)
    assert answer.text == (
        "中国首台（套）检测评定不向申请单位收取费用。[1]\n"
        "依据：《中国首台（套）重大技术装备检测评定管理办法（试行）》（国市监质规〔2024〕3号）第二十七条。信息截至2024年4月。"
    )
    (citation,) = answer.citations
    assert citation.to_json() == {
        "n": 1,
        "document": TITLE,
        "locator": "第五章 附则 / 第二十七条",
        "label": f"《{TITLE}》第二十七条",
        "quote": "中国首台（套）检测评定不向申请单位收取费用。",
        "text": "第二十七条 中国首台（套）检测评定不向申请单位收取费用。",
        "doc_number": MEASURE,
        "issuers": ["市场监管总局", "国家发展改革委", "科技部", "工业和信息化部", "国家知识产权局"],
        "date": "2024-03-22",
        "source": "zhengce-huibian-2024-04.txt",
        "page": None,
        "id": f"{MEASURE}/第二十七条",
    }
    assert (answer.refused, answer.answerer, answer.standalone_question) == (False, "extractive", FEE)
    assert answer.hits[0].article.id == citation.article.id


def check(answer: Answer, by_id: dict[str, Article]) -> None:
    """What holds for every answer."""
    data = answer.to_json()
    assert list(data) == KEYS
    assert [r["id"] for r in data["retrieved"]] == [h.article.id for h in answer.hits]
    assert len({h.article.id for h in answer.hits}) == len(answer.hits) == 20
    assert all(h.article == by_id[h.article.id] for h in answer.hits)
    assert [h.score for h in answer.hits] == sorted((h.score for h in answer.hits), reverse=True)
    marks = [int(n) for n in re.findall(r"\[(\d+)]", answer.text)]
    assert sorted(set(marks)) == [c.n for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    for citation in answer.citations:
        assert citation.quote
        assert citation.quote in citation.article.text
        assert citation.article == by_id[citation.article.id]
        assert list(citation.to_json()) == CITATION_KEYS
    assert 0.0 <= answer.confidence <= 1.0


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_is_cited_and_every_quote_is_verbatim(
    ask: Ask, by_id: dict[str, Article], question: str
) -> None:
    answer = ask(question)
    check(answer, by_id)
    assert not answer.refused
    assert answer.citations
    said, _, grounds = answer.text.rpartition("\n依据：")
    assert said
    assert all(f"《{c.article.label[1:].split('》')[0]}》" in grounds for c in answer.citations)
    assert {c.article.id for c in answer.citations} <= {h.article.id for h in answer.hits}


@pytest.mark.parametrize("question", UNANSWERABLE)
def test_a_refusal_is_retrieved_for_as_well(ask: Ask, by_id: dict[str, Article], question: str) -> None:
    answer = ask(question)
    check(answer, by_id)
    assert answer.refused
    assert answer.citations == ()
    assert answer.refusal is not None
    assert answer.refusal.nearest


@pytest.mark.parametrize(
    ("question", "first"),
    [
        (FEE, f"{MEASURE}/第二十七条"),
        ("首台套目录有效期几年", f"{MEASURE}/第十四条"),
        ("申请首台套要满足哪些条件", f"{MEASURE}/第八条"),
        ("检测评审机构有哪些行为会被移出", f"{MEASURE}/第二十三条"),
        ("电梯用钢丝绳是强制标准吗", "国市监标技发〔2024〕第34号/附件1/序号44"),
        ("国家工业节能监察任务的数据中心有多少家", "工信厅节函〔2024〕147号/一"),
        ("股权激励个税可以分多少个月缴纳", "财政部税务总局公告2024年第2号/一"),
        ("中国重型机械工业协会的地址在哪里", "中国重型机械工业协会联系方式/正文"),
    ],
)
def test_the_first_citation_is_the_article_that_answers(ask: Ask, question: str, first: str) -> None:
    assert ask(question).citations[0].article.id == first


@pytest.mark.parametrize("question", ["目录", "政策汇编目录", "这本汇编收录了哪些文件", "第几页"])
def test_the_contents_page_is_never_retrieved(ask: Ask, library: Library, question: str) -> None:
    headings = [m.heading for m in library.documents.values()]
    for hit in ask(question).hits:
        assert sum(heading in hit.article.text for heading in headings) <= 1, hit.article.id


def test_a_follow_up_is_answered_about_its_topic(ask: Ask) -> None:
    answer = ask("它的文号是什么", [FEE])
    assert answer.standalone_question == "首台套检测评定的文号是什么？"
    assert answer.text.startswith(f"{MEASURE}。这是《{TITLE}》的文号。[1]\n")


def test_a_follow_up_with_another_number_is_another_look_up(ask: Ask) -> None:
    answer = ask("那第二十八条呢？", ["管理办法第二十七条说什么", "", "  "])
    assert answer.standalone_question == "管理办法第二十八条说什么"
    assert [c.article.id for c in answer.citations] == [f"{MEASURE}/第二十八条"]


def test_a_follow_up_with_another_year_is_another_table(ask: Ask) -> None:
    answer = ask("那2025年呢", ["2024年应急管理部主管的强制性标准有哪些"])
    assert answer.text.startswith("共3项：附件2《2025 年制修订重点国家标准项目清单》165行中")


def test_a_change_of_topic_forgets_the_history(ask: Ask) -> None:
    fresh, after = ask("中小企业特色产业集群怎么报"), ask("中小企业特色产业集群怎么报", [FEE])
    assert after == fresh


@pytest.mark.parametrize("name", [TITLE, MEASURE, "国市监质规[2024]3 号", "管理办法", "首台(套)重大技术装备"])
def test_a_filter_answers_from_its_document_alone(ask: Ask, name: str) -> None:
    answer = ask("收费吗", documents=[name])
    assert {h.article.meta.key for h in answer.hits} == {MEASURE}
    assert answer.text.startswith("中国首台（套）检测评定不向申请单位收取费用。[1]")


def test_a_filter_may_name_several_documents(ask: Ask) -> None:
    answer = ask("收费吗", documents=["管理办法", "小巨人"])
    assert {h.article.meta.key for h in answer.hits} == {MEASURE, GIANTS}


@pytest.mark.parametrize("question", ["第二十七条", "413号文", "应急管理部主管的强制性标准有哪些"])
def test_a_filter_holds_for_what_is_looked_up(ask: Ask, question: str) -> None:
    answer = ask(question, documents=["股权激励"])
    assert {c.article.meta.key for c in answer.citations} <= {"财政部税务总局公告2024年第2号"}


@pytest.mark.parametrize(
    ("question", "documents", "message"),
    [
        ("", [], "问题为空。请输入要查询的问题。"),
        (" \n\t　", [], "问题为空。请输入要查询的问题。"),
        ("收" * 10_000, [], "问题过长（10000 字）。请缩短到 2000 字以内。"),
        ("收" * (MAX_QUESTION + 1), [], "问题过长（2001 字）。请缩短到 2000 字以内。"),
        ("收费吗", ["劳动合同法"], "没有收录该文件：劳动合同法。可用 policy-qa documents 查看已收录的文件。"),
        (
            "收费吗",
            ["管理办法", "政策解读", "实施意见"],
            "“实施意见”对应多份文件：《国家发展改革委 国家能源局关于建立煤炭产能储备制度的实施意见》、"
            "《《关于建立煤炭产能储备制度的实施意见》政策解读》、"
            "《市场监管总局办公厅关于落实《锅炉绿色低碳高质量发展行动方案》的实施意见》。请写全标题或文号。",
        ),
    ],
)
def test_what_cannot_be_served_is_said_in_one_line(
    chain: Chain, question: str, documents: list[str], message: str
) -> None:
    for serve in (chain.ask, chain.search):
        with pytest.raises(UsageError) as error:
            serve(question, documents=documents)
        assert str(error.value) == message


@pytest.mark.parametrize("question", ["？？？", "《", "\x00", "😀", "〇"])
def test_odd_questions_are_refused_not_crashed_on(ask: Ask, by_id: dict[str, Article], question: str) -> None:
    answer = ask(question)
    check(answer, by_id)
    assert answer.refused


def test_the_longest_question_allowed_is_served(ask: Ask, by_id: dict[str, Article]) -> None:
    question = "首台套检测评定收费吗？" + "急" * (MAX_QUESTION - 11)
    assert len(question) == MAX_QUESTION
    check(ask(question), by_id)


def test_half_a_character_does_not_crash(ask: Ask) -> None:
    assert ask("首台套收费吗\ud800").hits


def test_the_search_finds_what_the_answer_retrieves(chain: Chain, ask: Ask) -> None:
    found = chain.search(FEE)
    assert found.hits == ask(FEE).hits
    assert found.milliseconds > 0


def test_the_same_question_has_the_same_answer(chain: Chain, ask: Ask) -> None:
    assert chain.ask(FEE) == ask(FEE)
    assert chain.ask(f"  {FEE}\n").text == ask(FEE).text


def test_times_add_up(chain: Chain) -> None:
    times = chain.ask(FEE).timings_ms
    assert list(times) == ["retrieve", "answer", "total"]
    assert times["retrieve"] + times["answer"] == pytest.approx(times["total"])
    assert all(t > 0 for t in times.values())


def test_an_answer_can_be_written_as_json(ask: Ask) -> None:
    for question in (FEE, "怎么写代码"):
        data = ask(question).to_json()
        assert json.loads(json.dumps(data, ensure_ascii=False)) == data


def test_the_parts_are_runnables_that_can_be_joined(chain: Chain) -> None:
    first_id = chain.search_runnable | RunnableLambda(lambda found: found.hits[0].article.id)
    assert first_id.invoke(Request(FEE)) == f"{MEASURE}/第二十七条"
    assert [a.refused for a in chain.runnable.batch([Request(FEE), Request("怎么写代码")])] == [False, True]


def test_the_retriever_gives_langchain_documents(chain: Chain, ask: Ask) -> None:
    retriever = chain.as_retriever()
    assert isinstance(retriever, ArticleRetriever)
    documents = retriever.invoke(FEE)
    assert [d.id for d in documents] == [h.article.id for h in ask(FEE).hits]
    best = ask(FEE).hits[0]
    assert documents[0] == Document(
        page_content="第二十七条 中国首台（套）检测评定不向申请单位收取费用。",
        id=f"{MEASURE}/第二十七条",
        metadata={
            "id": f"{MEASURE}/第二十七条",
            "label": f"《{TITLE}》第二十七条",
            "document": TITLE,
            "locator": "第五章 附则 / 第二十七条",
            "doc_number": MEASURE,
            "date": "2024-03-22",
            "source": "zhengce-huibian-2024-04.txt",
            "page": None,
            "score": best.score,
        },
    )


def test_the_retriever_refuses_what_the_chain_refuses(chain: Chain) -> None:
    with pytest.raises(UsageError, match="问题为空"):
        chain.as_retriever().invoke("")


def test_fewer_articles_are_retrieved_if_so_set(library: Library) -> None:
    settings = Settings(retrieval=RetrievalSettings(top_k=3))
    answer = Chain(library, settings).ask(FEE)
    assert len(answer.hits) == 3
    assert answer.citations[0].article.id == f"{MEASURE}/第二十七条"


def test_more_is_refused_if_more_certainty_is_wanted(library: Library) -> None:
    chain = Chain(library, Settings(answer=AnswerSettings(refuse_below=1.0)))
    assert chain.ask(FEE).refused
    assert not chain.ask("第二十七条").refused  # what is looked up is certain


def test_a_chain_is_opened_from_its_settings(index_dir: Path, cache_dir: Path) -> None:
    chain = open_chain(Settings(index=IndexSettings(dir=index_dir, cache_dir=cache_dir)))
    assert chain.ask(FEE).citations[0].article.id == f"{MEASURE}/第二十七条"
    chain.library.close()


def test_without_an_index_there_is_no_chain(tmp_path: Path, cache_dir: Path) -> None:
    with pytest.raises(IndexMissing):
        open_chain(Settings(index=IndexSettings(dir=tmp_path, cache_dir=cache_dir)))
