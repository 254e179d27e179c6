"""The frame of the page as HTML: what stays where it is while `ui.app` fills its parts. Pure but for the logo."""

from base64 import b64encode
from mimetypes import guess_type
from pathlib import Path

from index.errors import SettingsError
from qa.settings import WebSettings
from ui.render import attribute, escaped


def header_html(web: WebSettings) -> str:
    """Title and logo, and room for who is signed in."""
    logo = f'<img class="pq-logo" src="{_data_uri(web.logo)}" alt="">' if web.logo else ""
    return (
        f'<header class="pq-header">{logo}<h1>{escaped(web.title)}</h1>'
        '<div class="pq-who" data-outlet="who"></div></header>'
        '<div class="pq-notice" data-outlet="notice" role="status" aria-live="polite" hidden></div>'
    )


def chat_html() -> str:
    """Earlier conversations, the conversation with the box for a question, and the source panel."""
    return """
<div class="pq-chat">
  <nav class="pq-side" id="pq-side" aria-label="对话记录">
    <button type="button" class="pq-new" data-act="new">＋ 新对话</button>
    <div class="pq-pasts" data-outlet="conversations"></div>
  </nav>
  <section class="pq-main" aria-label="问答">
    <div class="pq-bar">
      <button type="button" class="pq-menu" data-toggle="pq-side" aria-controls="pq-side" aria-expanded="false">对话记录</button>
      <div class="pq-filter" data-outlet="filter"></div>
      <div class="pq-actions" data-outlet="actions"></div>
    </div>
    <div class="pq-thread" id="chat" data-outlet="chat" role="log" aria-label="对话" aria-live="polite" tabindex="0"></div>
    <form class="pq-ask" id="question" autocomplete="off">
      <label class="pq-hidden" for="pq-box">问题</label>
      <textarea id="pq-box" name="text" rows="1" placeholder="请输入问题，按回车发送，Shift+回车换行"></textarea>
      <button type="submit" class="pq-send">发送</button>
      <button type="button" class="pq-stop" data-stop hidden>停止</button>
    </form>
  </section>
  <aside class="pq-panel" id="pq-panel" aria-label="原文" tabindex="-1" hidden>
    <div class="pq-panel-head"><h2>原文</h2>
      <button type="button" class="pq-close" data-close aria-label="关闭原文">×</button></div>
    <div class="pq-panel-body" data-outlet="panel" tabindex="0"></div>
  </aside>
</div>"""


def library_html() -> str:
    """Room for the library page."""
    return '<div class="pq-page" data-outlet="library" data-first="library"></div>'


def maintain_html() -> str:
    """Room for the maintainer's page."""
    return '<div class="pq-page" data-outlet="maintain" data-first="maintain"></div>'


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
