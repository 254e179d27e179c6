"""The documents that a question is limited to."""

from datetime import date

import pytest

from index.errors import UsageError
from index.library import Library
from index.model import Metadata
from qa.documents import Documents
from tests.qa.conftest import TODAY

MEASURE = "国市监质规〔2024〕3号"
TAX = "财政部税务总局公告2024年第2号"


@pytest.fixture(scope="module")
def documents(library: Library) -> Documents:
    return Documents(library.documents, library.collections)


@pytest.mark.parametrize(
    "name",
    [
        "中国首台（套）重大技术装备检测评定管理办法（试行）",
        "《中国首台(套)重大技术装备检测评定管理办法(试行)》",
        "五部门联合印发《中国首台（套）重大技术装备检测评定管理办法（试行）》",
        "国市监质规〔2024〕3号",
        "国市监质规[2024]3 号",
        "管理办法",
        "首台（套）",
        "首台(套)重大技术装备",
    ],
)
def test_a_document_is_meant_by_title_number_or_part_of_its_title(documents: Documents, name: str) -> None:
    assert documents.keys([name], [], TODAY) == [MEASURE]


def test_several_documents_keep_their_order(documents: Documents) -> None:
    assert documents.keys(["股权激励", "管理办法"], [], TODAY) == [TAX, MEASURE]
    assert documents.keys([], [], TODAY) is None


@pytest.mark.parametrize("name", ["劳动合同法", "国市监质规〔2024〕4号", "", " "])
def test_an_unknown_document_is_an_error(documents: Documents, name: str) -> None:
    with pytest.raises(UsageError) as error:
        documents.keys([name], [], TODAY)
    assert str(error.value) == f"没有收录该文件：{name}。可用 policy-qa documents 查看已收录的文件。"


def test_a_name_of_several_documents_is_an_error_that_lists_them(documents: Documents) -> None:
    with pytest.raises(UsageError) as error:
        documents.keys(["公告"], [], TODAY)
    assert str(error.value) == (
        "“公告”对应多份文件："
        "《国务院关税税则委员会关于发布《中华人民共和国关税法》所附《中华人民共和国进出口税则》的公告》、"
        "《财政部 税务总局关于上市公司股权激励有关个人所得税政策的公告》。请写全标题或文号。"
    )


def dated(key: str, day: str) -> Metadata:
    return Metadata(key, "检测评定条例", "检测评定条例", date=day)


def test_of_versions_of_one_title_the_one_in_force_is_meant() -> None:
    old, new = dated("检测评定条例", "2019-03-01"), dated("检测评定条例@2024-05-01", "2024-05-01")
    own = Documents({m.key: m for m in (new, old)}, {})
    assert own.keys(["检测评定条例"], [], TODAY) == ["检测评定条例@2024-05-01"]
    assert own.keys(["《检测评定条例》"], [], date(2020, 1, 1)) == ["检测评定条例"]
