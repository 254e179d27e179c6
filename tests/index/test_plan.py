"""What adding files would do, what it does, and that the one says the other."""

from dataclasses import replace

import pytest

from index.errors import ReadError, UsageError
from index.plan import DocumentPlan, FilePlan
from tests.index.desk import Desk, measure, notice

TITLE = "检测评定管理办法"


def counts(plan: DocumentPlan) -> tuple[str, int, int, int, int]:
    return plan.meta.key, plan.added, plan.changed, plan.unchanged, plan.removed


def outcome(*plans: FilePlan) -> list[tuple[str, str, list[tuple[str, int, int, int, int]]]]:
    return [(p.name, p.status, [counts(d) for d in p.documents]) for p in plans]


def test_a_plan_tells_what_adding_does_and_changes_nothing(papers: Desk) -> None:
    rules, letter = papers.write("办法.txt", measure()), papers.write("通知.txt", notice())
    assert outcome(*papers.plan(rules, letter)) == [
        ("办法.txt", "new", [(TITLE, 5, 0, 0, 0)]),
        ("通知.txt", "new", [("某发〔2024〕1号", 4, 0, 0, 0)]),
    ]
    assert not papers.index.exists()
    papers.add(rules, letter)
    before = papers.state()
    papers.write("办法.txt", measure(fee="收取费用").replace("第三条 申请单位应当如实报告。\n", ""))
    broken, empty = papers.write("空.txt", ""), papers.write("新.txt", notice("2号", "关于培训工作的通知"))
    plans = papers.plan(rules, letter, broken, empty)
    assert outcome(*plans) == [
        ("办法.txt", "blocked", [(TITLE, 0, 1, 3, 1)]),
        ("通知.txt", "unchanged", []),
        ("空.txt", "unreadable", []),
        ("新.txt", "new", [("某发〔2024〕2号", 4, 0, 0, 0)]),
    ]
    assert plans[0].message == "有 1 处错误，如 正文 第四条：缺少第三条"
    assert plans[2].message == f"文件为空：{broken}。请检查文件内容，或将其移出后重试。"
    assert papers.state() == before
    assert papers.add(rules, letter, broken, empty).files == plans


def test_a_file_with_errors_is_kept_out_alone_and_taken_in_if_accepted(papers: Desk) -> None:
    torn = papers.write("办法.txt", measure().replace("第三条 申请单位应当如实报告。\n", ""))
    change = papers.add(torn, papers.write("通知.txt", notice()))
    assert change.failed == (
        "办法.txt 有 1 处错误，如 正文 第四条：缺少第三条。请改正后重试；核对无误的，加 --accept-errors 收录。",
    )
    assert list(papers.entries) == ["某发〔2024〕1号"]
    assert papers.add(torn, accept_errors=True).failed == ()
    assert list(papers.entries) == ["某发〔2024〕1号", TITLE]
    assert papers.builder.add([], rebuild=True).failed == ()  # what was accepted stays
    assert list(papers.entries) == ["某发〔2024〕1号", TITLE]


def test_an_unchanged_file_is_not_read_again(papers: Desk) -> None:
    path = papers.write("通知.txt", notice())
    papers.add(path)
    before = papers.state()
    seen: list[tuple[str, int, int]] = []
    builder = papers.builder
    change = type(builder)(papers.index, lambda: None, "fake", papers.cache, lambda *s: seen.append(s)).add(  # type: ignore[arg-type,return-value]
        [path]
    )
    assert [stage for stage, _, _ in seen] == ["比对条文", "比对条文"]
    assert outcome(*change.files) == [("通知.txt", "unchanged", [])]
    assert papers.state() == before


def test_a_renamed_file_is_the_same_and_can_be_changed_under_its_new_name(papers: Desk) -> None:
    papers.add(papers.write("通知.txt", notice()))
    (papers.papers / "通知.txt").rename(papers.papers / "二号.txt")
    (plan,) = papers.plan(papers.papers / "二号.txt")
    assert (plan.status, plan.notes) == ("unchanged", ("原名 通知.txt",))
    papers.add(papers.papers / "二号.txt")
    assert [(s.name, e.meta.source) for s, e in zip(papers.manifest.sources, papers.entries.values(), strict=True)] == [
        ("二号.txt", "二号.txt")
    ]  # fmt: skip
    (plan,) = papers.plan(papers.write("二号.txt", notice().replace("做好培训", "加强培训")))
    assert outcome(plan) == [("二号.txt", "changed", [("某发〔2024〕1号", 0, 1, 3, 0)])]


