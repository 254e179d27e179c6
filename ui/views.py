"""What passes between the page's script and `ui.app`: an action in, views out."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Action = Mapping[str, str]
"""A click: `act` names what to do; `conversation`, `documents` (keys, one a line) and `browser` say where the page
stands; the rest is the data of what was clicked."""


@dataclass(frozen=True)
class File:
    """A file for the user to keep."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Views:
    """What an action changes on the page; None leaves a part as it is. All HTML but `notice`, `copy` and `file`."""

    chat: str | None = None
    """The whole conversation."""
    turn: str | None = None
    """One turn, put in the place of the one with its id, or else at the end of the conversation."""
    panel: str | None = None
    """The source panel; an empty text closes it."""
    page: str | None = None
    """The picture of a page, in the source panel."""
    library: str | None = None
    maintain: str | None = None
    ingest: str | None = None
    """What maintainers have sent and what the library holds; of its parts only those that differ are replaced."""
    preview: str | None = None
    """The articles of a document that was sent, in a dialog."""
    conversations: str | None = None
    filter: str | None = None
    actions: str | None = None
    """What can be done with the whole conversation."""
    call: str | None = None
    """Notes and actions of the call that an operator has on the line."""
    who: str | None = None
    notice: str | None = None
    """One line of plain text, told to the user at once."""
    copy: str | None = None
    """Plain text for the clipboard."""
    file: File | None = None
    state: Mapping[str, str] = field(default_factory=dict)
    """What the page has to know: `conversation` and `documents` (kept, and sent with each action), `wait` and `seen`
    (an answer that goes on), `ingest` (how much of that page is seen), `tab` (to be shown)."""


def views_json(views: Views) -> dict[str, Any]:
    """`views` for the page's script: only what changes; a file in base64."""
    parts: dict[str, Any] = {"state": dict(views.state)}
    parts |= {name: value for name, value in vars(views).items() if isinstance(value, str)}
    if views.file is not None:
        data = b64encode(views.file.data).decode()
        parts["file"] = {"name": views.file.name, "type": views.file.media_type, "data": data}
    return parts


def number(text: str, default: int) -> int:
    """A number that the page sent; `default` for what is none."""
    return int(text) if text.isdecimal() and len(text) < 10 else default
