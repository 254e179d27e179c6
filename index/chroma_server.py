"""A Chroma server: the door to `chromadb` across the network. No call waits for ever, and what fails is told in one line.

Chroma's own client knows no time-outs, and raises an error of another kind for each way in which a server can fail.
"""

import logging
import os
from typing import Any

os.environ.setdefault("CHROMA_TELEMETRY", "False")

import chromadb.errors
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
_WRITES = ("/upsert", "/delete", "/collections")
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

    Raises (from every method):
        IndexUnavailable: it cannot be reached, fails, is no Chroma server or one of another version.
    """

    def __init__(self, url: str, token: str = "", timeout: float = 10.0) -> None:
        self.url = url.rstrip("/")
        self._token = token
        self._timeout = timeout
        self._opened: _Api | None = None

    def find(self, name: str) -> Collection | None:
        """The collection `name`, or None."""
        api = self._api()
        try:
            return Collection(client=api, model=api.get_collection(name), embedding_function=None)
        except CollectionGone:
            return None

    def make(self, name: str, about: dict[str, str]) -> Collection:
        """The collection `name`, made if need be; `about` is kept with it, for whoever looks after the server."""
        api = self._api()
        model = api.get_or_create_collection(name, configuration=_HNSW, metadata=dict(about))
        return Collection(client=api, model=model, embedding_function=None)

    def drop(self, name: str) -> None:
        """Delete the collection `name`, if it is there."""
        try:
            self._api().delete_collection(name)
        except CollectionGone:
            log.debug("%s is gone already", name)

    def batch(self) -> int:
        """How many rows one call may carry."""
        return int(self._api().get_max_batch_size())

    def failed(self, why: str) -> IndexUnavailable:
        """An answer that makes no sense."""
        return _failed(self.url, why)

    def _api(self) -> "_Api":
        """The client, once the server has said who it is; of threads that ask at once the last one's is kept."""
        opened = self._opened
        if opened is None:
            headers = {"Authorization": f"Bearer {self._token}", "X-Chroma-Token": self._token}
            settings = Settings(
                anonymized_telemetry=False,
                chroma_api_impl="chromadb.api.fastapi.FastAPI",
                chroma_server_host=self.url,
                chroma_server_http_port=0,  # the address names it
                chroma_server_api_default_path=_API,
                chroma_server_headers=headers if self._token else None,
            )
            opened = System(settings).instance(_Api)
            opened.wait_for(self.url, self._timeout)
            opened.check()
            self._opened = opened
        return opened


class _Api(FastAPI):
    """Chroma's client with time-outs, and with errors that a user understands."""

    def wait_for(self, url: str, timeout: float) -> None:
        self._url = url
        self._waits = httpx.Timeout(timeout, connect=min(_CONNECT, timeout))
        self._writes = httpx.Timeout(_WRITE, connect=min(_CONNECT, timeout))

    def check(self) -> None:
        """Stop where something else answers, or a server of another version."""
        try:
            version = self._make_request("get", "/version")
        except CollectionGone as error:
            raise _foreign(self._url) from error
        if not isinstance(version, str):
            raise _foreign(self._url)
        if version.partition(".")[0] != _MAJOR:
            raise IndexUnavailable(
                f"Chroma 服务的版本不合：{self._url} 是 {version}，本程序需要 {_MAJOR}.x。请换用相应版本的服务。"
            )

    def _make_request(self, method: str, path: str, **kwargs: Any) -> Any:
        writes = method != "get" and path.endswith(_WRITES)
        kwargs["timeout"] = self._writes if writes else self._waits
        try:
            try:
                return super()._make_request(method, path, **dict(kwargs))
            except _DROPPED:  # every call may be made twice: rows have ids
                return super()._make_request(method, path, **dict(kwargs))
        except httpx.TimeoutException as error:
            raise _failed(self._url, "没有及时回应") from error
        except httpx.HTTPError as error:
            raise IndexUnavailable(
                f"连不上 Chroma 服务：{self._url}。请确认服务已启动（chroma run）、地址正确；{_COMES_BACK}"
            ) from error
        except chromadb.errors.NotFoundError as error:
            raise CollectionGone(path) from error
        except chromadb.errors.ChromaAuthError as error:
            raise _refused(self._url) from error
        except chromadb.errors.ChromaError as error:
            raise _failed(self._url, " ".join(str(error).split())[:200]) from error
        except ValueError as error:  # an answer that is no JSON
            raise _foreign(self._url) from error
        except IndexUnavailable:
            raise
        except Exception as error:  # what Chroma's client raises for an answer that does not come from Chroma
            told = error.__context__
            if not isinstance(told, httpx.HTTPStatusError):
                raise
            code = told.response.status_code
            if code in (401, 403):
                raise _refused(self._url) from error
            if code < 500:
                raise _foreign(self._url) from error
            raise _failed(self._url, f"HTTP {code}") from error


def _failed(url: str, why: str) -> IndexUnavailable:
    return IndexUnavailable(f"Chroma 服务出错：{url}（{why}）。请查看该服务是否正常；{_COMES_BACK}")


def _foreign(url: str) -> IndexUnavailable:
    return IndexUnavailable(f"{url} 不是 Chroma 服务（回应看不懂）。请检查 POLICY_QA_CHROMA_URL。")


def _refused(url: str) -> IndexUnavailable:
    return IndexUnavailable(f"Chroma 服务拒绝访问：{url}。请检查 POLICY_QA_CHROMA_TOKEN。")
