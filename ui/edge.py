"""The edge of the program: a request that fails in a way nobody expected is told so, and the trace is in the log only."""

import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.asgi import refuse
from ui.faults import fault

log = logging.getLogger(__name__)


class Edge:
    """The ASGI application `app`, which answers 500 where it would raise.

    FastAPI has such a thing too, but before all other middleware: its answer would have neither headers nor an id.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on.

        Raises:
            Exception: whatever came after the answer had begun; the server closes the connection.
        """
        begun = scope["type"] != "http"

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception:
            if begun:
                raise
            log.exception("unexpected")
            await refuse(send, 500, "internal", fault())