def test_two_copies_of_a_file_are_one(papers: Desk) -> None:
    one, two = papers.write("甲.txt", notice()), papers.write("乙.txt", notice())
    change = papers.add(one, two)
    assert [(p.name, p.status, p.notes) for p in change.files] == [
        ("甲.txt", "new", ()),
        ("乙.txt", "unchanged", ("与 甲.txt 内容相同，不重复收录",)),
    ]
    assert [s.name for s in papers.manifest.sources] == ["甲.txt"]
    assert papers.add(two, one).files[0].notes == ("与 甲.txt 内容相同，不重复收录",)


def test_a_document_in_two_files_is_held_once_with_both_as_its_sources(papers: Desk) -> None:
    alone = papers.write("通知.txt", notice())
    both = papers.write(
        "汇编.txt", notice().replace("做好检验", "做好 检验") + notice("2号", "关于培训工作的通知")
    )
    papers.add(alone)
    (plan,) = papers.add(both).files
    first, second = plan.documents
    assert (first.meta.key, first.unchanged, first.notes) == ("某发〔2024〕1号", 4, ("与 通知.txt 中的相同",))
    assert (second.meta.key, second.added, second.notes) == ("某发〔2024〕2号", 4, ())
    assert papers.entries["某发〔2024〕1号"].sources == ("通知.txt", "汇编.txt")
    papers.builder.add([], rebuild=True)
    assert papers.entries["某发〔2024〕1号"].sources == ("通知.txt", "汇编.txt")
    papers.add(
        papers.write("通知.txt", notice("7号", "关于会议的通知"))
    )  # one file lets go of it, the other not
    entry = papers.entries["某发〔2024〕1号"]
    assert (entry.sources, entry.sha256) == (("汇编.txt",), papers.manifest.sources[1].sha256)
    assert papers.texts()["某发〔2024〕1号/一"] == "一、做好检验。"


def test_of_two_texts_of_one_day_the_later_file_counts_and_says_so(papers: Desk) -> None:
    papers.add(papers.write("甲.txt", notice()))
    path = papers.write("乙.txt", notice().replace("做好培训", "加强培训"))
    (plan,) = papers.plan(path)
    assert plan.documents[0].notes == ("甲.txt 中文字不同而日期相同或未知，现以 乙.txt 为准",)
    papers.add(path)
    assert papers.texts()["某发〔2024〕1号/二"] == "二、加强培训。"
    papers.builder.add([], rebuild=True)
    assert papers.texts()["某发〔2024〕1号/二"] == "二、加强培训。"


def test_a_later_version_stands_beside_the_one_before_under_a_key_with_its_day(papers: Desk) -> None:
    papers.add(papers.write("旧.txt", measure()))
    new = papers.write("新.txt", measure("2024年5月1日", "收取费用"))
    (plan,) = papers.plan(new)
    key = f"{TITLE}@2024-05-01"
    assert outcome(plan) == [("新.txt", "new", [(key, 5, 0, 0, 0)])]
    assert plan.documents[0].replaces == (TITLE,)
    papers.add(new)
    texts = papers.texts()
    assert (texts[f"{TITLE}/第二条"], texts[f"{key}/第二条"]) == (
        "第二条 检测评定不收取费用。", "第二条 检测评定收取费用。",
    )  # fmt: skip
    papers.builder.add(
        [papers.papers / "旧.txt"], rebuild=True
    )  # the order of reading does not change the keys
    assert papers.texts() == texts
    older = papers.write("更旧.txt", measure("2011年1月1日", "另行规定"))
    (plan,) = papers.plan(older)
    assert plan.documents[0].notes == ("已收录更新的版本（2019-03-01），本版标为已被替代",)
    assert (plan.documents[0].meta.key, plan.documents[0].replaces) == (f"{TITLE}@2011-01-01", ())


def test_a_file_that_becomes_a_later_version_says_that_the_earlier_goes(papers: Desk) -> None:
    papers.add(papers.write("办法.txt", measure()))
    (plan,) = papers.plan(papers.write("办法.txt", measure("2024年5月1日", "收取费用")))
    assert plan.documents[0].notes == (
        "日期由 2019-03-01 变为 2024-05-01，旧版不再保留；如需保留，请把新版另存为其他文件名",
    )
    papers.add(papers.papers / "办法.txt")
    assert list(papers.entries) == [TITLE]


