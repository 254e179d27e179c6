"""What our own ASGI middleware shares: reading a request's head, and an answer in one JSON form.

Plain ASGI: Starlette's own base class for middleware holds a task and a queue for every request.
"""

import json
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.types import Message, Receive, Scope, Send

from ui.logs import current_id

FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""Headers by which a proxy says for whom it asks."""
_JSON = b"application/json; charset=utf-8"


def header(scope: Scope, name: str) -> str:
    """The first header of that name (small letters), or nothing."""
    sought = name.encode()
    return next((bytes(v).decode("latin-1") for k, v in scope["headers"] if k.lower() == sought), "")


def path_of(scope: Scope, root_path: str | None) -> str:
    """The path of a request below `root_path`, whether a proxy has taken that off or not.

    It is the one that the router goes by: `/a` is no prefix of `/api`, or what stands before `/api` would not see it.
    """
    path, root = str(scope["path"]), root_path or ""
    return path[len(root) :] if path == root or path.startswith(f"{root}/") else path


def host_name(netloc: str) -> str:
    """The name in a Host header or in an origin, without port; nothing if it is malformed."""
    try:
        return urlsplit(netloc if "//" in netloc else f"//{netloc}").hostname or ""
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, reached by nobody else."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_secure(scope: Scope) -> bool:
    """Whether the browser speaks https, with us or with the proxy before us."""
    return "https" in (scope.get("scheme"), header(scope, "x-forwarded-proto"))


def is_direct_local(scope: Scope) -> bool:
    """Whether this machine itself asks, and no proxy for somebody else."""
    client = scope.get("client")
    if client is None or any(header(scope, name) for name in FORWARDED):
        return False
    return is_loopback(client[0])


def error_json(kind: str, message: str) -> dict[str, dict[str, str]]:
    """The one form of all errors (`ui.api.contract.ErrorJson`)."""
    return {"error": {"type": kind, "message": message, "request_id": current_id()}}


async def refuse(
    send: Send, status: int, kind: str, message: str, headers: Mapping[str, str] | None = None
) -> None:
    """Answer with an error in the form of `error_json`; the rest of a body need not be sent."""
    body = json.dumps(error_json(kind, message), ensure_ascii=False).encode()
    fields = {"Content-Length": str(len(body)), "Connection": "close", **(headers or {})}
    raw = [(b"content-type", _JSON), *((k.lower().encode(), v.encode()) for k, v in fields.items())]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


async def body_of(receive: Receive, longest: int | None = None) -> bytes | None:
    """The body of a request, cut off once it is longer than `longest` bytes; None if the client has gone."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if (longest is not None and len(body) > longest) or not message.get("more_body", False):
            return bytes(body)


def replayed(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives a body which has been read already, then what else comes."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
