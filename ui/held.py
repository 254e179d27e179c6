"""The documents of the library, for who keeps it: found by title or 文号, renamed, removed. HTML, pure."""

from collections.abc import Sequence

from index.manifest import Entry
from index.text import compare_key, normalize
from ui.render import attribute, escaped

_AT_ONCE = 20


def held_html(entries: Sequence[Entry], sought: str, page: int) -> str:
    """Those in which `sought` is found, page by page; the section says what it shows."""
    sought = " ".join(sought.split())[:100]
    wanted = _folded(sought)
    found = [
        e for e in entries if wanted in _folded(f"{e.meta.title} {e.meta.doc_number or ''} {e.meta.source}")
    ]
    pages = max(1, -(-len(found) // _AT_ONCE))
    at = min(max(page, 1), pages)
    items = "".join(_entry_html(e) for e in found[(at - 1) * _AT_ONCE : at * _AT_ONCE])
    listed = f'<ul class="pq-held">{items}</ul>' if items else '<p class="pq-none">没有这样的文件。</p>'
    count = f"{len(found)} / {len(entries)}" if sought else str(len(entries))
    turn = ""
    if pages > 1:
        buttons = "".join(
            f'<button type="button" data-act="ingest" data-sought="{attribute(sought)}" data-sheet="{n}"'
            f"{'' if 1 <= n <= pages else ' disabled'}>{word}</button>"
            for word, n in (("上一页", at - 1), ("下一页", at + 1))
        )
        turn = f'<nav class="pq-buttons pq-paging" aria-label="分页"><span>第 {at} / {pages} 页</span>{buttons}</nav>'
    return (
        f'<section data-part id="pq-held" aria-label="已收录的文件" data-sought="{attribute(sought)}" data-sheet="{at}">'
        f"<h3>已收录的文件（{count}）</h3>"
        '<form class="pq-held-search" role="search" data-act="ingest" data-sheet="1">'
        '<label class="pq-hidden" for="pq-sought">按标题、文号或文件名查找</label>'
        f'<input type="search" id="pq-sought" name="sought" value="{attribute(sought)}" maxlength="100"'
        ' placeholder="标题、文号或文件名" autocomplete="off"><button type="submit">查找</button></form>'
        f"{listed}{turn}</section>"
    )


def _entry_html(entry: Entry) -> str:
    meta = entry.meta
    facts = (meta.doc_number or "没有文号", meta.date or "没有日期", f"{entry.articles} 条", meta.source)
    said = "".join(f"<span>{escaped(fact)}</span>" for fact in facts if fact)
    key, name = attribute(meta.key), attribute(meta.name)
    id_ = f"pq-rename-{key}"
    return (
        f'<li class="pq-held-item"><div><strong>{escaped(meta.name)}</strong><p class="pq-facts">{said}</p></div>'
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
