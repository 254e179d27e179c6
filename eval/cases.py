"""The evaluation cases: reading them strictly, choosing among them, and writing new ones.

A case file is a YAML list of mappings; `eval/cases/README.md` explains the fields.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

import yaml

from eval.errors import CaseError
from qa.claims import Polarity
from qa.model import RefusalType

Split = Literal["dev", "test", "all"]
SPLITS = ("dev", "test")
FOLDER = Path(__file__).parent / "cases"
STRATA = (
    "number", "yes_no", "fact", "list", "table_row", "table_filter", "who", "date", "condition", "procedure",
    "comparison", "follow_up", "near_twin", "colloquial", "typo", "synonym", "long_context", "by_number",
    "unanswerable", "misleading",
)  # fmt: skip
REFUSALS: tuple[RefusalType, ...] = get_args(RefusalType)
_FIELDS = (
    "id", "question", "history", "stratum", "gold", "facts", "computed", "polarity", "forbidden", "refusal",
    "note",
)  # fmt: skip
_REQUIRED = ("id", "question", "stratum", "note")


@dataclass(frozen=True)
class Case:
    """One question with what a right answer needs."""

    id: str
    question: str
    stratum: str
    gold: tuple[tuple[str, ...], ...] = ()
    """The places that are needed; each is a tuple of article ids of which one suffices."""
    facts: tuple[tuple[str, ...], ...] = ()
    """The facts that are needed; each is a tuple of wordings of which one suffices."""
    history: tuple[str, ...] = ()
    """Earlier questions of the user, oldest first."""
    computed: bool = False
    """Whether a fact is counted or computed, so that it need not stand in the gold text."""
    polarity: Polarity | None = None
    forbidden: tuple[str, ...] = ()
    refusal: RefusalType | None = None
    """The type of refusal that is right; None for an answerable case."""
    note: str = ""

    @property
    def answerable(self) -> bool:
        """Whether the corpus answers the question."""
        return self.refusal is None

    @property
    def gold_ids(self) -> frozenset[str]:
        """All article ids of all places."""
        return frozenset(i for place in self.gold for i in place)


def load_cases(folder: Path = FOLDER, split: Split = "dev") -> list[Case]:
    """The cases of a split, in the order of the file; `all` is dev and then test.

    Raises:
        CaseError: a file is missing or malformed; file, case (or line) and field are named.
    """
    if split not in (*SPLITS, "all"):
        raise CaseError(f"未知的题集：{split}。可选 dev、test、all。")
    cases: list[Case] = []
    seen: dict[str, str] = {}
    for name in SPLITS if split == "all" else (split,):
        path = folder / f"{name}.yaml"
        for case in read_cases(path):
            if case.id in seen:
                raise CaseError(
                    f"{path.name} 案例 {case.id} 字段 id：与 {seen[case.id]} 中的案例重复。请换一个编号。"
                )
            seen[case.id] = path.name
            cases.append(case)
    return cases


def read_cases(path: Path) -> list[Case]:
    """The cases of one file.

    Raises:
        CaseError: as `load_cases`.
    """
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(f"无法读取案例文件：{path}（{_reason(error)}）。请检查路径和编码。") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 1} 行" if mark else "某处"
        raise CaseError(f"{path.name} {where}：不是合法的 YAML。请检查缩进、引号和冒号。") from error
    if root is None:
        return []
    if not isinstance(root, yaml.SequenceNode):
        raise CaseError(f"{path.name} 第 1 行：文件应是案例列表（每个案例以“- id:”开头）。")
    cases: list[Case] = []
    for node in root.value:
        case = _case(path.name, node)
        if any(case.id == c.id for c in cases):
            raise CaseError(f"{path.name} 案例 {case.id} 字段 id：编号重复。请换一个编号。")
        cases.append(case)
    return cases


def select_cases(
    cases: Sequence[Case],
    *,
    strata: Sequence[str] = (),
    ids: Sequence[str] = (),
    limit: int | None = None,
) -> list[Case]:
    """The cases of these strata and ids, at most `limit`; nothing given means all.

    Raises:
        CaseError: an unknown stratum or id.
    """
    if unknown := [s for s in strata if s not in STRATA]:
        raise CaseError(f"未知的题型：{'、'.join(unknown)}。可选：{'、'.join(STRATA)}。")
    known = {c.id for c in cases}
    if missing := [i for i in ids if i not in known]:
        raise CaseError(f"题集中没有案例：{'、'.join(missing)}。请检查编号，或用 --split all。")
    chosen = [c for c in cases if (not strata or c.stratum in strata) and (not ids or c.id in ids)]
    return chosen[:limit]


def append_cases(path: Path, cases: Sequence[Case]) -> None:
    """Add `cases` to a case file, as readable YAML; the file is unchanged if the result cannot be read.

    Raises:
        CaseError: a case is not valid, or its id is taken.
    """
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    text = old if not old or old.endswith("\n") else old + "\n"
    text += yaml.dump(
        [_plain(c) for c in cases], Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110
    )
    part = path.with_suffix(".part.yaml")
    part.write_text(text, encoding="utf-8")
    try:
        read_cases(part)
    except CaseError as error:
        part.unlink()
        raise CaseError(str(error).replace(part.name, path.name)) from error
    part.replace(path)


def next_id(cases: Iterable[Case], prefix: str = "d") -> str:
    """The id after the last one with that prefix."""
    used = [
        int(c.id[len(prefix) :]) for c in cases if c.id.startswith(prefix) and c.id[len(prefix) :].isdigit()
    ]
    return f"{prefix}{max(used, default=0) + 1:03d}"


def _case(file: str, node: yaml.Node) -> Case:
    data = _mapping(file, node)
    case_id = data.get("id")
    where = f"{file} 案例 {case_id}" if case_id else f"{file} 第 {node.start_mark.line + 1} 行"

    def fail(field: str, what: str) -> CaseError:
        return CaseError(f"{where} 字段 {field}：{what}。")

    if unknown := [f for f in data if f not in _FIELDS]:
        raise fail(unknown[0], f"未知的字段，可用：{'、'.join(_FIELDS)}")
    for field in _REQUIRED:
        if not isinstance(data.get(field), str) or not data[field].strip():
            raise fail(field, "缺少，或不是非空文字（数字请加引号）")
    for field in ("history", "forbidden"):
        if not _is_texts(data.get(field, [])):
            raise fail(field, "应是文字列表（数字请加引号）")
    for field in ("gold", "facts"):
        value = data.get(field, [])
        if not isinstance(value, list) or not all(_is_texts(v) and v for v in value):
            raise fail(field, "应是列表的列表，内层列出可互相替代的文字（数字请加引号）")
    if data["stratum"] not in STRATA:
        raise fail("stratum", f"未知的题型 {data['stratum']}，可选：{'、'.join(STRATA)}")
    if data.get("refusal") not in (None, *REFUSALS):
        raise fail("refusal", f"未知的拒答类型 {data['refusal']}，可选：{'、'.join(REFUSALS)}")
    if data.get("polarity") not in (None, "yes", "no"):
        raise fail("polarity", f"应为 'yes' 或 'no'（加引号），现为 {data['polarity']}")
    if not isinstance(data.get("computed", False), bool):
        raise fail("computed", "应为 true 或 false")
    case = _build(data)
    if (case.stratum == "unanswerable") and case.answerable:
        raise fail("refusal", "unanswerable 题型须写明拒答类型")
    for field in ("gold", "facts"):
        if bool(data.get(field)) != case.answerable:
            raise fail(field, "可答的案例不能为空" if case.answerable else "应拒答的案例不能填写")
    return case


def _mapping(file: str, node: yaml.Node) -> dict[str, Any]:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        raise CaseError(f"{file} 第 {line} 行：应是一个案例（以“- id:”开头的各字段）。")
    data: dict[str, Any] = {}
    maker = yaml.constructor.SafeConstructor()
    for key, value in node.value:
        where = f"{file} 第 {key.start_mark.line + 1} 行 字段 {key.value}"
        if key.value in data:
            raise CaseError(f"{where}：在同一案例中重复。请删去一个。")
        try:
            data[str(key.value)] = maker.construct_object(value, deep=True)
        except (yaml.YAMLError, ValueError) as error:
            raise CaseError(f"{where}：值无法读取。请给文字加引号。") from error
    return data


def _build(data: Mapping[str, Any]) -> Case:
    def nested(field: str) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(inner) for inner in data.get(field, []))

    return Case(
        id=data["id"],
        question=data["question"],
        stratum=data["stratum"],
        gold=nested("gold"),
        facts=nested("facts"),
        history=tuple(data.get("history", [])),
        computed=data.get("computed", False),
        polarity=cast(Polarity | None, data.get("polarity")),
        forbidden=tuple(data.get("forbidden", [])),
        refusal=cast(RefusalType | None, data.get("refusal")),
        note=data["note"],
    )


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) and v.strip() for v in value)


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "文件不存在"
    return (error.strerror or "无法打开") if isinstance(error, OSError) else "不是 UTF-8 编码"


def _plain(case: Case) -> dict[str, Any]:
    """The case as written: in the order of the fields in the files, without those that say nothing."""
    data: dict[str, Any] = {"id": case.id, "question": case.question}
    optional = {
        "history": list(case.history),
        "stratum": case.stratum,
        "gold": [list(place) for place in case.gold],
        "facts": [list(fact) for fact in case.facts],
        "computed": case.computed,
        "polarity": case.polarity,
        "forbidden": list(case.forbidden),
        "refusal": case.refusal,
    }
    return data | {k: v for k, v in optional.items() if v} | {"note": case.note}


class _Dumper(yaml.SafeDumper):
    """Writes lists of texts on one line, as the case files have them."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        """No anchors: two equal lists are written twice."""
        return True


def _sequence(dumper: yaml.SafeDumper, data: list[Any]) -> yaml.Node:
    flow = not any(isinstance(x, list | dict) for x in data)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=flow)


_Dumper.add_representer(list, _sequence)
