import json

from qa.model import Answer, Citation, Hit, Place, Refusal, hit_json
from tests.qa.made import article, row

FREE = article("第二十七条 检测不收费。", "第五章", "第二十七条")
WIRE = row(44, ("名称", "电梯用钢丝绳"))
ANSWER = Answer(
    question="收费吗",
    standalone_question="首台套收费吗",
    text="检测不收费。[1]",
    citations=(Citation(1, FREE, "检测不收费。"),),
    hits=(Hit(FREE, 1.23456), Hit(WIRE, -0.5)),
    answerer="extractive",
    confidence=0.987654,
    timings_ms={"retrieve": 12.345, "answer": 6.0, "total": 18.345},
)


def test_a_citation_is_the_contracts_object() -> None:
    assert Citation(1, FREE, "检测不收费。").to_json() == {
        "n": 1,
        "document": "检测办法",
        "locator": "第五章 / 第二十七条",
        "label": "《检测办法》第五章第二十七条",
        "quote": "检测不收费。",
        "text": "第二十七条 检测不收费。",
        "doc_number": "规〔2024〕3号",
        "issuers": ["市场监管总局", "科技部"],
        "date": "2024-03-22",
        "source": "办法.txt",
        "page": None,
        "id": "规〔2024〕3号/第五章/第二十七条",
    }


def test_a_hit_is_the_contracts_object() -> None:
    assert hit_json(Hit(FREE, 1.23456)) == {
        "id": "规〔2024〕3号/第五章/第二十七条",
        "document": "检测办法",
        "locator": "第五章 / 第二十七条",
        "text": "第二十七条 检测不收费。",
        "score": 1.2346,
    }


def test_an_answer_is_the_contracts_object_and_our_confidence() -> None:
    data = ANSWER.to_json()
    assert list(data) == [
        "question", "standalone_question", "answer", "refused", "refusal", "citations", "retrieved",
        "answerer", "confidence", "as_of", "timings_ms",
    ]  # fmt: skip
    assert data["question"] == "收费吗"
    assert data["standalone_question"] == "首台套收费吗"
    assert data["answer"] == "检测不收费。[1]"
    assert (data["refused"], data["refusal"]) == (False, None)
    assert data["citations"] == [ANSWER.citations[0].to_json()]
    assert [r["id"] for r in data["retrieved"]] == [FREE.id, WIRE.id]
    assert (data["answerer"], data["confidence"]) == ("extractive", 0.9877)
    assert data["timings_ms"] == {"retrieve": 12.3, "answer": 6.0, "total": 18.3}


def test_a_refusal_says_why_what_comes_nearest_and_what_to_choose_from() -> None:
    refusal = Refusal("需要更多信息", "请说明。", (FREE,), ("《检测办法》",))
    refused = Answer("截止", "截止", "【需要更多信息】请说明。", (), (Hit(FREE, 1.0),), "extractive", refusal)
    data = refused.to_json()
    assert refused.refused
    assert data["refused"] is True
    assert data["refusal"] == {
        "type": "需要更多信息",
        "reason": "请说明。",
        "nearest": [{"id": FREE.id, "label": FREE.label}],
        "choices": ["《检测办法》"],
    }
    assert (data["citations"], len(data["retrieved"])) == ([], 1)


def test_everything_can_be_written_as_json() -> None:
    assert json.loads(json.dumps(ANSWER.to_json(), ensure_ascii=False)) == ANSWER.to_json()


def test_times_do_not_make_two_answers_different() -> None:
    again = Answer(**{**vars(ANSWER), "timings_ms": {"total": 99.0}})
    assert again == ANSWER


def test_a_place_is_empty_unless_said_otherwise() -> None:
    assert Place() == Place((), None, (), None, None, section=False, note=None, nearest=())
