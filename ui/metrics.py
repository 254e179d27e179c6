"""Numbers for a Prometheus server: the only door to prometheus_client.

They are counted in a registry of their own; what stands in the server anyway (the index, the line of questions) is
looked at when somebody reads them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from ui.asked import Asked, Observer

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 30.0)
_REQUEST_SECONDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_MODEL = "聊天模型"
_LONGEST = 20
"""Characters of a label's value that comes from a message."""


@dataclass(frozen=True)
class Standing:
    """How the server stands now."""

    revision: str
    embedder: str
    documents: int
    articles: int
    built_at: float
    """Seconds since 1970."""
    running: int = 0
    """Questions that are being answered."""
    waiting: int = 0
    lost: int = 0
    """Questions that were given up and whose threads have not come back."""


class Metrics(Observer):
    """What one server counts; may be used from several threads."""

    def __init__(
        self,
        standing: Callable[[], Standing | None] = lambda: None,
        registry: CollectorRegistry | None = None,
    ) -> None:
        """`standing` tells how the server stands, None if it cannot."""
        self.registry = registry = registry or CollectorRegistry()
        ProcessCollector(registry=registry)
        self._questions = Counter(
            "policy_qa_questions", "Questions that are over.", ("channel", "outcome"), registry=registry
        )
        self._refusals = Counter("policy_qa_refusals", "Refusals by type.", ("type",), registry=registry)
        self._seconds = Histogram(
            "policy_qa_question_seconds",
            "From the beginning of an answer to its end, without the time in line.",
            ("channel",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._stages = Histogram(
            "policy_qa_stage_seconds",
            "Parts of it: waited (in line), found, first (words, from the beginning), worded.",
            ("stage",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._failures = Counter(
            "policy_qa_model_failures",
            "Answers that the chat model did not word.",
            ("kind",),
            registry=registry,
        )
        self._errors = Counter(
            "policy_qa_errors", "Warnings and errors of the log, by class.", ("kind",), registry=registry
        )
        self._builds = Counter(
            "policy_qa_builds",
            "Changes to the library, by what came of them.",
            ("outcome",),
            registry=registry,
        )
        self._requests = Counter(
            "policy_qa_http_requests", "HTTP requests.", ("method", "route", "status"), registry=registry
        )
        self._request_seconds = Histogram(
            "policy_qa_http_request_seconds",
            "Until the last byte of the response; what a page waits for is part of it.",
            ("route",),
            buckets=_REQUEST_SECONDS,
            registry=registry,
        )
        registry.register(_Now(standing))

    def question(self, asked: Asked) -> None:
        """See `Observer`."""
        channel, times = asked.asking.channel, asked.milliseconds
        self._questions.labels(channel, asked.outcome).inc()
        self._seconds.labels(channel).observe(times["total"] / 1000)
        for stage in ("waited", "found", "first", "worded"):
            if stage in times:
                self._stages.labels(stage).observe(times[stage] / 1000)
        if asked.refusal:
            self._refusals.labels(asked.refusal).inc()
        if asked.model_failure:
            self._failures.labels(_kind(asked.model_failure)).inc()

    def error(self, kind: str) -> None:
        """Something went wrong: the class of an error, or the level of what was logged."""
        self._errors.labels(kind).inc()

    def build(self, outcome: str) -> None:
        """See `Observer`."""
        self._builds.labels(outcome).inc()

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered; `route` is one of few, whatever the path was."""
        self._requests.labels(method, route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """All numbers in Prometheus' text format."""
        return generate_latest(self.registry)


class _Now(Collector):
    """How the server stands when somebody reads."""

    def __init__(self, standing: Callable[[], Standing | None]) -> None:
        self._standing = standing

    def describe(self) -> Iterator[Metric]:
        """Nothing: the names are known, and nobody must be asked before the server runs."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """See `Collector`."""
        now = self._standing()
        if now is None:
            return
        yield InfoMetricFamily(
            "policy_qa_index", "The index.", {"revision": now.revision, "embedder": now.embedder}
        )
        for name, help_, value in (
            ("policy_qa_index_built_timestamp_seconds", "When it was built.", now.built_at),
            ("policy_qa_documents", "Documents in the index.", now.documents),
            ("policy_qa_articles", "Articles in the index.", now.articles),
            ("policy_qa_questions_running", "Questions that are being answered.", now.running),
            ("policy_qa_questions_waiting", "Questions in line.", now.waiting),
            ("policy_qa_questions_lost", "Questions given up whose threads hang.", now.lost),
        ):
            yield GaugeMetricFamily(name, help_, value)


def _kind(failure: str) -> str:
    """The reason without what to do: 聊天模型拒绝了密钥，请检查… -> 拒绝了密钥."""
    return failure.removeprefix(_MODEL).partition("，")[0][:_LONGEST]
