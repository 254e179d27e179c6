"""The users file, its command, how often a sign-in may be tried, and how long a session lasts."""

import json
import os
import pty
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index.errors import SettingsError, UsageError
from tests.conftest import ROOT
from tests.ui.conftest import Run
from ui.attempts import Attempts, LockedOut
from ui.sessions import FILE, LASTS, Sessions
from ui.users import Cost, User, Users, changing, hashed, matches, read_users

CHEAP = Cost(n=2, r=1, p=1)
PASSWORD = "mima-12345"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "users.jsonl"
    with changing(path) as users:
        users["张三"] = User("张三", hashed(PASSWORD, CHEAP))
        users["维护员"] = User("维护员", hashed("weihu-12345", CHEAP), maintainer=True)
    return path


def put(file: Path, user: User) -> None:
    with changing(file) as users:
        users[user.name] = user


# ---- passwords ---------------------------------------------------------------------------------------------
def test_a_password_is_kept_as_a_salted_hash_with_its_cost() -> None:
    one, other = hashed(PASSWORD, CHEAP), hashed(PASSWORD, CHEAP)
    assert one != other
    assert one.split("$")[:4] == ["scrypt", "2", "1", "1"]
    assert PASSWORD not in one
    assert matches(PASSWORD, one)
    assert not matches(PASSWORD + " ", one)
    assert not matches("", one)


def test_the_usual_cost_is_what_owasp_advises() -> None:
    stored = hashed(PASSWORD)
    assert stored.split("$")[:4] == ["scrypt", "32768", "8", "3"]
    assert matches(PASSWORD, stored)


def test_a_letter_typed_as_one_character_or_as_two_is_the_same() -> None:
    assert matches("cafe\u0301-12345", hashed("caf\u00e9-12345", CHEAP))


def test_a_password_without_end_is_not_hashed() -> None:
    assert not matches("x" * 201, hashed("x" * 201, CHEAP))


