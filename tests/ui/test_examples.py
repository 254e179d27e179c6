from dataclasses import replace

import pytest

from index.library import Library
from index.model import Step, Validity
from qa.chain import Chain
from qa.settings import Settings
from tests.ui.conftest import BRIEFING, FREE, MEASURE, TURN, FakeChain, article, as_chain
from ui.examples import examples, topic


@pytest.mark.parametrize(
    ("title", "about"),
    [
        ("中国首台（套）重大技术装备检测评定管理办法（试行）", "中国首台（套）重大技术装备检测评定管理办法"),
        ("国家发展改革委 国家能源局关于建立煤炭产能储备制度的实施意见", "建立煤炭产能储备制度"),
        ("关于做好 2024 年工业和信息化质量工作的通知", "2024年工业和信息化质量工作"),
        ("市场监管总局办公厅关于落实《锅炉绿色低碳高质量发展行动方案》的实施意见", ""),
        ("联系方式", ""),
    ],
)
def test_a_topic_is_the_title_in_few_words(title: str, about: str) -> None:
    assert topic(replace(MEASURE, title=title)) == about


def test_headings_that_name_what_people_ask_for_come_before_validity_and_issuers() -> None:
    conditions = article(MEASURE, "第八条", "条件", Step("第二章", "评定条件和程序"), Step("第八条"))
    assert examples(as_chain(FakeChain(articles=(FREE, conditions, TURN)))) == (
        ("《检测评定管理办法（试行）》", "检测评定管理办法的评定条件和程序有哪些？"),
    )
    lasting = replace(FREE, meta=replace(MEASURE, validity=Validity(expires="2027-12-31")))
    assert examples(as_chain(FakeChain(articles=(lasting,)))) == (
        ("《检测评定管理办法（试行）》", "检测评定管理办法执行到什么时候？"),
    )
    assert examples(as_chain(FakeChain())) == (
        ("《检测评定管理办法（试行）》", "检测评定管理办法由哪些部门印发？"),
    )


def test_a_question_that_another_document_answers_is_no_example() -> None:
    other = replace(BRIEFING, title="设备更新方案", issuers=("甲部", "乙部"))
    assert examples(as_chain(FakeChain(articles=(replace(TURN, meta=other),)))) == ()


def test_every_example_of_the_bundled_documents_is_answered_from_its_document(library: Library) -> None:
    chain = Chain(library, Settings())
    found = examples(chain)
    assert len(found) == 6
    for name, question in found:
        assert chain.ask(question).citations[0].article.meta.name == name
