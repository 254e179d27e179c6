from eval.bench.variation import PLACES, varied

TITLE = "中华人民共和国水文条例"
TEXT = """# 中华人民共和国水文条例

2007年4月25日 中华人民共和国国务院令第496号公布

第一条 在浙江省，申请人应当自收到通知之日起三十日内缴纳20万元，见《中华人民共和国水文
条例》第三条（〔2006〕3号）。
第三十条 本条例自2007年6月1日起施行。
"""


def test_title_years_numbers_places_and_amounts_change_while_articles_keep_their_numbers() -> None:
    assert (
        varied(TEXT, TITLE, "河北省", "1")
        == """# 河北省水文条例

2003年4月25日 中华人民共和国国务院令第490号公布

第一条 在湖南省，申请人应当自收到通知之日起三十一日内缴纳21万元，见《河北省水文条例》第三条（〔2002〕46号）。
第三十条 本条例自2003年6月1日起施行。
"""
    )


def test_another_seed_gives_another_text_and_another_place_another_title() -> None:
    assert "国务院令第490号" not in varied(TEXT, TITLE, "河北省", "2")
    assert varied(TEXT, TITLE, "杭州市", "1").startswith("# 杭州市水文条例\n")


def test_there_are_places_for_a_hundred_thousand_articles_of_the_compendium() -> None:
    assert len(PLACES) == len(set(PLACES)) == 176
