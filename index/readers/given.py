"""Files as they are given to the library: each with its name there, archives unpacked."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from index.errors import ReadError
from index.readers.guard import Guard, shared_guard
from index.readers.kinds import is_zip


@dataclass(frozen=True)
class Given:
    """A file to read, and its name in the library: `办法.docx`, or `汇编.zip/办法.docx` for one out of an archive."""

    path: Path
    name: str

    def tell(self, error: ReadError) -> str:
        """The message of `error` with the file's name where it has the place that the file was unpacked to."""
        return str(error).replace(str(self.path), self.name) if "/" in self.name else str(error)


@contextmanager
def given(
    paths: Sequence[Path], guard: Guard | None = None
) -> Iterator[tuple[tuple[Given, ...], tuple[str, ...]]]:
    """The files in `paths`, and a line for each archive or member of one that cannot be read.

    What archives hold is unpacked into a folder that is gone when the context ends. A file that is no archive is
    not looked into: whether it can be read, its reader says.
    """
    files: list[Given] = []
    failed: list[str] = []
    with TemporaryDirectory(prefix="policy-qa-", ignore_cleanup_errors=True) as folder:
        for n, (path, name) in enumerate(zip(paths, names_of(paths), strict=True)):
            try:
                inside = None
                if is_zip(path):
                    into = Path(folder) / str(n)
                    into.mkdir()
                    inside = (guard or shared_guard()).expand(path, into)
            except ReadError as error:
                failed.append(str(error))
                continue
            if inside is None:
                files.append(Given(path, name))
            else:
                files += [Given(file, f"{name}/{member}") for file, member in inside.members]
                failed += inside.failed
        yield tuple(files), tuple(failed)


def names_of(paths: Sequence[Path]) -> list[str]:
    """The name of each file in the library; of files that share a name, with the folder before it."""
    count = Counter(path.name for path in paths)
    return [path.name if count[path.name] == 1 else "/".join(path.absolute().parts[-2:]) for path in paths]
