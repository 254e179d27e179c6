"""Whose page asks: ours, or a foreign one in the browser of somebody who may.

A browser says of each request whose page made it (Fetch Metadata, https://www.w3.org/TR/fetch-metadata/), and over
plain HTTP at least the origin of a POST. The rule is the "resource isolation policy" of https://web.dev/articles/fetch-metadata:
from foreign pages only a link or a typed address may lead here. Programs say neither, and are let through.
"""

from starlette.types import ASGIApp, Receive, Scope, Send

from qa.settings import WebSettings
from ui.asgi import header, host_name, is_loopback, refuse

_FOREIGN = ("cross-site", "same-site")
_READING = ("GET", "HEAD", "OPTIONS")
_FRAMES = ("embed", "object", "iframe", "frame")


def allowed_hosts(web: WebSettings) -> frozenset[str] | None:
    """The names under which the page is there, None if under any.

    Where nobody signs in, and only this machine is meant, a page of any name that is pointed here could read all that
    a visitor can; where users sign in, such a page has no session.
    """
    if web.hosts:
        return frozenset(host_name(host) for host in web.hosts)
    return frozenset[str]() if web.users is None and is_loopback(web.host) else None


class OwnOrigin:
    """The ASGI application `app`, for requests that no foreign page has made.

    Only under the names `hosts`, unless it is None: who points a name of his own to this machine (DNS rebinding) makes
    his page one of the same origin, and only the name tells it from ours.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str] | None = None) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, or refuse it: 421 another name, 403 a foreign page."""
        if scope["type"] == "http":
            asked = host_name(header(scope, "host"))
            if self._hosts is not None and asked not in self._hosts and not is_loopback(asked):
                await refuse(
                    send,
                    421,
                    "wrong_host",
                    "本服务不在这个地址下提供。请维护者把域名加进 POLICY_QA_WEB__HOSTS。",
                )
                return
            if is_foreign(scope):
                await refuse(
                    send, 403, "foreign_page", "这个请求来自其他网站的页面，已拒绝。请在本网页上操作。"
                )
                return
        await self._app(scope, receive, send)


def is_foreign(scope: Scope) -> bool:
    """Whether a page of another site has made the browser send a request.

    A key in the request is proof of the contrary: no foreign page can send that header without being allowed to
    (CORS), which nobody is.
    """
    if header(scope, "authorization").lower().startswith("bearer "):
        return False
    site = header(scope, "sec-fetch-site")
    if site:
        leads_here = (
            scope["method"] in ("GET", "HEAD")
            and header(scope, "sec-fetch-mode") == "navigate"
            and header(scope, "sec-fetch-dest") not in _FRAMES
        )
        return site in _FOREIGN and not leads_here
    origin = header(scope, "origin")
    if not origin or scope["method"] in _READING:
        return False
    ours = {host_name(header(scope, name)) for name in ("host", "x-forwarded-host")} - {""}
    return host_name(origin) not in ours
