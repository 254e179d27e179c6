"""Runs a command where there is no network but loopback, and tells each way by which it tried to leave.

The command gets a network and a mount namespace of its own. What it tries is told by the kernel and by a name
server, not by the command: it may be written in any language, start threads and children, and swallow errors.

- A name that the hosts file does not have (that file knows `localhost` alone) is asked of the name server that
  `resolv.conf` names. That is ours, on port 53 of loopback: it keeps the name and answers that there is none.
- Whatever is sent to an address itself, so also to a name server that a program knows by heart, has no route
  there. The kernel counts these in the namespace (`OutNoRoutes`), for IPv4 and IPv6, TCP and UDP.
- Services that look names up for others and are reached by a socket in /run (nscd, systemd-resolved, Avahi) are
  out of reach: /run is empty, and the name service switch knows `files` and `dns` alone.

What it does not see: a look-up that the hosts file answers, and one that a program leaves out because it has
found before that there is no network.
"""

import fcntl
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).parents[1]
_UNSHARE = ("unshare", "--map-root-user", "--net", "--mount")
_REPLACED = {
    "/etc/hosts": "127.0.0.1 localhost\n::1 localhost\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
    "/etc/resolv.conf": "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n",
}
_DNS = ("127.0.0.1", 53)
_NO_SUCH_NAME = 0x8183
"""Flags of an answer: a response, recursion done, name error."""
_SET_FLAGS, _UP_AND_RUNNING = 0x8914, 0x41
"""SIOCSIFFLAGS of ioctl(2), and the flags of netdevice(7)."""


@dataclass(frozen=True)
class Report:
    """What a command did."""

    code: int
    """Its exit code."""
    out: str
    err: str
    names: tuple[str, ...]
    """Names that were looked up, each once."""
    unreachable: int
    """How many times something was sent or a connection tried to an address off this machine."""
    interfaces: tuple[str, ...]


def isolated(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> Report:
    """Run `command` in `folder` with nothing but `environment`, away from every network."""
    told = folder / "report.json"
    told.unlink(missing_ok=True)
    subprocess.run(
        [
            *_UNSHARE,
            sys.executable,
            "-m",
            "tests.isolated",
            str(folder),
            json.dumps(dict(environment)),
            *command,
        ],
        cwd=ROOT,
        check=True,
    )
    data = json.loads(told.read_text(encoding="utf-8"))
    return Report(**data | {k: tuple(data[k]) for k in ("names", "interfaces")})


@cache
def why_not() -> str:
    """Why nothing can be isolated here; empty if it can."""
    missing = [name for name in ("unshare", "mount") if shutil.which(name) is None]
    missing += [name for name in _REPLACED if not Path(name).is_file()]
    if sys.platform != "linux" or missing:
        return f"no namespaces here: {'、'.join(missing) or sys.platform}"
    tried = subprocess.run(
        [*_UNSHARE, "mount", "--bind", "/etc/hosts", "/etc/resolv.conf"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return f"this system does not allow namespaces: {tried.stderr.strip()}" if tried.returncode else ""


class _Names:
    """A name server that knows no name, and remembers which it was asked for; over UDP and TCP."""

    def __init__(self) -> None:
        self.asked: dict[str, None] = {}
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(_DNS)
        self._tcp = socket.create_server(_DNS)
        for serve in (self._serve_udp, self._serve_tcp):
            Thread(target=serve, daemon=True).start()

    def _serve_udp(self) -> None:
        while True:
            query, sender = self._udp.recvfrom(4096)
            self._udp.sendto(self._answer(query), sender)

    def _serve_tcp(self) -> None:
        while True:
            connection, _ = self._tcp.accept()
            with connection:
                self._answer(connection.recv(4096)[2:])

    def _answer(self, query: bytes) -> bytes:
        labels, at = list[str](), 12
        while at < len(query) and query[at]:
            labels.append(query[at + 1 : at + 1 + query[at]].decode("ascii", "replace"))
            at += 1 + query[at]
        self.asked[".".join(labels)] = None
        return query[:2] + struct.pack(">HHHHH", _NO_SUCH_NAME, 1, 0, 0, 0) + query[12 : at + 5]


def _without_route() -> int:
    """How often this namespace had no route for what was to be sent."""
    names, values = (
        line.split() for line in Path("/proc/net/snmp").read_text().splitlines() if line.startswith("Ip:")
    )
    count = int(dict(zip(names, values, strict=True))["OutNoRoutes"])
    ipv6 = Path("/proc/net/snmp6")  # missing where the kernel has no IPv6
    for line in ipv6.read_text().splitlines() if ipv6.exists() else ():
        name, value = line.split()
        count += int(value) if name == "Ip6OutNoRoutes" else 0
    return count


def _set_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sH14x", b"lo", _UP_AND_RUNNING))
    with tempfile.TemporaryDirectory() as folder:
        for target, text in _REPLACED.items():
            file = Path(folder, Path(target).name)
            file.write_text(text, encoding="utf-8")
            subprocess.run(["mount", "--bind", str(file), target], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)


def _main(folder: str, environment: str, *command: str) -> None:
    _set_up()
    names = _Names()
    done = subprocess.run(command, cwd=folder, env=json.loads(environment), capture_output=True, check=False)
    devices = Path("/proc/net/dev").read_text().splitlines()[2:]
    report = Report(
        done.returncode,
        done.stdout.decode("utf-8", "replace"),
        done.stderr.decode("utf-8", "replace"),
        tuple(names.asked),
        _without_route(),
        tuple(line.partition(":")[0].strip() for line in devices),
    )
    text = json.dumps(asdict(report), ensure_ascii=False)
    Path(folder, "report.json").write_text(text, encoding="utf-8")
    os._exit(0)  # the threads of the name server wait for ever


if __name__ == "__main__":
    _main(*sys.argv[1:])
