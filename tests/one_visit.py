"""Serves the page, looks at it once, asks one question as the page does, and ends the server; prints what came.

python -m tests.one_visit QUESTION
"""

import json
import re
import signal
import subprocess
import sys
from typing import Any
from urllib.request import Request, urlopen

SERVE = "from ui.cli import main; main()"
BROWSER = "0" * 32


def main(question: str) -> None:
    """Print the page's status and title, the answer, and the server's exit code, as one JSON object."""
    served = subprocess.Popen([sys.executable, "-c", SERVE, "serve"], stderr=subprocess.PIPE, text=True)
    try:
        address = _address(served)
        with urlopen(address, timeout=60) as page:
            told: dict[str, Any] = {"status": page.status, "page": page.read().decode()}
        views = _act(address, told["page"], {"act": "ask", "text": question})
        while "wait" in views["state"]:
            views = _act(address, told["page"], {"act": "more", **views["state"]})
        told["turn"] = views["turn"]
    finally:
        served.send_signal(signal.SIGTERM)
        told["code"] = served.wait(60)
    print(json.dumps(told, ensure_ascii=False))  # noqa: T201


def _address(served: "subprocess.Popen[str]") -> str:
    """Where the server says that it listens."""
    assert served.stderr is not None
    for line in served.stderr:
        sys.stderr.write(line)
        _, scheme, rest = line.partition("http://")
        if scheme:
            return scheme + rest.split("（")[0].strip()
    raise RuntimeError("the server ended before it listened")


def _act(address: str, page: str, action: dict[str, str]) -> dict[str, Any]:
    """Click, as the page's script does."""
    config = re.search(r"window\.gradio_config = (\{.*?\});</script>", page, re.DOTALL)
    assert config is not None
    head, *_ = json.loads(config[1])["components"]
    body = {
        "session_hash": "visit",
        "component_id": head["id"],
        "fn_name": "act",
        "data": {"browser": BROWSER, **action},
    }
    request = Request(
        f"{address.rstrip('/')}/gradio_api/component_server",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urlopen(request, timeout=60) as answer:
        views: dict[str, Any] = json.load(answer)
    return views


if __name__ == "__main__":
    main(*sys.argv[1:])
