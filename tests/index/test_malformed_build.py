"""All bad files at once, between good ones: the good ones are in, the bad ones told, what was there is as it was."""

from importlib.util import find_spec
from pathlib import Path

from index.build import Builder
from index.generations import current_generation
from index.manifest import Manifest
from tests.fakes import FakeEmbedder
from tests.index.bad_files import CASES, TEXT, Case

SLOW = {"PDF that unpacks to 60 MB"}  # takes all the time there is, which is long for real files
BAD = [c for c in CASES if c.says and not (c.ocr and find_spec("rapidocr") is None) and c.title not in SLOW]


def law(folder: Path, title: str) -> Path:
    path = folder / f"{title}.txt"
    path.write_text(TEXT.replace("某某办法", title), encoding="utf-8")
    return path


def test_bad_files_harm_neither_the_index_nor_the_files_beside_them(tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    folder = tmp_path / "index"
    builder = Builder(folder, lambda: embedder, embedder.name, tmp_path / "cache")
    before = builder.add([law(tmp_path, "检验办法")])
    assert before.failed == ()

    made: dict[Path, Case] = {}
    contents: set[bytes] = set()
    for n, case in enumerate(BAD):
        path = tmp_path / str(n) / case.name
        path.parent.mkdir()
        case.make(path)
        data = path.read_bytes() if path.is_file() else bytes(str(n), "ascii")
        if data not in contents:  # of files with the same content, one counts
            made[path] = case
            contents.add(data)
    change = builder.add([law(tmp_path, "收费办法"), *made, law(tmp_path, "复检办法")])

    assert len(change.failed) == len(made) >= 60
    for path, case in made.items():
        (line,) = [
            line for line in change.failed if str(path) in line or line.startswith(f"{path.parent.name}/")
        ]
        assert case.says in line
        assert "\n" not in line
    assert (change.added, change.updated, change.removed) == (2 * before.added, 0, 0)
    manifest = Manifest.read(current_generation(folder))
    assert [e.meta.title for e in manifest.documents] == ["检验办法", "收费办法", "复检办法"]
    assert builder.add([law(tmp_path, "检验办法")]).updated == 0
