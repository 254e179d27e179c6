from dataclasses import replace

import pytest

from index.errors import UsageError
from tests.ui.conftest import BRIEFING, MEASURE
from ui.catalogue import find_document

LONG = replace(
    MEASURE,
    key="国市监质规〔2024〕3号",
    title="中国首台（套）重大技术装备检测评定管理办法（试行）",
    heading="五部门联合印发《中国首台（套）重大技术装备检测评定管理办法（试行）》",
)
NOTICE = replace(
    BRIEFING,
    key="金发〔2024〕5号",
    title="关于深化制造业金融服务的通知",
    heading="",
    doc_number="金发〔2024〕5号",
)
REPLY = replace(
    BRIEFING, key="《办法》解读", title="《检测评定管理办法》政策解读", heading="《检测评定管理办法》政策解读"
)
METAS = [LONG, BRIEFING, NOTICE, REPLY]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("中国首台（套）重大技术装备检测评定管理办法（试行）", LONG.key),
        ("《中国首台(套)重大技术装备检测评定管理办法(试行)》", LONG.key),
        ("国市监质规[2024] 3 号", LONG.key),
        ("首台套", LONG.key),
        ("首台套办法", LONG.key),
        ("五部门", LONG.key),
        ("吹风会", BRIEFING.key),
        ("金发", NOTICE.key),
        ("〈检测评定管理办法〉政策解读", REPLY.key),
    ],
)
def test_a_document_is_found_by_what_people_call_it(name: str, key: str) -> None:
    assert find_document(name, METAS).key == key


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("检测评定", "“检测评定”可指多份文件：《中国首台（套）"),
        (
            "制造业服务通知书",
            "没有名为“制造业服务通知书”的文件。最接近的是《关于深化制造业金融服务的通知》。",
        ),
        ("", "没有名为“”的文件。"),
        ("  ", "没有名为“  ”的文件。"),
    ],
)
def test_what_names_none_or_several_is_an_error(name: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_document(name, METAS)
    assert str(caught.value).startswith(message)


def test_an_exact_search_takes_no_part_of_a_name() -> None:
    assert find_document("金发[2024]5号", METAS, exact=True) == NOTICE
    with pytest.raises(UsageError):
        find_document("首台套", METAS, exact=True)
