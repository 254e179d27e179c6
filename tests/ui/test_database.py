"""The file of records when things go wrong: killed, full, read-only, foreign, newer, and written by two at once."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.errors import RecordsUnavailable
from tests.conftest import ROOT
from ui.database import Database

TABLE = ("CREATE TABLE words (id INTEGER PRIMARY KEY AUTOINCREMENT, word TEXT NOT NULL)",)
COLUMN = ("ALTER TABLE words ADD COLUMN tone INTEGER NOT NULL DEFAULT 0",)
WRITER = f"""
import sys
from pathlib import Path
from ui.database import Database
db = Database(Path(sys.argv[1]), [{TABLE!r}])
for n in range(int(sys.argv[3])):
    with db.writing() as connection:
        connection.execute("INSERT INTO words (word) VALUES (?)", (sys.argv[2] + str(n),))
    print(n, flush=True)
"""
"""Writes so many words, and says the number of each as soon as it is kept."""
FILLER = f"""
import sys
from pathlib import Path
from index.errors import RecordsUnavailable
from ui.database import Database
db = Database(Path(sys.argv[1]), [{TABLE!r}])
kept = 0
try:
    while kept < 10000:
        with db.writing() as connection:
            connection.execute("INSERT INTO words (word) VALUES (?)", ("字" * 1000,))
        kept += 1
except RecordsUnavailable as error:
    found = db.rows("SELECT count(*) FROM words")[0][0]
    print(error, kept == found > 0, sep="|")
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "records.sqlite3"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    opened = Database(path, [TABLE])
    yield opened
    opened.close()


def words(path: Path) -> list[str]:
    opened = Database(path, [TABLE])
    try:
        return [word for (word,) in opened.rows("SELECT word FROM words ORDER BY id")]
    finally:
        opened.close()


def keep(database: Database, word: str) -> None:
    with database.writing() as connection:
        connection.execute("INSERT INTO words (word) VALUES (?)", (word,))


def run(program: str, *args: str | Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", program, *map(str, args)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def small_disk(folder: Path) -> list[str]:
    """A prefix that runs a command with a disk of 300 KB at `folder`, where this user may mount one."""
    mount = 'mount -t tmpfs -o size=300k none "$0" && exec "$@"'
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", mount, str(folder)]
    allowed = (
        shutil.which("unshare")
        and subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0
    )
    return command if allowed else []


def told(path: Path) -> str:
    with pytest.raises(RecordsUnavailable) as caught:
        Database(path, [TABLE])
    return str(caught.value)


def test_a_failed_write_leaves_nothing_behind(database: Database) -> None:
    def fail() -> None:
        with database.writing() as connection:
            connection.execute("INSERT INTO words (word) VALUES ('甲')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    keep(database, "乙")
    assert database.rows("SELECT word FROM words") == [("乙",)]


def test_many_threads_lose_nothing(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: keep(database, str(n)), range(200)))
    assert sorted(int(w) for (w,) in database.rows("SELECT word FROM words")) == list(range(200))


def test_two_processes_that_open_and_write_at_once_lose_nothing(path: Path) -> None:
    writers = [run(WRITER, path, name, "150") for name in "ab"]
    assert [w.communicate(timeout=60)[0].split()[-1] for w in writers] == ["149", "149"]
    assert [w.returncode for w in writers] == [0, 0]
    found = words(path)
    assert sorted(found) == sorted(f"{name}{n}" for name in "ab" for n in range(150))
    assert [w for w in found if w.startswith("a")] == [f"a{n}" for n in range(150)]


def test_a_process_that_is_killed_while_it_writes_leaves_all_that_it_kept(path: Path) -> None:
    writer = run(WRITER, path, "a", "1000000")
    assert writer.stdout is not None
    last = next(int(line) for line in writer.stdout if int(line) >= 50)
    os.kill(writer.pid, signal.SIGKILL)
    last = max([last, *map(int, writer.stdout.read().split())])
    assert writer.wait(timeout=10) == -signal.SIGKILL
    found = words(path)
    assert len(found) in (last + 1, last + 2)  # one more may have been kept before it was told
    assert found == [f"a{n}" for n in range(len(found))]


def test_a_full_disk_is_told_and_what_was_kept_stays(path: Path) -> None:
    """Where no disk may be mounted, a file that may not grow has to do."""
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (300000, 300000))\n"
    prefix = small_disk(path.parent)
    program = FILLER if prefix else limit + FILLER
    command = [*prefix, sys.executable, "-c", program, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    reason = "磁盘已满" if prefix else "磁盘读写出错"
    assert done.stdout == (
        f"无法读写问答记录：{path}（{reason}）。请检查权限和磁盘空间，或换一个数据文件夹。|True\n"
    )


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()  # below a regular file not even root can write
    path = tmp_path / "file" / "web" / "records.sqlite3"
    assert told(path) == (
        f"无法读写问答记录：{path}（上级不是文件夹）。请检查权限和磁盘空间，或换一个数据文件夹。"
    )


def test_a_file_that_is_no_database_is_told_and_left_alone(path: Path) -> None:
    path.write_text("我的笔记\n" * 100, encoding="utf-8")
    assert told(path) == (
        f"无法读写问答记录：{path}（不是问答记录文件）。请检查权限和磁盘空间，或换一个数据文件夹。"
    )
    assert path.read_text(encoding="utf-8") == "我的笔记\n" * 100


def test_a_database_of_another_program_is_told_and_left_alone(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE theirs (a)")
    other.close()
    before = path.read_bytes()
    assert told(path) == f"{path} 不是问答记录文件。请移走它，或换一个数据文件夹。"
    assert path.read_bytes() == before


def test_a_file_of_a_newer_program_is_told_and_left_alone(path: Path) -> None:
    newer = Database(path, [TABLE, COLUMN])
    keep(newer, "甲")
    newer.close()
    assert told(path) == (
        f"问答记录 {path} 由更新的程序建立（格式 2，本程序到 1）。请升级程序，或换一个数据文件夹。"
    )
    again = Database(path, [TABLE, COLUMN])
    assert again.rows("SELECT word, tone FROM words") == [("甲", 0)]
    again.close()


def test_a_file_of_an_older_program_is_brought_up_to_date(path: Path) -> None:
    older = Database(path, [TABLE])
    keep(older, "甲")
    older.close()
    for _ in range(2):
        newer = Database(path, [TABLE, COLUMN])
        assert newer.rows("SELECT word, tone FROM words") == [("甲", 0)]
        newer.close()
