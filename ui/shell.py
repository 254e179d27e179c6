"""The frame of the page as HTML: what stays where it is while `ui.app` fills its parts. Pure but for the logo."""

from base64 import b64encode
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from mimetypes import guess_type
from pathlib import Path

from index.errors import SettingsError
from index.model import Metadata
from index.versions import version_day
from qa.settings import WebSettings
from ui.export import KINDS
from ui.operator import desk_html, switch_html
from ui.render import attribute, escaped
from ui.saved import Conversation
from ui.text import shorten

_TITLE = 32
_COLLECTION = "合集："
"""No key begins so: keys are 文号 and titles."""
_CURRENT = ' aria-current="true"'


def header_html(web: WebSettings) -> str:
    """Title and logo, and room for who is signed in."""
    return (
        f'<header class="pq-header">{logo_html(web)}<h1>{escaped(web.title)}</h1>'
        f'{switch_html()}<div class="pq-who" data-outlet="who"></div></header>'
        '<div class="pq-notice" data-outlet="notice" role="status" aria-live="polite" hidden></div>'
    )


def logo_html(web: WebSettings) -> str:
    """The logo, if there is one; the title beside it says the same.

    Raises:
        SettingsError: it cannot be read, or is no image.
    """
    return f'<img class="pq-logo" src="{_data_uri(web.logo)}" alt="">' if web.logo else ""


def chat_html(kept: str) -> str:
    """Earlier conversations, the conversation with the box for a question, and the source panel.

    `kept` says what is kept of who asks.
    """
    return f"""
<div class="pq-chat">
  {desk_html()}
  <nav class="pq-side" id="pq-side" aria-label="对话记录">
    <button type="button" class="pq-new" data-act="new">＋ 新对话</button>
    <div class="pq-pasts" data-outlet="conversations"></div>
    <p class="pq-kept">{escaped(kept)}</p>
  </nav>
  <section class="pq-main" aria-label="问答">
    <div class="pq-bar">
      <button type="button" class="pq-menu" data-toggle="pq-side" aria-controls="pq-side"
        aria-expanded="false">对话记录</button>
      <div class="pq-filter" data-outlet="filter"></div>
      <div class="pq-actions" data-outlet="actions"></div>
    </div>
    <div class="pq-thread" id="chat" data-outlet="chat" role="log" aria-label="对话" aria-live="polite"
      tabindex="0"></div>
    <form class="pq-ask" id="question" autocomplete="off">
      <label class="pq-hidden" for="pq-box">问题</label>
      <textarea id="pq-box" name="text" rows="1" placeholder="请输入问题，按回车发送"></textarea>
      <button type="submit" class="pq-send">发送</button>
      <button type="button" class="pq-stop" data-stop hidden>停止</button>
    </form>
  </section>
  <section class="pq-panel" id="pq-panel" role="complementary" aria-label="原文" tabindex="-1" hidden>
    <div class="pq-panel-head"><h2>原文</h2>
      <button type="button" class="pq-close" data-close aria-label="关闭原文">×</button></div>
    <div class="pq-panel-body" data-outlet="panel" tabindex="0"></div>
  </section>
</div>"""


def library_html() -> str:
    """Room for the library page."""
    return (
        '<div class="pq-page pq-library"><p class="pq-hidden" id="pq-said" role="status"></p>'
        '<div data-outlet="library" data-first="library" data-once></div></div>'
    )


def maintain_html() -> str:
    """Room for the maintainer's page."""
    return '<div class="pq-page" data-outlet="maintain" data-first="maintain"></div>'


def welcome_html(welcome: str, examples: Sequence[tuple[str, str]]) -> str:
    """The empty page: `examples` are documents, each with a question that it answers."""
    asked = "".join(
        f'<li><button type="button" class="pq-example" data-act="choose" data-text="{attribute(question)}">'
        f"<span>{escaped(question)}</span><small>{escaped(document)}</small></button></li>"
        for document, question in examples
    )
    listed = f'<h2>可以这样问</h2><ul class="pq-examples">{asked}</ul>' if asked else ""
    return f'<div class="pq-welcome"><p>{escaped(welcome)}</p>{listed}</div>'