# ---- the file ----------------------------------------------------------------------------------------------
def test_the_file_is_for_its_owner_alone_and_tells_no_password(file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert PASSWORD not in file.read_text(encoding="utf-8")
    assert PASSWORD not in repr(read_users(file))
    assert "scrypt" not in repr(read_users(file))
    assert [p.name for p in file.parent.iterdir()] == ["users.jsonl"]


def test_a_change_that_fails_leaves_the_file_as_it_was(file: Path) -> None:
    def fail(users: dict[str, User]) -> None:
        users.clear()
        raise ZeroDivisionError

    before = file.read_bytes()
    with pytest.raises(ZeroDivisionError), changing(file) as users:
        fail(users)
    assert file.read_bytes() == before
    assert [p.name for p in file.parent.iterdir()] == ["users.jsonl"]


def test_two_changes_at_once_do_not_lose_one(file: Path) -> None:
    part = file.with_name("users.jsonl.part")
    with changing(file), pytest.raises(UsageError) as caught, changing(file):
        pass
    assert str(caught.value) == f"用户文件正被另一个命令修改。请稍后重试；如果没有，请删除 {part}。"
    assert list(read_users(file)) == ["张三", "维护员"]


def test_a_link_to_the_file_stays_a_link(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.jsonl"
    link.symlink_to(file)
    put(link, User("李四", hashed(PASSWORD, CHEAP)))
    assert link.is_symlink()
    assert list(read_users(file)) == ["张三", "维护员", "李四"]


@pytest.mark.parametrize(
    "line",
    [
        "keine Zeile",
        "[]",
        '{"name": "李四"}',
        '{"name": "李四", "password": "mima-12345"}',
        '{"name": "李四", "password": "scrypt$1048576$64$1$AAAAAAAAAAAAAAAAAAAAAA==$' + "A" * 43 + '="}',
        '{"name": "李四", "password": "scrypt$3$1$1$AAAAAAAAAAAAAAAAAAAAAA==$' + "A" * 43 + '="}',
        '{"name": "李四", "password": "scrypt$2$1$1$AAAAAAAAAAAAAAAAAAAAAA==$AAAA"}',
        '{"name": " ", "password": "OK"}',
        '{"name": "李四", "password": "OK", "maintainer": "yes"}',
        '{"name": "张三", "password": "OK"}',
    ],
)
def test_a_line_that_is_no_user_is_told_with_its_number(file: Path, line: str) -> None:
    good = json.loads(file.read_text(encoding="utf-8").splitlines()[0])["password"]
    with file.open("a", encoding="utf-8") as out:
        out.write("\n" + line.replace('"OK"', json.dumps(good)) + "\n")
    with pytest.raises(SettingsError) as caught:
        read_users(file)
    assert str(caught.value) == (f"用户文件 {file} 第 4 行有误。请删除这一行，再用 policy-qa user add 添加。")


def test_without_users_nothing_is_served(tmp_path: Path) -> None:
    missing, empty = tmp_path / "missing", tmp_path / "empty"
    empty.touch()
    for path, told in (
        (missing, f"没有用户文件 {missing}。请先运行 policy-qa user add 添加用户，或检查路径。"),
        (empty, f"用户文件 {empty} 中没有用户。请先运行 policy-qa user add 添加。"),
    ):
        with pytest.raises(SettingsError) as caught:
            Users(path)
        assert str(caught.value) == told


# ---- signing in --------------------------------------------------------------------------------------------
def test_a_name_is_known_however_it_was_typed(file: Path) -> None:
    put(file, User("Anna1", hashed(PASSWORD, CHEAP)))
    assert Users(file).check("  Ａｎｎａ１ ", PASSWORD).name == "Anna1"


def test_a_wrong_name_and_a_wrong_password_are_told_alike(file: Path) -> None:
    users = Users(file)
    for name, password in (("张三", "falsch-123"), ("王五", PASSWORD), ("", "")):
        with pytest.raises(UsageError) as caught:
            users.check(name, password)
        assert str(caught.value) == "用户名或密码不正确。请重新输入。"


def test_neither_password_nor_name_is_logged(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(UsageError), caplog.at_level("DEBUG"):
        Users(file).check("张三", "geheim-geheim")
    assert caplog.messages == ["a sign-in was refused"]


def test_the_file_is_read_anew_when_it_has_changed(file: Path) -> None:
    users = Users(file)
    put(file, User("李四", hashed(PASSWORD, CHEAP), maintainer=True))
    assert users.check("李四", PASSWORD).maintainer
    with changing(file) as changed:
        del changed["李四"]
    assert users.find("李四") is None


def test_after_five_failures_each_further_one_waits_longer(file: Path) -> None:
    clock = Clock()
    users = Users(file, Attempts(clock))

    def refused(password: str = "falsch-123") -> str:
        with pytest.raises(UsageError) as caught:
            users.check("张三", password)
        return str(caught.value)

    wrong = "用户名或密码不正确。请重新输入。"
    assert [refused() for _ in range(5)] == [wrong] * 5
    assert refused(PASSWORD) == "登录失败次数过多。请 30 秒后再试；忘记密码请联系维护者。"
    clock.now += 10
    assert refused(PASSWORD) == "登录失败次数过多。请 20 秒后再试；忘记密码请联系维护者。"
    clock.now += 20
    assert refused() == wrong
    assert refused(PASSWORD) == "登录失败次数过多。请 1 分钟后再试；忘记密码请联系维护者。"
    clock.now += 60
    assert users.check("维护员", "weihu-12345").name == "维护员"  # others are not locked out
    assert users.check("张三", PASSWORD).name == "张三"
    assert refused() == wrong  # and the count begins anew


def test_nobody_waits_longer_than_a_quarter_of_an_hour() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    for _ in range(20):
        attempts.begin("x")
        clock.now += 900
    attempts.begin("x")
    with pytest.raises(LockedOut) as caught:
        attempts.begin("x")
    assert caught.value.wait == 900
    clock.now += 3601
    for _ in range(5):
        attempts.begin("x")


def test_a_new_password_ends_a_lock_out(file: Path) -> None:
    users = Users(file, Attempts(Clock()))
    for _ in range(5):
        with pytest.raises(UsageError):
            users.check("张三", "falsch-123")
    put(file, User("张三", hashed("neu-neu-neu", CHEAP)))
    assert users.check("张三", "neu-neu-neu").name == "张三"


def test_many_tries_at_once_gain_nothing(file: Path) -> None:
    users = Users(file, Attempts(Clock()))

    def tried(_: int) -> type[Exception]:
        with pytest.raises(UsageError) as caught:
            users.check("张三", "falsch-123")
        return caught.type

    with ThreadPoolExecutor(10) as pool:
        kinds = list(pool.map(tried, range(40)))
    assert (kinds.count(UsageError), kinds.count(LockedOut)) == (5, 35)


def test_made_up_names_do_not_fill_the_memory() -> None:
    attempts = Attempts(Clock())
    for n in range(10_100):
        attempts.begin(str(n))
    assert len(attempts._failures) == 10_000


# ---- sessions ----------------------------------------------------------------------------------------------
class Days:
    def __init__(self) -> None:
        self.now = datetime(2024, 5, 1, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def days() -> Days:
    return Days()


@pytest.fixture
def sessions(file: Path, tmp_path: Path, days: Days) -> Iterator[Sessions]:
    opened = Sessions(tmp_path / FILE, Users(file), clock=days)
    yield opened
    opened.close()


def test_a_session_outlives_the_server_and_ends_with_the_day(
    sessions: Sessions, file: Path, tmp_path: Path, days: Days
) -> None:
    token = sessions.begin(read_users(file)["张三"])
    again = Sessions(tmp_path / FILE, Users(file), clock=days)
    days.now += LASTS
    known = again.user(token)
    days.now += timedelta(seconds=1)
    gone = again.user(token)
    again.close()
    assert (known and known.name, gone) == ("张三", None)


def test_tokens_are_long_and_differ_and_the_file_does_not_tell_them(
    sessions: Sessions, file: Path, tmp_path: Path
) -> None:
    user = read_users(file)["张三"]
    tokens = {sessions.begin(user) for _ in range(20)}
    assert len(tokens) == 20
    assert {len(t) for t in tokens} == {43}
    kept = b"".join(p.read_bytes() for p in tmp_path.glob(f"{FILE}*"))
    assert not any(t.encode() in kept for t in tokens)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert sessions.user("") is None
    assert sessions.user("x" * 43) is None


def test_a_session_ends_when_its_user_signs_out(sessions: Sessions, file: Path) -> None:
    user = read_users(file)["张三"]
    one, other = sessions.begin(user), sessions.begin(user)
    sessions.end(one)
    assert sessions.user(one) is None
    assert sessions.user(other) == user


def test_a_session_ends_with_its_user_or_the_password(sessions: Sessions, file: Path) -> None:
    users = read_users(file)
    one, other = sessions.begin(users["张三"]), sessions.begin(users["维护员"])
    put(file, User("张三", hashed(PASSWORD, CHEAP)))
    with changing(file) as changed:
        del changed["维护员"]
    assert (sessions.user(one), sessions.user(other)) == (None, None)


def test_who_becomes_a_maintainer_is_one_at_once(sessions: Sessions, file: Path) -> None:
    user = read_users(file)["张三"]
    token = sessions.begin(user)
    put(file, User("张三", user.password, maintainer=True))
    known = sessions.user(token)
    assert known is not None
    assert known.maintainer


# ---- the command -------------------------------------------------------------------------------------------
def test_users_are_added_listed_changed_and_removed(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "neu" / "users.jsonl"
    auth = ("--auth", str(file))
    added = run("user", "add", "张三", *auth, stdin=PASSWORD + "\n")
    assert (added.exit_code, added.stdout) == (0, f"已添加用户 张三：{file}\n")
    assert run("user", "add", "维护员", "--maintainer", *auth, stdin="weihu-12345\r\n").stdout == (
        f"已添加维护者 维护员：{file}\n"
    )
    assert run("user", "list", *auth).stdout == "张三    用户\n维护员  维护者\n"
    assert run("user", "add", "维护员", *auth, stdin="anderes-1").stdout == f"已更新维护者 维护员：{file}\n"
    assert Users(file).check("维护员", "anderes-1").maintainer
    assert run("user", "add", "维护员", "--no-maintainer", *auth, stdin="anderes-1").stdout == (
        f"已更新用户 维护员：{file}\n"
    )
    assert run("user", "remove", "张三", *auth).stdout == f"已移除用户 张三：{file}\n"
    assert run("user", "list", *auth).stdout == "维护员  用户\n"


@pytest.mark.parametrize(
    ("args", "stdin", "told"),
    [
        (("add", "张三"), "kurz\n", "密码须为 8 到 200 个字符。请换一个密码。"),
        (("add", "张三"), "", "密码须为 8 到 200 个字符。请换一个密码。"),
        (("add", "  "), PASSWORD, "用户名无效。请用 1 到 64 个可见字符。"),
        (("add", "张\x1b三"), PASSWORD, "用户名无效。请用 1 到 64 个可见字符。"),
        (("remove", "王五"), "", "没有用户 王五。请用 policy-qa user list 查看。"),
    ],
)
def test_what_is_wrong_is_one_line_and_changes_nothing(
    run: Run, file: Path, args: tuple[str, ...], stdin: str, told: str
) -> None:
    before = file.read_bytes()
    result = run("user", *args, "--auth", str(file), stdin=stdin)
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"错误：{told}\n")
    assert file.read_bytes() == before


def test_without_a_file_nothing_is_guessed(run: Run) -> None:
    result = run("user", "list")
    assert (result.exit_code, result.stderr) == (
        1,
        "错误：没有指定用户文件。请加 --auth FILE，或设置 POLICY_QA_WEB__USERS。\n",
    )


def test_a_file_that_is_not_there_is_not_made_by_removing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "none"
    result = run("user", "remove", "张三", "--auth", str(file))
    assert result.stderr == f"错误：没有用户文件 {file}。请先运行 policy-qa user add 添加用户，或检查路径。\n"
    assert not file.exists()


@pytest.mark.parametrize(
    ("typed", "code", "last"),
    [
        ((PASSWORD, PASSWORD), 0, "已添加用户 张三："),
        ((PASSWORD, "anderes-1"), 1, "错误：两次输入的密码不一致，没有改动。请重试。"),
    ],
)
def test_on_a_terminal_the_password_is_asked_twice_and_not_shown(
    tmp_path: Path, typed: tuple[str, str], code: int, last: str
) -> None:
    file = tmp_path / "users.jsonl"
    ours, theirs = pty.openpty()
    program = [sys.executable, "-c", "from ui.cli import main; main()"]
    with subprocess.Popen(
        [*program, "user", "add", "张三", "--auth", str(file)],
        cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    ) as process:  # fmt: skip
        os.close(theirs)
        seen = ""
        for prompt, answer in zip(("张三 的密码：", "再输一次："), typed, strict=True):
            while prompt not in seen:
                seen += os.read(ours, 1024).decode()
            os.write(ours, f"{answer}\n".encode())
        while not seen.rstrip().endswith(last) and last not in seen:
            seen += os.read(ours, 1024).decode()
        assert process.wait(20) == code
    os.close(ours)
    assert not any(t in seen for t in typed)
    assert file.exists() == (code == 0)
