"""How many requests a minute somebody may send: a minute's worth at once, then evenly (a token bucket).

Somebody is a user or the holder of a key, whoever has proved to be one, and else an address. How much work runs at a
time is another matter (`ui.limits`).
"""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from math import ceil
from threading import Lock
from time import monotonic

from starlette.types import ASGIApp, Receive, Scope, Send

from index.errors import PolicyQAError
from ui.asgi import is_direct_local, path_of, refuse

Who = Callable[[Scope], Awaitable[str | None]]
"""Gives the name of who has proved to be somebody."""
SIGN_INS = 30
"""Tries to sign in that one address has in a minute: an office behind one address, at nine in the morning."""
_SIGN_IN = "/sign-in"
_FREE = ("/assets/", "/static/", "/theme.css", "/manifest.json", "/healthz", "/readyz", "/metrics")
_NAMES = 10_000
log = logging.getLogger(__name__)


class Buckets:
    """A bucket of `per_minute` tokens for each name, filled evenly; may be used from several threads.

    `clock` gives seconds. The names that were not heard of for longest are forgotten, so that made-up ones cannot fill
    the memory.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = monotonic) -> None:
        self._size = float(per_minute)
        self._clock = clock
        self._lock = Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str) -> float:
        """Take a token; returns the seconds until there is one, 0 if it was taken."""
        with self._lock:
            now = self._clock()
            left, then = self._left.pop(name, (self._size, now))
            left = min(self._size, left + (now - then) * self._size / 60)
            wait = 0.0 if left >= 1 else (1 - left) * 60 / self._size
            self._left[name] = (left if wait else left - 1, now)
            if len(self._left) > _NAMES:
                self._left.popitem(last=False)
            return wait


class RateLimit:
    """The ASGI application `app`, for at most `per_minute` requests a minute of each; 0 is no limit.

    This machine itself, asking without a proxy and without a name, has no limit: a person at his own computer is not
    to notice that there is one.
    """

    def __init__(
        self,
        app: ASGIApp,
        who: Who,
        per_minute: int,
        root_path: str | None = None,
        *,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._app = app
        self._who = who
        self._root = root_path
        self._buckets = Buckets(per_minute, clock) if per_minute else None
        self._sign_ins = Buckets(SIGN_INS, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, or refuse it with 429 and the seconds to wait."""
        wait = await self._wait(scope) if scope["type"] == "http" else 0.0
        if not wait:
            await self._app(scope, receive, send)
            return
        seconds = ceil(wait)
        await refuse(
            send,
            429,
            "too_many_requests",
            f"请求过于频繁。请 {seconds} 秒后再试。",
            {"Retry-After": str(seconds)},
        )

    async def _wait(self, scope: Scope) -> float:
        path = path_of(scope, self._root)
        if path.startswith(_FREE):
            return 0.0
        client = scope.get("client")
        address = f"address:{client[0] if client else ''}"
        if path == _SIGN_IN and scope["method"] == "POST":
            return 0.0 if is_direct_local(scope) else self._sign_ins.take(address)
        if self._buckets is None:
            return 0.0
        try:
            name = await self._who(scope)
        except PolicyQAError as error:  # whoever lets him in will say so
            log.debug("%s", error)
            name = None
        if name is None and is_direct_local(scope):
            return 0.0
        return self._buckets.take(name or address)
