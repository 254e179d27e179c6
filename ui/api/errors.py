"""Errors of the API: whatever goes wrong, one JSON form, one line of Chinese, the right status, and never a trace."""

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from index.errors import (
    IndexMismatch,
    IndexMissing,
    ModelUnavailable,
    PolicyQAError,
    RecordsUnavailable,
    SettingsError,
    UsageError,
)
from ui.api.contract import ErrorJson
from ui.asgi import error_json
from ui.faults import fault
from ui.logs import log_told
from ui.queueing import Busy, Late
from ui.text import json_line

_MAX_SHOWN = 40
_KNOWN: Mapping[int, tuple[str, str]] = {
    400: ("malformed", "请求不是有效的 JSON（UTF-8）。请检查请求正文。"),
    401: ("unauthorized", "请先登录，或在请求头 Authorization 中给出有效的密钥。"),
    404: ("not_found", "没有这个地址。接口说明见 /api/openapi.json。"),
    405: ("method_not_allowed", "这个地址不支持该方法。接口说明见 /api/openapi.json。"),
    413: ("too_large", "请求内容过长。请缩短后重试。"),
}
_TYPES = {
    "extra_forbidden": "不认识这一项",
    "missing": "缺少这一项",
    "string_type": "应为文字",
    "string_pattern_mismatch": "含有控制字符",
    "string_too_short": "不能为空",
    "bool_type": "应为 true 或 false",
    "int_type": "应为整数",
    "list_type": "应为列表",
    "model_attributes_type": "应为 JSON 对象（Content-Type: application/json）",
    "dict_type": "应为 JSON 对象",
    "string_unicode": "含有残缺的字符",
    "too_short": "不能为空",
    "literal_error": "不是可用的值",
    "date_from_datetime_parsing": "没有这一天",
    "date_parsing": "没有这一天",
}
_SOURCES = ("body", "query", "path")
log = logging.getLogger(__name__)


class NotFound(UsageError):
    """There is nothing of that name."""


class Refused(UsageError):
    """What is asked for in a well-formed request cannot be given."""


def error_response(
    status: int, kind: str, message: str, headers: Mapping[str, str] | None = None
) -> Response:
    """An error in the one JSON form."""
    body = json_line(error_json(kind, message))
    return Response(body, status, dict(headers or {}), media_type="application/json")


def told(error: PolicyQAError) -> tuple[int, str, str, dict[str, str]]:
    """Status, type, message and headers of an error that a user can do something about."""
    message = " ".join(str(error).split())
    match error:
        case Busy():
            kind = "too_many_requests" if error.status == 429 else "busy"
            return error.status, kind, message, {"Retry-After": str(error.wait)}
        case Late():
            return error.status, "timeout" if error.status == 504 else "busy", message, {}
        case NotFound():
            return 404, "not_found", message, {}
        case Refused():
            return 400, "invalid_request", message, {}
        case UsageError():
            return 422, "invalid_request", message, {}
        case IndexMissing() | IndexMismatch() | ModelUnavailable() | RecordsUnavailable() | SettingsError():
            return 503, "unavailable", message, {}
        case _:
            return 503, "unavailable", message, {}


def as_json(error: Exception) -> dict[str, dict[str, str]]:
    """An error for somebody who hears an answer already, so that the status can say nothing any more."""
    if isinstance(error, PolicyQAError):
        _, kind, message, _ = told(error)
        return error_json(kind, message)
    log.error("unexpected while an answer was sent", exc_info=error)
    return error_json("internal", fault())


def add_handlers(asgi: FastAPI) -> None:
    """Have the application tell its errors in the one JSON form."""

    async def wrong(request: Request, error: Exception) -> Response:  # noqa: ARG001
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            return error_response(400, *_KNOWN[400])
        return error_response(422, "invalid_request", _explain(first))

    async def refused(request: Request, error: Exception) -> Response:  # noqa: ARG001
        assert isinstance(error, HTTPException)
        kind, message = _KNOWN.get(error.status_code, ("error", "请求不能处理。请检查后重试。"))
        return error_response(error.status_code, kind, message, error.headers)

    async def known(request: Request, error: Exception) -> Response:  # noqa: ARG001
        assert isinstance(error, PolicyQAError)
        status, kind, message, headers = told(error)
        if status >= 500:
            log_told(log, error)
        return error_response(status, kind, message, headers)

    asgi.add_exception_handler(RequestValidationError, wrong)
    asgi.add_exception_handler(HTTPException, refused)
    asgi.add_exception_handler(PolicyQAError, known)


def _explain(error: Mapping[str, Any]) -> str:
    """One line that names the place and what is wrong there."""
    place, reason = wrong_part(error)
    return f"请求有误（{place or '请求正文'}）：{reason}。接口说明见 /api/openapi.json。"


def wrong_part(error: Mapping[str, Any]) -> tuple[str, str]:
    """The place that an error of pydantic names, and what is wrong there; what was sent is not repeated."""
    named = [str(part) for part in error["loc"] if part not in _SOURCES]
    if error["type"] != "extra_forbidden":  # whose name is the client's own
        named = [part for part in named if part.isidentifier() or part.isdigit()]  # no name of a type
    place = ".".join(named)
    kind, limits = error["type"], error.get("ctx", {})
    if kind == "string_too_long":
        reason = f"超过 {limits['max_length']} 字"
    elif kind == "too_long":
        reason = f"超过 {limits['max_length']} 项"
    elif kind == "value_error":
        reason = str(limits.get("error", "不正确"))
    elif kind == "string_pattern_mismatch" and not str(error["input"]).strip():
        reason = _TYPES["string_too_short"]
    else:
        reason = _TYPES.get(kind, "不正确")
    return place if len(place) <= _MAX_SHOWN else f"{place[: _MAX_SHOWN - 1]}…", reason


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors that an operation can end with, for its description."""
    meanings = {
        400: "正文不是 JSON，或要求的做不到",
        401: "没有密钥，或密钥已失效",
        404: "没有这一条",
        413: "请求过长",
        422: "请求有误",
        429: "请求过多，见 Retry-After",
        500: "程序内部错误",
        503: "暂时不能作答",
        504: "回答超时",
    }
    return {status: {"model": ErrorJson, "description": meanings[status]} for status in statuses}
