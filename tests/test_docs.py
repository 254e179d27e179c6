"""What the documents say is so: commands, options, targets, settings, files, and the answer shown first."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from eval.cases import load_cases
from index.model import Article
from qa.model import Answer, Citation, Hit
from qa.settings import PREFIX, Settings
from tests.conftest import ROOT
from ui.cli import PLUGINS, cli

READMES = ("README.md", "README.zh-CN.md")
DOCUMENTS = (
    *READMES,
    "CONTRIBUTING.md",
    "docs/architecture.md",
    "docs/deployment.md",
    "docs/threat-model.md",
)
FIRST_SCREEN = 40
"""Lines of a README that are seen without scrolling."""
SHORT = {
    "INDEX__DIR": "INDEX_DIR",
    "INDEX__CACHE_DIR": "CACHE_DIR",
    "INDEX__EMBEDDER": "EMBEDDER",
    "INDEX__CHROMA_URL": "CHROMA_URL",
    "INDEX__CHROMA_TOKEN": "CHROMA_TOKEN",
    "INDEX__CHROMA_TIMEOUT": "CHROMA_TIMEOUT",
    "INDEX__EMBEDDER_URL": "EMBEDDER_URL",
    "INDEX__EMBEDDER_KEY": "EMBEDDER_KEY",
    "INDEX__EMBEDDER_TIMEOUT": "EMBEDDER_TIMEOUT",
}
WHERE = {
    "en": {
        "dir": "`policy-qa/index` under the user's data folder",
        "cache_dir": "`policy-qa` under the user's cache folder",
        "data_dir": "`policy-qa/web` under the user's data folder",
    },
    "zh": {
        "dir": "用户数据文件夹下的 `policy-qa/index`",
        "cache_dir": "用户缓存文件夹下的 `policy-qa`",
        "data_dir": "用户数据文件夹下的 `policy-qa/web`",
    },
}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands() -> dict[str, click.Command]:
    """All commands, those of other packages as `pyproject.toml` declares them."""
    points = tomllib.loads(read("pyproject.toml"))["project"].get("entry-points", {}).get(PLUGINS, {})
    found = dict(cli.commands)
    for name, target in points.items():
        module, _, attribute = target.partition(":")
        found[name] = getattr(import_module(module), attribute)
    return found


def options() -> set[str]:
    """All options of all commands, those of their subcommands too."""
    every: list[click.Command] = [cli, *commands().values()]
    for command in every:  # it grows while it is walked
        every += command.commands.values() if isinstance(command, click.Group) and command is not cli else ()
    return {"--help"} | {o for c in every for p in c.params for o in p.opts if o.startswith("--")}


def targets() -> set[str]:
    """The targets that `make help` lists."""
    return set(re.findall(r"^([a-z-]+):.*## ", read("Makefile"), re.MULTILINE))


def settings_rows(
    language: str, group: type[BaseModel] = Settings, path: str = ""
) -> list[tuple[str, str, str]]:
    """Variable, default and meaning of every setting."""
    rows = []
    for name, field in group.model_fields.items():
        where = f"{path}{name}".upper()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            rows += settings_rows(language, field.annotation, f"{path}{name}__")
            continue
        default = field.default
        shown = (
            WHERE[language][name] if default is PydanticUndefined
            else {"en": "none", "zh": "无"}[language] if default in (None, ())
            else f"`{json.dumps(default) if isinstance(default, bool) else default}`"
        )  # fmt: skip
        rows.append((PREFIX + SHORT.get(where, where), shown, field.description or ""))
    return rows


def test_every_setting_is_listed_with_its_default_and_meaning() -> None:
    english = re.findall(r"^\| `(POLICY_QA_\w+)` \| (.+?) \| .+ \|$", read("README.md"), re.MULTILINE)
    chinese = re.findall(r"^\| `(POLICY_QA_\w+)` \| (.+?) \| (.+) \|$", read("README.zh-CN.md"), re.MULTILINE)
    assert english == [(name, default) for name, default, _ in settings_rows("en")]
    assert chinese == settings_rows("zh")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_commands_and_options_that_a_document_names_exist(name: str) -> None:
    called = set(re.findall(r"policy-qa (?:--[a-z-]+ \S+ )*([a-z]+)\b(?!/)", _code(read(name))))
    assert called <= commands().keys()
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", _ours(read(name)))) <= options()


@pytest.mark.parametrize("name", READMES)
def test_a_readme_names_every_command(name: str) -> None:
    assert set(re.findall(r"^\| `policy-qa ([a-z]+)", read(name), re.MULTILINE)) == commands().keys()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_make_targets_that_a_document_names_exist(name: str) -> None:
    assert set(re.findall(r"\bmake ([a-z]+(?:-[a-z]+)*)", _code(read(name)))) <= targets()


def test_contributing_names_every_make_target() -> None:
    assert set(re.findall(r"\bmake ([a-z]+(?:-[a-z]+)*)", _code(read("CONTRIBUTING.md")))) == targets()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_files_that_a_document_names_exist(name: str) -> None:
    text = read(name)
    named = set(re.findall(r"(?<![\w./-])(?:index|qa|ui|eval|tests|docs|deploy)/[\w./-]*\w/?", text))
    named |= set(re.findall(r"\]\(([^)#:]+)\)", text))
    base = (ROOT / name).parent
    assert sorted(n for n in named if not (ROOT / n).exists() and not (base / n).exists()) == []


def test_the_contract_for_machines_is_the_programs(articles: list[Article]) -> None:
    shown = json.loads(re.findall(r"```json\n(.*?)```", read("README.md"), re.DOTALL)[0])
    cited, found = (Citation(1, articles[0], ""),), (Hit(articles[0], 0.0),)
    made = Answer(
        question="", standalone_question="", text="", citations=cited, hits=found, answerer=""
    ).to_json()
    assert shown.keys() == made.keys()
    assert shown["citations"][0].keys() == made["citations"][0].keys()
    assert shown["retrieved"][0].keys() == made["retrieved"][0].keys()
    assert shown["timings_ms"].keys() == {"retrieve", "answer", "total"}


def test_the_lines_of_python_run(index_dir: Path, cache_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_QA_INDEX_DIR", str(index_dir))
    monkeypatch.setenv("POLICY_QA_CACHE_DIR", str(cache_dir))
    names: dict[str, Any] = {}
    exec(re.findall(r"```python\n(.*?)```", read("README.md"), re.DOTALL)[0], names)
    first = names["retriever"].invoke("首台套检测评定收费吗")[0]
    assert first.metadata["label"] == names["answer"].citations[0].article.label
    names["chain"].library.close()


@pytest.mark.parametrize("name", READMES)
def test_the_counts_of_evaluation_cases_are_right(name: str) -> None:
    counts = tuple(str(len(load_cases(split=split))) for split in ("all", "dev", "test"))
    assert re.search(r"eval/cases/.*?(\d+).*?(\d+).*?(\d+)", read(name), re.DOTALL).groups() == counts  # type: ignore[union-attr]


@pytest.mark.parametrize("name", READMES)
def test_the_first_screen_holds_a_question_its_answer_and_the_two_commands(name: str) -> None:
    screen = "\n".join(read(name).splitlines()[:FIRST_SCREEN])
    question, _ = _shown(screen)
    assert re.search(r"^make run\b", screen, re.MULTILINE)
    assert f'make ask Q="{question}"' in screen


@pytest.mark.parametrize("name", READMES)
def test_the_answer_on_the_first_screen_is_what_the_program_prints_without_any_network(
    name: str, index_dir: Path, cache_dir: Path
) -> None:
    question, answer = _shown(read(name))
    program = [sys.executable, "-c", "from ui.cli import main; main()", "ask", question]
    environment = os.environ | {"POLICY_QA_INDEX_DIR": str(index_dir), "POLICY_QA_CACHE_DIR": str(cache_dir)}
    done = subprocess.run(
        [*_no_network(), *program], cwd=ROOT, env=environment, capture_output=True, check=False
    )
    assert (done.stderr.decode(), done.returncode) == ("", 0)
    assert done.stdout.decode() == answer


def _no_network() -> list[str]:
    """A prefix that runs a command in a network namespace without any interface, where that is allowed."""
    prefix = ["unshare", "--map-root-user", "--net"]
    allowed = (
        shutil.which("unshare")
        and subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0
    )
    return prefix if allowed else []


def _shown(text: str) -> tuple[str, str]:
    """The question that a README asks, and the answer that it shows."""
    found = re.search(r"```console\n\$ policy-qa ask (\S+)\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1], found[2]


def _code(text: str) -> str:
    """The code blocks and code spans of a document."""
    blocks = re.findall(r"```\w*\n.*?```|^    \S.*$", text, re.DOTALL | re.MULTILINE)
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))])


def _ours(text: str) -> str:
    """The code without the lines that call other people's programs."""
    theirs = re.compile(r"\b(pip|git|pytest|ruff|pre-commit|useradd|runuser|systemctl|make --directory)\b")
    return "\n".join(line for line in _code(text).splitlines() if not theirs.search(line))
