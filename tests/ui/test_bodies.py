"""Bodies of requests: short, whole and in time."""

import pytest

from tests.ui.asgi import Inner, ask
from ui.bodies import BodyLimit


def limited(inner: Inner, patience: float = 5.0) -> BodyLimit:
    return BodyLimit(inner, "/below", ("/upload",), longest=2048, patience=patience)


def test_a_body_comes_whole_however_it_was_sent() -> None:
    inner = Inner()
    ask(limited(inner), "POST", "/x", [b"a" * 1024, b"b" * 1024], content_length="2048")
    ask(limited(inner), "POST", "/x", [b"a", b"", b"b"], transfer_encoding="chunked")
    ask(limited(inner), "GET", "/x")
    ask(limited(inner), "POST", "/x", content_length="0")
    assert [body for _, _, body in inner.asked] == [b"a" * 1024 + b"b" * 1024, b"ab", b"", b""]


@pytest.mark.parametrize("length", ["2049", "9" * 400])
def test_a_body_announced_as_too_long_is_refused_unread(length: str) -> None:
    inner = Inner()
    got = ask(limited(inner), "POST", "/x", [b""], content_length=length)
    assert (got.status, got.error["type"], got.headers["connection"], inner.asked) == (
        413,
        "too_large",
        "close",
        [],
    )
    assert got.error["message"] == "请求内容超过 2 KB。请缩短后重试；文件请用“收录”页上传。"


def test_a_body_that_becomes_too_long_is_refused_too() -> None:
    inner = Inner()
    for lying in ({"transfer_encoding": "chunked"}, {"content_length": "10"}):
        got = ask(limited(inner), "POST", "/x", [b"a" * 1000] * 1000, head=lying)
        assert (got.status, inner.asked) == (413, [])


@pytest.mark.parametrize("length", ["-1", "1e3", "1,2", "٣", " "])
def test_a_length_that_is_none_is_refused(length: str) -> None:
    inner = Inner()
    length = length.encode().decode("latin-1")
    assert ask(limited(inner), "POST", "/x", [b"a"], content_length=length).status == 400
    assert inner.asked == []


def test_a_client_that_is_slow_holds_nothing() -> None:
    inner = Inner()
    got = ask(
        limited(inner, patience=0.05), "POST", "/x", [b"a"] * 100, transfer_encoding="chunked", wait=0.02
    )
    assert (got.status, got.error["message"], inner.asked) == (
        408,
        "请求在 0.05 秒内没有发完。请检查网络后重试。",
        [],
    )


def test_a_client_that_has_gone_is_not_answered() -> None:
    inner = Inner()
    assert (ask(limited(inner), "POST", "/x", content_length="9").status, inner.asked) == (0, [])


def test_files_have_limits_of_their_own() -> None:
    inner = Inner()
    for path in ("/upload", "/below/upload"):
        assert ask(limited(inner), "POST", path, [b"a" * 4096], content_length="4096").status == 200
    for path in ("/upload/", "/x/upload", "/gradio_api/upload"):
        assert ask(limited(inner), "POST", path, [b"a" * 4096], content_length="4096").status == 413
