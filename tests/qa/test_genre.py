from dataclasses import replace

import pytest

from index.text import normalize
from qa.genre import issued_by, kinds_of, of_kind_said, own_name, said_name
from tests.qa.made import MEASURE


@pytest.mark.parametrize(
    ("text", "whole", "kind", "before"),
    [
        ("国家标准管理办法第四条", "国家标准管理办法", "办法", "国家标准"),
        ("我们公司想了解首台套管理办法第八条", "首台套管理办法", "办法", "首台套"),
        ("我是河北的企业想问管理办法第八条", "管理办法", "办法", ""),
        ("通知第五条", "通知", "通知", ""),
        ("小巨人通知二、（五）", "小巨人通知", "通知", "小巨人"),
        ("工信部的通知里第五条", "工信部的通知", "通知", "工信部"),
        ("关于煤炭储备的实施意见第二条", "煤炭储备的实施意见", "意见", "煤炭储备"),
        ("中华人民共和国公司法第3条", "中华人民共和国公司法", "法", "中华人民共和国公司法"),
        ("《劳动合同法》第三条", "劳动合同法", "法", "劳动合同法"),
    ],
)
def test_the_name_before_a_mark_is_read(text: str, whole: str, kind: str, before: str) -> None:
    said = said_name(normalize(text))
    assert said is not None
    assert (said.whole, said.kind, said.before) == (whole, kind, before)


@pytest.mark.parametrize("text", ["第五条", "142号文第三部分", "这个通知什么时候发的", "怎么办第三条", ""])
def test_no_name_is_read_where_none_stands(text: str) -> None:
    assert said_name(normalize(text)) is None


def test_a_document_has_the_kind_of_its_own_name() -> None:
    assert kinds_of(MEASURE) == {"办法"}
    assert "检测办法" in own_name(MEASURE)


@pytest.mark.parametrize(
    ("said", "issued"), [("市监总局", True), ("科技部", True), ("工信部", False), ("检测", False)]
)
def test_an_issuer_is_known_by_its_short_name(said: str, issued: bool) -> None:
    assert issued_by(said, MEASURE) == issued


@pytest.mark.parametrize(
    ("text", "title", "of_kind"),
    [
        ("意见里怎么说", "煤炭储备的实施意见", True),
        ("意见里怎么说", "《煤炭储备的实施意见》政策解读", False),
        ("解读里怎么说", "《煤炭储备的实施意见》政策解读", True),
        ("通知中有几条", "汇编", False),
        ("有什么意见", "煤炭储备的实施意见", None),
    ],
)
def test_the_kind_that_is_spoken_of_is_the_last_of_a_title(
    text: str, title: str, of_kind: bool | None
) -> None:
    assert of_kind_said(text, replace(MEASURE, title=title)) is of_kind
