"""What people know of a document and its text does not say: a TOML file beside a source.

`办法.pdf` has its metadata in `办法.meta.toml`. The fields of `FIELDS` stand at the top for a file that holds one
document; of a file that holds several, each has a table under its title, 文号 or key, and only what concerns the file
(`page_offset`) may stand at the top. What is given wins over what was read and is marked as given; the key of a
document stays the one that its text gives, so that its citations last.
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from index.errors import ReadError
from index.model import Document, Metadata
from index.text import compare_key, iso_day, number_key

SUFFIX = ".meta.toml"
_OF_FILE = ("page_offset",)


def sidecar_file(path: Path) -> Path | None:
    """The file of metadata beside the source `path`, if there is one."""
    own = path.with_name(path.stem + SUFFIX)
    return own if own.exists() else None


@dataclass(frozen=True)
class Sidecar:
    """What a file of metadata gives: for the whole file, and by the name of a document."""

    path: Path
    whole: Mapping[str, Any]
    by_name: Mapping[str, Mapping[str, Any]]


def read_sidecar(path: Path) -> Sidecar:
    """Read a file of metadata, strictly.

    Raises:
        ReadError: it cannot be read, or a key or value in it is none that is known; the place is named.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ReadError(f"无法读取元数据文件 {path}：{error}。请检查 TOML 语法和 UTF-8 编码。") from error
    tables = {name: value for name, value in data.items() if isinstance(value, dict)}
    whole = _checked({name: value for name, value in data.items() if name not in tables}, path, "")
    by_name = {name: _checked(table, path, f"“{name}”的") for name, table in tables.items()}
    return Sidecar(path, whole, by_name)


def with_given(documents: Sequence[Document], sidecar: Sidecar) -> list[Document]:
    """`documents`, all those of one file, with what `sidecar` gives.

    Raises:
        ReadError: it gives something for a document that the file does not hold, or does not say for which.
    """
    for_one = {name: value for name, value in sidecar.whole.items() if name not in _OF_FILE}
    if for_one and len(documents) > 1:
        raise ReadError(
            f"元数据文件 {sidecar.path} 的“{next(iter(for_one))}”没有写明属于哪份文件（来源含 {len(documents)} 份）。"
            '请写在 ["标题或文号"] 之下。'
        )
    given: list[dict[str, Any]] = [dict(sidecar.whole) for _ in documents]
    for name, fields in sidecar.by_name.items():
        meant = [n for n, d in enumerate(documents) if _is_named(name, d.meta)]
        if len(meant) != 1:
            found = "可指来源中的多份文件" if meant else "不是来源中的文件"
            raise ReadError(
                f"元数据文件 {sidecar.path} 的“{name}”{found}。请写 policy-qa documents 列出的标题或文号。"
            )
        given[meant[0]] |= fields
    return [
        replace(d, meta=with_fields(d.meta, own)) if own else d
        for d, own in zip(documents, given, strict=True)
    ]


def with_fields(meta: Metadata, fields: Mapping[str, Any]) -> Metadata:
    """`meta` with the values of `fields` (names of `FIELDS`), marked as given."""
    plain = {name: value for name, value in fields.items() if name not in ("effective", "expires")}
    validity = meta.validity
    if "effective" in fields and fields["effective"] != validity.effective:
        validity = replace(validity, effective=fields["effective"], effective_clause="", together_with=None)
    if "expires" in fields and fields["expires"] != validity.expires:
        validity = replace(validity, expires=fields["expires"], expires_clause="", term="")
    marked = tuple(dict.fromkeys((*meta.given, *fields)))
    return replace(meta, **plain, validity=validity, given=marked)


def _is_named(name: str, meta: Metadata) -> bool:
    called = (meta.key, meta.title, meta.heading)
    number = meta.doc_number and number_key(meta.doc_number) == number_key(name)
    return compare_key(name) in map(compare_key, called) or bool(number)


def _checked(fields: Mapping[str, Any], path: Path, of: str) -> dict[str, Any]:
    checked = {}
    for name, value in fields.items():
        if name not in FIELDS:
            raise ReadError(f"元数据文件 {path} 中{of}“{name}”不是可用的项。可用：{'、'.join(FIELDS)}。")
        expected, read = FIELDS[name]
        found = read(value)
        if found is None:
            raise ReadError(f"元数据文件 {path} 中{of}“{name}”的值无效：{value}。应为{expected}。")
        checked[name] = found
    return checked


def _text(value: object) -> str | None:
    return value.strip() if isinstance(value, str) and value.strip() else None


def _number(value: object) -> str | None:
    text = _text(value)
    return number_key(text) if text else None


def _texts(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list) or not value or not all(_text(v) for v in value):
        return None
    return tuple(v.strip() for v in value)


def _day(value: object) -> str | None:
    if isinstance(value, date):  # TOML has days of its own
        return iso_day(value.year, value.month, value.day)
    m = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", value.strip()) if isinstance(value, str) else None
    return iso_day(int(m[1]), int(m[2]), int(m[3])) if m else None


def _whole_number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _yes_or_no(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


_A_TEXT, _A_DAY = '文字，如 "某某办法"', "日期，如 2024-05-01"
FIELDS: Mapping[str, tuple[str, Callable[[object], Any]]] = {
    "title": (_A_TEXT, _text),
    "doc_number": ('文号，如 "某发〔2024〕1号"', _number),
    "issuers": ('机关的列表，如 ["某某部"]', _texts),
    "date": (_A_DAY, _day),
    "amended": (_A_DAY, _day),
    "effective": (_A_DAY, _day),
    "expires": (_A_DAY, _day),
    "addressees": (_A_TEXT, _text),
    "trial": ("true 或 false", _yes_or_no),
    "page_offset": ("整数，如 -2", _whole_number),
}
"""Name of a field -> what its value must be, in Chinese, and how it is read (None if it is wrong)."""
NAMES: Mapping[str, str] = {
    "title": "标题",
    "doc_number": "文号",
    "issuers": "发文机关",
    "date": "日期",
    "amended": "修订日期",
    "effective": "施行",
    "expires": "失效",
    "addressees": "主送",
    "trial": "试行",
    "page_offset": "页码差",
}
"""Name of a field -> as people read it."""