def test_what_a_new_document_repeals_is_told(papers: Desk) -> None:
    papers.add(papers.write("办法.txt", measure()), papers.write("通知.txt", notice()))
    more = (
        "三、下列文件同时废止：\n（一）《检测评定管理办法》；\n"
        "（二）《关于检验工作的通知》（某发〔2024〕1号）第二条第（一）项。\n"
    )
    (plan,) = papers.plan(papers.write("新.txt", notice("9号", "关于清理文件的通知", more)))
    assert plan.documents[0].repeals == (TITLE,)
    assert plan.documents[0].notes == ("《关于检验工作的通知》第二条第（一）项标为已废止",)


def test_a_removed_document_comes_back_only_with_another_text_or_if_asked_for(papers: Desk) -> None:
    path = papers.write("通知.txt", notice())
    papers.add(path, papers.write("办法.txt", measure()))
    papers.builder.remove(["某发〔2024〕1号"])
    assert papers.add(path).files[0].notes == (
        "《关于检验工作的通知》此前已移除，未再收录；如需恢复，请加 --restore",
    )
    assert list(papers.entries) == [TITLE]
    papers.add(papers.write("通知.txt", notice().replace("做好培训", "加强培训")))
    assert list(papers.entries) == [TITLE, "某发〔2024〕1号"]
    assert papers.manifest.removed == {}


def test_a_renamed_document_keeps_its_title_until_its_file_gives_another(papers: Desk) -> None:
    path = papers.write("通知.txt", notice())
    papers.add(path)
    papers.builder.rename("某发〔2024〕1号", " 关于检验的新通知 ")
    meta = papers.entries["某发〔2024〕1号"].meta
    assert (meta.title, meta.heading, meta.given) == ("关于检验的新通知", "关于检验工作的通知", ("title",))
    papers.builder.add([], rebuild=True)
    papers.add(papers.write("通知.txt", notice().replace("做好培训", "加强培训")))
    assert papers.entries["某发〔2024〕1号"].meta.title == "关于检验的新通知"
    papers.write("通知.meta.toml", 'title = "又一个标题"\n')
    papers.add(path)
    assert papers.entries["某发〔2024〕1号"].meta.title == "又一个标题"


def test_an_index_of_the_former_format_is_read_and_goes_on(papers: Desk) -> None:
    path = papers.write("通知.txt", notice())
    papers.add(path)
    former = replace(papers.manifest, format=1)
    former = replace(former, documents=tuple(replace(e, digest="") for e in former.documents))
    former.write(papers.index / "generations" / "000001")
    assert papers.add(path).files[0].status == "unchanged"
    assert outcome(*papers.add(papers.write("通知.txt", notice().replace("做好培训", "加强培训"))).files) == [
        ("通知.txt", "changed", [("某发〔2024〕1号", 0, 1, 3, 0)])
    ]
    assert papers.manifest.format == 2


def test_an_archive_that_cannot_be_unpacked_is_told_in_the_plan(papers: Desk) -> None:
    path = papers.papers / "汇编.zip"
    path.write_bytes(b"PK\x03\x04" + b"x" * 40)
    (plan,) = papers.plan(path)
    assert (plan.name, plan.status, plan.documents) == ("", "unreadable", ())
    assert str(path) in plan.message


def test_renaming_what_is_not_there_is_told(papers: Desk) -> None:
    papers.add(papers.write("通知.txt", notice()))
    with pytest.raises(Exception, match="索引中没有该文件：无。"):
        papers.builder.rename("无", "标题")
    with pytest.raises(Exception, match="新标题为空。"):
        papers.builder.rename("某发〔2024〕1号", " ")
    (papers.index / "originals" / papers.manifest.sources[0].original).unlink()
    with pytest.raises(ReadError):
        papers.builder.rename("某发〔2024〕1号", "标题")


def test_a_document_is_not_renamed_into_a_version_of_another(papers: Desk) -> None:
    papers.add(papers.write("一.txt", notice()))
    other = (
        notice()
        .replace("某发〔2024〕1号", "某发〔2024〕2号")
        .replace("关于检验工作的通知", "关于培训工作的通知")
    )
    papers.add(papers.write("二.txt", other))
    with pytest.raises(UsageError, match=r"已有标题为《关于检验工作的通知》的文件（某发〔2024〕1号）"):
        papers.builder.rename("某发〔2024〕2号", "关于检验工作的通知")
    assert papers.entries["某发〔2024〕2号"].meta.title == "关于培训工作的通知"


def test_a_lost_original_is_put_back_by_its_unchanged_file(papers: Desk) -> None:
    path = papers.write("通知.txt", notice())
    papers.add(path)
    original = papers.index / "originals" / papers.manifest.sources[0].original
    original.unlink()
    assert papers.add(path).files[0].status == "unchanged"
    assert original.read_bytes() == path.read_bytes()
