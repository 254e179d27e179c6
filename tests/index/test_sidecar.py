"""Metadata that people give beside a source."""

from pathlib import Path

import pytest

from index.errors import ReadError
from index.intake import read_file
from index.sidecar import FIELDS, NAMES, read_sidecar
from tests.index.desk import Desk, measure, notice

BARE = "关于开展检验的说明\n一、做好检验。\n二、做好培训。\n"


def test_what_is_given_wins_and_is_marked(tmp_path: Path) -> None:
    path, meta = tmp_path / "说明.txt", tmp_path / "说明.meta.toml"
    path.write_text(BARE, encoding="utf-8")
    meta.write_text(
        'title = "关于检验的说明"\ndoc_number = "某发[2024]7 号"\nissuers = ["甲部", "乙部"]\n'
        'date = 2024-01-31\neffective = "2024-2-1"\nexpires = 2026-12-31\npage_offset = -2\n',
        encoding="utf-8",
    )
    (document,) = read_file(path, meta=meta).documents
    own = document.meta
    assert (own.key, own.title, own.heading) == ("关于开展检验的说明", "关于检验的说明", "关于开展检验的说明")
    assert (own.doc_number, own.issuers, own.date) == ("某发〔2024〕7号", ("甲部", "乙部"), "2024-01-31")
    assert (own.effective, own.expires, own.page_offset) == ("2024-02-01", "2026-12-31", -2)
    assert own.given == ("title", "doc_number", "issuers", "date", "effective", "expires", "page_offset")
    assert NAMES.keys() == FIELDS.keys()


def test_of_several_documents_each_is_given_its_own(tmp_path: Path) -> None:
    path, meta = tmp_path / "汇编.txt", tmp_path / "汇编.meta.toml"
    path.write_text(notice() + notice("2号", "关于培训的通知"), encoding="utf-8")
    meta.write_text(
        'page_offset = 3\n["关于培训的通知"]\nexpires = 2026-12-31\n["某发[2024]1 号"]\ndate = 2024-03-03\n',
        encoding="utf-8",
    )
    first, second = (d.meta for d in read_file(path, meta=meta).documents)
    assert (first.date, first.expires, first.page_offset) == ("2024-03-03", None, 3)
    assert (second.date, second.expires, second.page_offset) == ("2024-01-02", "2026-12-31", 3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("标题", "无法读取元数据文件 {path}："),
        (
            'titel = "甲"',
            "元数据文件 {path} 中“titel”不是可用的项。可用：title、doc_number、issuers、date、amended、effective、"
            "expires、addressees、trial、page_offset。",
        ),
        ('["甲"]\ntitel = "甲"', "元数据文件 {path} 中“甲”的“titel”不是可用的项。"),
        ('date = "去年"', "元数据文件 {path} 中“date”的值无效：去年。应为日期，如 2024-05-01。"),
        ("date = 2024-02-30", "无法读取元数据文件 {path}："),
        ('date = "2024-02-30"', "元数据文件 {path} 中“date”的值无效：2024-02-30。应为日期，如 2024-05-01。"),
        ('issuers = "甲部"', '元数据文件 {path} 中“issuers”的值无效：甲部。应为机关的列表，如 ["某某部"]。'),
        ("title = 3", '元数据文件 {path} 中“title”的值无效：3。应为文字，如 "某某办法"。'),
        ("page_offset = true", "元数据文件 {path} 中“page_offset”的值无效：True。应为整数，如 -2。"),
        ("trial = 1", "元数据文件 {path} 中“trial”的值无效：1。应为true 或 false。"),
        (
            '["别的文件"]\ntrial = true',
            "元数据文件 {path} 的“别的文件”不是来源中的文件。请写 policy-qa documents 列出的标题或文号。",
        ),
        (
            "trial = true",
            '元数据文件 {path} 的“trial”没有写明属于哪份文件（来源含 2 份）。请写在 ["标题或文号"] 之下。',
        ),
    ],
)
def test_what_is_wrong_in_it_is_told_with_file_and_key(tmp_path: Path, text: str, message: str) -> None:
    path, meta = tmp_path / "汇编.txt", tmp_path / "汇编.meta.toml"
    path.write_text(notice() + notice("2号", "关于培训的通知"), encoding="utf-8")
    meta.write_text(text, encoding="utf-8")
    with pytest.raises(ReadError) as caught:
        read_file(path, meta=meta)
    assert str(caught.value).startswith(message.format(path=meta))


def test_it_is_kept_with_the_originals_and_a_change_embeds_only_what_it_changes(papers: Desk) -> None:
    path = papers.write("办法.txt", measure())
    papers.add(path)
    papers.write("办法.meta.toml", "expires = 2026-12-31\n")
    (plan,) = papers.plan(path)
    assert (plan.status, plan.documents[0].unchanged, plan.documents[0].changed) == ("changed", 5, 0)
    assert papers.add(path).updated == 0
    assert papers.entries["检测评定管理办法"].meta.expires == "2026-12-31"
    (papers.papers / "办法.meta.toml").unlink()
    papers.builder.add([], rebuild=True)  # from the originals
    assert papers.entries["检测评定管理办法"].meta.expires == "2026-12-31"
    assert papers.add(path).files[0].status == "unchanged"  # whoever sends the file alone takes nothing back
    assert papers.entries["检测评定管理办法"].meta.expires == "2026-12-31"
    papers.write("办法.meta.toml", "")
    assert papers.add(path).files[0].status == "changed"
    assert papers.entries["检测评定管理办法"].meta.given == ()


def test_a_wrong_one_keeps_its_file_as_it_was(papers: Desk) -> None:
    path = papers.write("办法.txt", measure())
    papers.add(path)
    meta = papers.write("办法.meta.toml", "wrong = 1\n")
    assert papers.add(path).failed[0].startswith(f"元数据文件 {meta} 中“wrong”不是可用的项。")
    assert list(papers.entries) == ["检测评定管理办法"]


def test_an_empty_one_gives_nothing(tmp_path: Path) -> None:
    meta = tmp_path / "x.meta.toml"
    meta.write_text("", encoding="utf-8")
    assert (read_sidecar(meta).whole, read_sidecar(meta).by_name) == ({}, {})


def test_the_page_that_is_cited_is_that_of_the_document(papers: Desk) -> None:
    papers.add(papers.write("办法.txt", measure()))
    papers.write("办法.meta.toml", "page_offset = 4\n")
    assert papers.add(papers.papers / "办法.txt").updated == 0
    assert papers.entries["检测评定管理办法"].meta.page_offset == 4
