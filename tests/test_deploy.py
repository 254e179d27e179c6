"""The files for a server, checked by the programs that they are for; and what the threat model names as proof exists."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"


def settings_of_unit() -> dict[str, list[str]]:
    """The lines of the unit by key."""
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / "policy-qa.service").read_text(encoding="utf-8").splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(key, []).append(value)
    return found


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit, with a program that is there."""
    text = (DEPLOY / "policy-qa.service").read_text(encoding="utf-8")
    assert text.count("/opt/policy-qa/.venv/bin/policy-qa") == 1
    path = tmp_path / "policy-qa.service"
    path.write_text(text.replace("/opt/policy-qa/.venv/bin/policy-qa", shutil.which("true") or ""))
    return path


def analyse(*args: str) -> subprocess.CompletedProcess[str]:
    """Run systemd-analyze."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    return subprocess.run(["systemd-analyze", *args], capture_output=True, text=True, check=False)


def test_systemd_takes_the_unit(unit: Path) -> None:
    done = analyse("verify", "--man=no", str(unit))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_systemd_finds_the_unit_well_shut(unit: Path) -> None:
    """0 is best, 10 worst; 2.0 is what the options that the program can bear come to, with some room."""
    done = analyse("security", "--offline=true", "--threshold=20", str(unit))
    assert done.returncode == 0, done.stdout[-300:]


def test_the_unit_waits_longer_than_the_program() -> None:
    from qa.settings import LimitSettings

    (stop,) = settings_of_unit()["TimeoutStopSec"]
    assert int(stop) >= LimitSettings().drain_seconds + 20


def test_the_settings_that_the_unit_gives_exist() -> None:
    from qa.settings import load_settings

    given = dict(line.split("=", 1) for line in settings_of_unit()["Environment"])
    web = load_settings(given).web
    assert (web.root_path, web.users) == ("/policy-qa", Path("/var/lib/policy-qa/users.jsonl"))


def test_nginx_takes_the_site(tmp_path: Path) -> None:
    if not Path(NGINX).exists() or shutil.which("openssl") is None:
        pytest.skip("nginx or openssl is not installed")
    key, certificate = tmp_path / "k.pem", tmp_path / "c.pem"
    asked = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "1",
    ]
    where = ["-subj", "/CN=policy.example.cn", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*asked, *where], check=True, capture_output=True)
    site = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for given, ours in (
        ("/etc/ssl/certs/policy-qa.pem", str(certificate)),
        ("/etc/ssl/private/policy-qa.key", str(key)),
        ("/etc/nginx/policy-qa-proxy.conf", str(DEPLOY / "policy-qa-proxy.conf")),
    ):
        assert given in site
        site = site.replace(given, ours)
    # Nothing is opened by -t but the sockets' names are checked; ports that need no rights
    site = re.sub(r"listen (\[::\]:)?(80|443)", lambda m: f"listen {m[1] or ''}1{m[2]:0>4}", site)
    whole = tmp_path / "nginx.conf"
    folders = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole.write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}} http {{ access_log off; {folders} {site} }}"
    )
    done = subprocess.run(
        [NGINX, "-t", "-q", "-c", str(whole), "-p", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_what_the_threat_model_names_as_proof_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "docs" / "threat-model.md").read_text("utf-8"))
    assert len(named) > 40
    missing = [
        f"{file}::{test}"
        for file, test in named
        if f"def {test}(" not in (ROOT / file).read_text(encoding="utf-8")
    ]
    assert missing == []