def conversations_html(conversations: Sequence[Conversation], shown: str) -> str:
    """Earlier conversations, the one that is shown marked."""
    if not conversations:
        return '<p class="pq-none">还没有对话记录。</p>'
    items = "".join(
        f'<li><button type="button" class="pq-past" data-act="conversation" data-conversation="{attribute(c.id)}"'
        f"{_CURRENT if c.id == shown else ''}><span>{escaped(shorten(c.title, _TITLE))}</span>"
        f"<small>{_moment(c.updated)} · {c.turns} 问</small></button>"
        f'<button type="button" class="pq-delete" data-act="delete" data-which="{attribute(c.id)}"'
        f' data-confirm="删除这个对话？删除后不能恢复。"'
        f' aria-label="删除对话：{attribute(shorten(c.title, _TITLE))}">×</button></li>'
        for c in conversations
    )
    return f"<ul>{items}</ul>"


def filter_html(collections: Mapping[str, Sequence[Metadata]], chosen: Sequence[str]) -> str:
    """Which documents the questions are limited to, and a list to choose from, with one tick for a whole collection.

    `chosen` are keys of documents and `collection_mark`s.
    """
    boxes = ""
    for name, documents in collections.items():
        mark = collection_mark(name)
        if len(collections) > 1:
            text = f"{name}（{len(documents)} 份）"
            boxes += f'<label class="pq-collection">{_box(mark, chosen)} {escaped(text)}</label>'
        boxes += _documents_html(documents, chosen)
    held = {m.key: m.name for documents in collections.values() for m in documents}
    names = [held[key] for key in chosen if key in held]
    names += [f"合集“{name}”" for name in collections if collection_mark(name) in chosen]
    whole = all(collection_mark(name) in chosen for name in collections)
    limited = bool(names) and not whole
    said = f"只查{names[0]}" if len(names) == 1 else f"只查 {len(names)} 项"
    if names and all(key in held for key in chosen):
        said = said if len(names) == 1 else f"只查 {len(names)} 份文件"
    summary = escaped(shorten(said, _TITLE)) if limited else "范围：全部文件"
    return (
        f'<details class="pq-pop{" pq-limited" if limited else ""}"><summary>{summary}</summary>'
        f'<form class="pq-documents" data-act="filter"><fieldset><legend>只在选中的文件中查找</legend>{boxes}</fieldset>'
        '<div class="pq-buttons"><button type="submit" class="pq-main-button">应用</button>'
        '<button type="button" data-act="filter" data-documents="">全部文件</button></div></form></details>'
    )


def collection_mark(name: str) -> str:
    """What stands for a whole collection among the keys of chosen documents."""
    return f"{_COLLECTION}{name}"


def chosen_keys(collections: Mapping[str, Sequence[str]], chosen: Sequence[str]) -> tuple[str, ...]:
    """The keys of the documents that `chosen` (keys and `collection_mark`s) means."""
    keys: list[str] = []
    for line in chosen:
        name = line.removeprefix(_COLLECTION)
        keys += collections.get(name, ()) if line.startswith(_COLLECTION) else [line]
    return tuple(dict.fromkeys(keys))


def _documents_html(documents: Sequence[Metadata], chosen: Sequence[str]) -> str:
    """A box for each document; of documents that share a title each with its day."""
    titles = Counter(m.title for m in documents)
    names = [
        f"{m.name}（{version_day(m) or m.doc_number}）" if titles[m.title] > 1 else m.name for m in documents
    ]
    return "".join(
        f"<label>{_box(m.key, chosen)} {escaped(name)}</label>"
        for m, name in zip(documents, names, strict=True)
    )


def _box(value: str, chosen: Sequence[str]) -> str:
    checked = " checked" if value in chosen else ""
    return f'<input type="checkbox" name="documents" value="{attribute(value)}"{checked}>'


def actions_html(conversation: str) -> str:
    """What can be done with the whole conversation."""
    exports = "".join(
        f'<button type="button" data-act="export" data-kind="{kind}" data-what="conversation"'
        f' data-id="{attribute(conversation)}">{name}</button>'
        for kind, name in KINDS.items()
    )
    return (
        '<details class="pq-pop pq-right"><summary>导出对话</summary>'
        f'<div class="pq-menu-list">{exports}</div></details>'
    )


def _moment(iso: str) -> str:
    return datetime.fromisoformat(iso).astimezone().strftime("%m-%d %H:%M")


def _data_uri(path: Path) -> str:
    kind = guess_type(path.name)[0] or ""
    if kind not in ("image/svg+xml", "image/png", "image/jpeg", "image/webp"):
        raise SettingsError(
            f"设置 web.logo 的值无效：{path} 不是 SVG、PNG、JPEG 或 WebP 图片。请换一个文件。"
        )
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"无法读取标志图片 {path}：{error.strerror}。请检查设置 web.logo。") from error
    return attribute(f"data:{kind};base64,{b64encode(data).decode()}")
