"""A child process whose reader does what parsers do at their worst; the file's name says what."""

import os
import re
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from index.model import Page, SourceText
from index.readers.worker import main


def read(path: Path, beat: Callable[[int], None]) -> SourceText:
    match path.stem:
        case "hang":
            time.sleep(600)
        case "hang-alone":  # no other thread runs meanwhile
            re.match(r"(a+)+$", "a" * 60 + "b")
        case "swell":
            bytearray(8 << 30)
        case "abort":
            os.abort()
        case "leave":
            os._exit(0)
        case "raise":
            raise ZeroDivisionError("a parser's mistake")
        case "print":
            print("anything", flush=True)  # noqa: T201
            os.write(1, b"from C\n")
        case "connect":
            urllib.request.urlopen(path.read_text(encoding="ascii"), timeout=5)
        case "slow":
            for number in range(1, 9):
                time.sleep(0.4)
                beat(number)
    return SourceText(path.name, (Page(None, path.stem), Page(2, "二")))


if __name__ == "__main__":
    main(read)
