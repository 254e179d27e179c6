"""Headers that every answer carries, whoever made it.

A part that knows better (the page, the sign-in page) sets its own; what it says is not changed. Only what opens the
page to other sites (`Access-Control-…`) is taken away: Gradio, under a name that is not this machine's, would let
every site in, with the visitor's cookies.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.asgi import is_secure

_ALWAYS = {
    "content-security-policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(),"
        " magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()"
    ),
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
_HSTS = "max-age=31536000"
"""A year; not for subdomains, which are not ours."""
_PRIVATE = ("text/html", "application/json", "text/plain")
"""Kinds of content that hold what somebody asked or may see; scripts and styles are the same for all."""


class SafeHeaders:
    """The ASGI application `app`, its answers with strict headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, and complete the head of its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": self._headers(scope, message.get("headers", ()))}
            await send(message)

        await self._app(scope, receive, completed)

    @staticmethod
    def _headers(scope: Scope, given: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        kept = [(k.lower(), v) for k, v in given if not k.lower().startswith(b"access-control-")]
        said = dict(kept)
        added = dict(_ALWAYS)
        if is_secure(scope):
            added["strict-transport-security"] = _HSTS
        if said.get(b"content-type", b"").decode("latin-1").startswith(_PRIVATE):
            added["cache-control"] = "no-store"
        return kept + [(k.encode(), v.encode()) for k, v in added.items() if k.encode() not in said]
