"""The documents of the library, for who keeps it: found by title or 文号, renamed, removed. HTML, pure."""

from collections.abc import Mapping, Sequence

from index.manifest import Entry
from index.text import compare_key, normalize
from qa.validity import Status
from ui.browse import Stands, meta_html
from ui.paging import sheet
from ui.render import attribute, escaped

_AT_ONCE = 20


def held_html(
    entries: Sequence[Entry],
    collections: Mapping[str, Sequence[str]],
    stands: Stands,
    sought: str = "",
    page: int = 1,
) -> str:
    """Those in which `sought` is found, page by page, each with how it stands and in which of several collections.

    `collections` are the keys by name. The section says what it shows.
    """
    of: dict[str, list[str]] = {}
    for name, keys in collections.items() if len(collections) > 1 else ():
        for key in keys:
            of.setdefault(key, []).append(name)
    sought = " ".join(sought.split())[:100]
    wanted = _folded(sought)
    found = [
        e for e in entries if wanted in _folded(f"{e.meta.title} {e.meta.doc_number or ''} {e.meta.source}")
    ]
    shown = sheet(len(found), page, _AT_ONCE)
    items = "".join(_entry_html(e, of, stands(e.meta)) for e in shown.of(found))
    listed = f'<ul class="pq-held">{items}</ul>' if items else '<p class="pq-none">没有这样的文件。</p>'
    count = f"{len(found)} / {len(entries)}" if sought else str(len(entries))
    turn = shown.turn_html(lambda n: f'data-act="ingest" data-sought="{attribute(sought)}" data-sheet="{n}"')
    return (
        '<section data-part id="pq-held" aria-label="已收录的文件"'
        f' data-sought="{attribute(sought)}" data-sheet="{shown.at}">'
        f"<h3>已收录的文件（{count}）</h3>"
        '<form class="pq-held-search" role="search" data-act="ingest" data-sheet="1">'
        '<label class="pq-hidden" for="pq-sought">按标题、文号或文件名查找</label>'
        f'<input type="search" id="pq-sought" name="sought" value="{attribute(sought)}" maxlength="100"'
        ' placeholder="标题、文号或文件名" autocomplete="off"><button type="submit">查找</button></form>'
        f"{listed}{turn}</section>"
    )


def _entry_html(entry: Entry, collections: Mapping[str, Sequence[str]], stands: Status) -> str:
    meta = entry.meta
    lacks = [f"没有{what}" for what, value in (("文号", meta.doc_number), ("日期", meta.date)) if not value]
    within = [f"合集：{name}" for name in collections.get(meta.key, ())]
    facts = meta_html(meta, stands, *lacks, f"{entry.articles} 条", "、".join(entry.sources), *within)
    key, name = attribute(meta.key), attribute(meta.name)
    id_ = f"pq-rename-{key}"
    return (
        f'<li class="pq-held-item"><div><strong>{escaped(meta.name)}</strong>{facts}</div>'
        f'<div class="pq-buttons"><button type="button" data-act="document" data-key="{key}">查看</button>'
        f'<button type="button" data-act="ingest-remove" data-key="{key}" aria-label="移除：{name}"'
        f' data-confirm="从文件库移除{name}？移除后不再用于回答。">移除</button></div>'
        f'<details id="{id_}"><summary>改名</summary><form data-act="ingest-rename" data-key="{key}"'
        f' data-confirm="修改标题？列表和引用都会用新标题。"><label for="{id_}-title">新标题</label>'
        f'<input id="{id_}-title" name="title" maxlength="200" required value="{attribute(meta.title)}">'
        '<button type="submit">保存</button></form></details></li>'
    )


def _folded(text: str) -> str:
    return compare_key(normalize(text))
