"""Collections side by side."""

from tests.index.desk import Desk, measure, notice


def test_files_are_in_the_usual_collection_or_in_that_which_is_named(papers: Desk) -> None:
    rules, letter = papers.write("办法.txt", measure()), papers.write("通知.txt", notice())
    papers.add(rules)
    papers.add(letter, collection="五月")
    assert papers.manifest.collections == {"默认": ("检测评定管理办法",), "五月": ("某发〔2024〕1号",)}
    papers.add(
        papers.write("通知.txt", notice().replace("做好培训", "加强培训"))
    )  # an update leaves it there
    assert papers.manifest.collections["五月"] == ("某发〔2024〕1号",)
    papers.builder.add([], rebuild=True)
    assert papers.manifest.collections == {"默认": ("检测评定管理办法",), "五月": ("某发〔2024〕1号",)}


def test_a_file_is_put_into_another_collection_without_being_read(papers: Desk) -> None:
    rules = papers.write("办法.txt", measure())
    papers.add(rules)
    (plan,) = papers.add(rules, collection="五月").files
    assert (plan.status, plan.notes) == ("unchanged", ("由合集“默认”移入“五月”",))
    assert papers.manifest.collections == {"五月": ("检测评定管理办法",)}


def test_a_document_of_two_files_is_in_the_collections_of_both(papers: Desk) -> None:
    papers.add(papers.write("通知.txt", notice()))
    papers.add(papers.write("汇编.txt", notice() + notice("2号", "关于培训的通知")), collection="五月")
    assert papers.manifest.collections == {
        "默认": ("某发〔2024〕1号",),
        "五月": ("某发〔2024〕1号", "某发〔2024〕2号"),
    }
