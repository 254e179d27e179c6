import pytest

from qa.columns import abbreviates, short_forms


@pytest.mark.parametrize(
    ("short", "value"),
    [
        ("林草局", "国家林业和草原局"),
        ("钢标委", "全国钢标准化技术委员会"),
        ("中电联", "中国电力企业联合会"),
        ("住建部", "住房和城乡建设部"),
        ("应急部", "应急管理部"),
    ],
)
def test_a_short_name_leaves_out_characters_of_the_long_one(short: str, value: str) -> None:
    assert abbreviates(short, value)


@pytest.mark.parametrize(
    ("short", "value"),
    [
        ("林草局", "国家能源局"),
        ("钢标委", "全国家具标准化技术委员会"),
        ("中电联", "中国建筑材料联合会"),
        ("电力联", "中国电力企业联合会"),  # does not begin as the name does
        ("部管理", "应急管理部"),
        ("商务部", "商务部"),  # the name itself is no short form of it
    ],
)
def test_another_body_is_not_meant(short: str, value: str) -> None:
    assert not abbreviates(short, value)


def test_short_forms_are_the_runs_that_end_as_a_body_does() -> None:
    assert short_forms("林草局管的标准") == ["林草局"]
    assert short_forms("归口中电联的") == ["中电联", "口中电联"]
    assert short_forms("防火窗的标准") == []
