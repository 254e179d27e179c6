"""The HTTP server of an ASGI application: with `ui.connections` the only door to uvicorn.

It runs in a thread of its own, so that who started it decides when it ends, and takes care of the signals.
"""

import logging
import socket
import time
from collections.abc import Callable, Sequence
from threading import Thread

import uvicorn
from starlette.types import ASGIApp

from index.errors import UsageError
from qa.settings import LimitSettings
from ui.connections import patient

_GRACE = 10
"""Seconds for which requests under way are waited for when the server closes."""
_TICK = 0.005
log = logging.getLogger(__name__)


class Server:
    """Serves `app` from the moment it is made until it is closed; the application's own start-up is done then.

    Raises (on opening):
        UsageError: the address cannot be used.
    """

    def __init__(
        self,
        app: ASGIApp,
        host: str,
        port: int,
        limits: LimitSettings | None = None,
        *,
        before_close: Callable[[], None] = lambda: None,
    ) -> None:
        """With port 0 the system chooses one; `before_close` ends what would hold the server up."""
        self._sockets = _listening(host.strip("[]"), port)
        self._before_close = before_close
        name = "localhost" if host in ("0.0.0.0", "::", "[::]") else host  # noqa: S104
        name = f"[{name}]" if ":" in name and not name.startswith("[") else name
        self.address = f"http://{name}:{self._sockets[0].getsockname()[1]}/"
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                http=patient(limits or LimitSettings()),
                lifespan="on",
                ws="none",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=_GRACE,
            )
        )
        self._thread = Thread(target=self._run, name="server", daemon=True)
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("the application did not start; the log says why")
            time.sleep(_TICK)

    def _run(self) -> None:
        try:
            self._server.run(list(self._sockets))
        except SystemExit:  # uvicorn's way to say that the application's start-up failed; it has logged why
            for one in self._sockets:
                one.close()

    def close(self) -> None:
        """Take no more requests, let those under way end, and stop; again does nothing."""
        self._before_close()
        self._server.should_exit = True
        self._thread.join()


def _listening(host: str, port: int) -> Sequence[socket.socket]:
    """One socket for each address that `host` names, all with the same port."""
    made: list[socket.socket] = []
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, address in dict.fromkeys((family, where[:2]) for family, _, _, _, where in found):
            chosen = made[0].getsockname()[1] if made else port
            made.append(socket.create_server((str(address[0]), chosen), family=family, backlog=2048))
    except (OSError, UnicodeError) as error:
        for one in made:
            one.close()
        log.debug("cannot listen", exc_info=True)
        raise UsageError(
            f"无法在 {host}:{port} 打开网页。请换一个 --port（可能已被占用），或检查 --host。"
        ) from error
    return made
