"""A Chroma server: the door to `chromadb` across the network. No call waits for ever, and what fails is told in one line.

Chroma's own client knows no time-outs, and raises an error of another kind for each way in which a server can fail. So
its calls go through a session of ours.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

os.environ.setdefault("CHROMA_TELEMETRY", "False")

import httpx
from chromadb.api.fastapi import FastAPI
from chromadb.api.models.Collection import Collection
from chromadb.config import Settings, System

from index.errors import IndexUnavailable

log = logging.getLogger(__name__)

_API = "/api/v2"
_MAJOR = "1"
"""The first number of the versions of the server that speak as this client does."""
_CONNECT = 3.0
"""Seconds to wait for a connection."""
_WRITE = 120.0
"""Seconds to wait until a batch is written: the server links every row into its graph first."""
_WRITES = ("/upsert", "/delete")
_DROPPED = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)
"""What happens to a connection that was kept open, when the server has been restarted since."""
_HNSW: Any = {"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200}}
_COMES_BACK = "恢复后会自动继续。"


class CollectionGone(Exception):
    """There is no such collection."""


class ChromaServer:
    """Collections of the Chroma server at `url`; may be used from several threads.

    Args:
        url: Its address, with a path if it stands behind a proxy.
        token: What it asks for as `Authorization: Bearer` or `X-Chroma-Token`; none if empty.
        timeout: Seconds to wait for an answer to a question.

    Raises (from every method, and from those of a collection):
        IndexUnavailable: it cannot be reached, fails, is no Chroma server or one of another version.
    """

    def __init__(self, url: str, token: str = "", timeout: float = 5.0) -> None:
        self.url = url.rstrip("/")
        self._token = token
        self._timeout = timeout
        self._opened: FastAPI | None = None

    def find(self, name: str) -> Collection | None:
        """The collection `name`, or None."""
        api = self._api()
        with self.making_sense():
            try:
                return Collection(client=api, model=api.get_collection(name), embedding_function=None)
            except CollectionGone:
                return None

    def make(self, name: str, about: dict[str, str]) -> Collection:
        """The collection `name`, made if need be; `about` is kept with it, for whoever looks after the server."""
        api = self._api()
        with self.making_sense():
            model = api.get_or_create_collection(name, configuration=_HNSW, metadata=dict(about))
            return Collection(client=api, model=model, embedding_function=None)

    def drop(self, name: str) -> None:
        """Delete the collection `name`, if it is there."""
        api = self._api()
        with self.making_sense():
            try:
                api.delete_collection(name)
            except CollectionGone:
                log.debug("%s is gone already", name)

    @contextmanager
    def making_sense(self) -> Iterator[None]:
        """Tell in one line of answers that are not what Chroma answers."""
        try:
            yield
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            log.debug("an answer of %s makes no sense", self.url, exc_info=True)
            raise _failed(self.url, "回应不完整") from error

    def _api(self) -> FastAPI:
        """Chroma's client, once the server has said who it is; of threads that ask at once the last one's is kept."""
        if self._opened is None:
            settings = Settings(
                anonymized_telemetry=False,
                chroma_api_impl="chromadb.api.fastapi.FastAPI",
                chroma_server_host=self.url,
                chroma_server_http_port=0,  # the address says which
                chroma_server_api_default_path=_API,
            )
            api = System(settings).instance(FastAPI)
            headers = dict(api.get_request_headers())
            if self._token:
                headers |= {"Authorization": f"Bearer {self._token}", "X-Chroma-Token": self._token}
            api._session.close()
            api._session = _Session(self.url, headers, self._timeout)
            with self.making_sense():
                _check_version(self.url, api.get_version())
            self._opened = api
        return self._opened


class _Session(httpx.Client):
    """Connections to the server at `base` that wait no longer than they should, with errors that a user understands."""

    def __init__(self, base: str, headers: dict[str, str], timeout: float) -> None:
        self._base = base
        self._waits = httpx.Timeout(timeout, connect=min(_CONNECT, timeout))
        self._writes = httpx.Timeout(max(_WRITE, timeout), connect=min(_CONNECT, timeout))
        super().__init__(headers=headers, limits=httpx.Limits(keepalive_expiry=40.0))

    def request(self, method: str, url: httpx.URL | str, **options: Any) -> httpx.Response:
        """One call, made a second time if the connection was dropped: rows have names, so twice is as good as once."""
        writes = method == "delete" or str(url).endswith(_WRITES)
        options["timeout"] = self._writes if writes else self._waits
        try:
            try:
                response = super().request(method, url, **options)
            except _DROPPED:
                response = super().request(method, url, **options)
        except httpx.TimeoutException as error:
            raise _failed(self._base, "没有及时回应") from error
        except httpx.HTTPError as error:
            raise IndexUnavailable(
                f"连不上 Chroma 服务：{self._base}。请确认服务已启动（chroma run）、地址正确；{_COMES_BACK}"
            ) from error
        self._check(response)
        return response

    def _check(self, response: httpx.Response) -> None:
        code = response.status_code
        if code in (401, 403):
            raise IndexUnavailable(f"Chroma 服务拒绝访问：{self._base}。请检查 POLICY_QA_CHROMA_TOKEN。")
        if code >= 500:
            raise _failed(self._base, f"HTTP {code}")
        if not response.headers.get("content-type", "").startswith("application/json"):
            raise _foreign(self._base)
        if code >= 400:
            told = response.json()
            kind, message = (
                (told.get(n) for n in ("error", "message")) if isinstance(told, dict) else ("", "")
            )
            if kind == "NotFoundError":
                raise CollectionGone(message)
            raise _failed(self._base, " ".join(str(message).split())[:200] or f"HTTP {code}")


def _check_version(url: str, version: object) -> None:
    """Stop where something else answers, or a server of another version."""
    if not isinstance(version, str):
        raise _foreign(url)
    if version.partition(".")[0] != _MAJOR:
        raise IndexUnavailable(
            f"Chroma 服务的版本不合：{url} 是 {version}，本程序需要 {_MAJOR}.x。请换用相应版本的服务。"
        )


def _failed(url: str, why: str) -> IndexUnavailable:
    return IndexUnavailable(f"Chroma 服务出错：{url}（{why}）。请查看该服务是否正常；{_COMES_BACK}")


def _foreign(url: str) -> IndexUnavailable:
    return IndexUnavailable(f"{url} 不是 Chroma 服务（回应看不懂）。请检查 POLICY_QA_CHROMA_URL。")
