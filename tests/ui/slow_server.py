"""A server whose answers take as long as the questions say; run in a process of its own by `test_stopping`."""

import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from qa.model import Answer
from qa.settings import Settings, WebSettings
from tests.ui.conftest import FakeChain, as_chain
from ui.environment import prepare, set_up_streams


class Slow(FakeChain):
    """Waits for as many seconds as the question is long."""

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        documents: Sequence[str] = (),
        as_of: date | None = None,
        collections: Sequence[str] = (),
        *,
        use_model: bool = True,
    ) -> Answer:
        time.sleep(len(question))
        return super().ask(question, history, documents, as_of, collections, use_model=use_model)


def main() -> None:
    """Serve, with its records in the folder that is named."""
    set_up_streams()
    prepare("default")
    from ui.web import serve

    serve(lambda: as_chain(Slow()), Settings(web=WebSettings(port=0, data_dir=Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
