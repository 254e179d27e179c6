"""The page without its frame: who may do what is clicked, and what goes wrong in one line.

What each click does stands in the modules that `ACTS` is made of. Nothing of a page is remembered here but what
is kept in the records, so that a restart of the server is not noticed.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime
from threading import Thread
from typing import TYPE_CHECKING

from index.errors import PolicyQAError
from qa.validity import Status, article_status
from ui import calls, chat, ingest_acts, maintain, mine, shelf, sources
from ui.examples import Example, examples
from ui.faults import Faults, fault
from ui.ingest import Ingest
from ui.jobs import Jobs
from ui.librarian import Librarian, Make, make_builder
from ui.live import LiveChain
from ui.logs import about, current_id, log_told
from ui.metrics import Metrics, Standing
from ui.queueing import Line, places
from ui.records import Records
from ui.search import Texts
from ui.staging import FOLDER, Staging
from ui.turn import Turn
from ui.users import Person
from ui.views import Action, Views
from ui.watch import Watch

if TYPE_CHECKING:
    from index.library import Library
    from qa.settings import WebSettings

Act = Callable[["App", Action, Person], Views]
ACTS: Mapping[str, Act] = {
    **chat.ACTS,
    **sources.ACTS,
    **shelf.ACTS,
    **calls.ACTS,
    **mine.ACTS,
    **maintain.ACTS,
    **ingest_acts.ACTS,
}
"""Every action that a click on the page can ask for."""
_TYPED = ("text", "comment", "query", "sought", "title")
"""What of an action somebody may have typed in any language; all else is ids and marks, or not ASCII."""
_HEARING = 3.0
"""Seconds in which a page that is still there asks for what it has not heard yet."""
log = logging.getLogger(__name__)


class App:
    """The page of one server; may be used from several threads."""

    def __init__(
        self,
        live: LiveChain,
        records: Records,
        web: "WebSettings",
        *,
        faults: Faults | None = None,
        version: str = "",
        today: Callable[[], date] = date.today,
        make_builder: Make = make_builder,
    ) -> None:
        self.live = live
        self.records = records
        self.web = web
        self.version = version
        self.today = today
        self.faults = faults
        self.metrics = Metrics(self._standing)
        with live.lent() as chain:
            self.limits = chain.settings.limits
            self.line = Line(places(chain.settings), self.limits)
        self.jobs = Jobs(live, self.line, records.add, version, self.metrics)
        self.librarian = Librarian(live, make_builder)
        self.ingest = Ingest(self.librarian, Staging(web.data_dir / FOLDER, web), ended=self.metrics.build)
        self.watch = Watch(web.watch, self.ingest)
        self.texts = Texts()
        self.examples: tuple[Example, ...] = ()

    def act(self, action: Action, who: Person) -> Views:
        """Do what `action` says; an error is told in one line and changes nothing else."""
        do = ACTS.get(action.get("act", ""))
        if do is None:
            return Views(notice="这个页面与服务端的版本不一致。请刷新页面。")
        with about(current_id(), *(v for k, v in action.items() if k in _TYPED or not v.isascii())):
            try:
                return do(self, action, who)
            except PolicyQAError as error:
                log_told(log, error)
                return Views(notice=str(error))
            except Exception:
                # The edge of the program: the page goes on, the trace is in the log.
                log.exception("unexpected")
                return Views(notice=fault())

    def prepare(self) -> None:
        """In the background: look for example questions, which the page shows once there, and fold the texts.

        Folders that are to be watched are watched from now on.
        """
        Thread(target=self._find_examples, name="examples", daemon=True).start()
        self.watch.start()

    def drain(self) -> None:
        """Take no more questions, answer those that wait, and let who has asked them hear it."""
        if not self.line.drain(self.limits.drain_seconds):
            log.warning("stopped before all questions were answered")
        self.jobs.settle(min(_HEARING, self.limits.drain_seconds))

    def close(self) -> None:
        """Give up what is being answered or taken in; the records and the chain stay open."""
        self.watch.close()
        self.ingest.close()
        self.line.close()

    def standings(self, turn: Turn, library: "Library") -> dict[str, Status]:
        """How the articles that a turn names stand today, by their ids, as far as they are in the index."""
        found = ((s.id, library.article(s.id)) for s in (*turn.sources, *turn.nearest))
        today = self.today()
        return {id_: article_status(a, today, library.documents) for id_, a in found if a is not None}

    def _standing(self) -> Standing:
        line = self.line.figures()
        with self.live.lent() as chain:
            made, generation = chain.library.manifest, chain.library.generation.name
        return Standing(
            generation,
            made.embedder,
            len(made.documents),
            sum(entry.articles for entry in made.documents),
            datetime.fromisoformat(made.built_at).timestamp(),
            line.running,
            line.waiting,
            line.lost,
        )

    def _find_examples(self) -> None:
        try:
            with self.live.lent() as chain:
                self.examples = examples(chain)
                self.texts.of(chain.library)
        except Exception:
            # Without examples the page is whole; why there are none is in the log.
            log.exception("no examples")
