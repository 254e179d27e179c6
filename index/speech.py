"""Press briefings and interviews: who speaks, for whom, and what belongs to which question."""

import re
from dataclasses import dataclass

from index.model import Paragraph

_SPEAKER = re.compile(r"^(?P<who>[^。，；！？：:]{2,50}?)\s*[：:]$")
_NAME = re.compile(r"^(?P<post>.*\S)\s+(?P<name>[一-鿿·]{2,4})$")
_OUTLET = re.compile(r"(记者|主播)$")
_MIN_TURNS = 4


@dataclass(frozen=True)
class Speaker:
    """A speaker: an outlet that asks, or a person who answers, with the post given at the first turn."""

    name: str
    post: str = ""
    asks: bool = False

    def __str__(self) -> str:
        """国家发展改革委副主任 赵辰昕; 人民日报记者."""
        return f"{self.post} {self.name}".strip()


@dataclass(frozen=True)
class Turn:
    """One turn: the speaker, the line that names the speaker, and what is said."""

    speaker: Speaker
    heading: Paragraph
    said: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Exchange:
    """A question with its answers, or a statement without a question."""

    question: Turn | None
    answers: tuple[Turn, ...]


def is_speaker(text: str) -> bool:
    """Whether a line may name a speaker: a post and a name, or an outlet, and a colon."""
    m = _SPEAKER.match(text)
    return bool(m and (_OUTLET.search(m["who"]) or _NAME.match(m["who"])))


def read_turns(paragraphs: list[Paragraph]) -> tuple[list[Paragraph], list[Turn]]:
    """The paragraphs before the first speaker, and the turns; no turns if this is not a conversation.

    A name that once stood with a post speaks under its name alone later; the post is carried forward.
    """
    posts: dict[str, str] = {}
    for p in paragraphs:
        if (m := _SPEAKER.match(p.text)) and (n := _NAME.match(m["who"])) and not _OUTLET.search(m["who"]):
            posts.setdefault(n["name"], n["post"])
    starts = [i for i, p in enumerate(paragraphs) if _speaker(p.text, posts) is not None]
    outlets = sum(bool((s := _speaker(paragraphs[i].text, posts)) and s.asks) for i in starts)
    if len(starts) < _MIN_TURNS or outlets == 0:
        return paragraphs, []
    turns = []
    for a, b in zip(starts, [*starts[1:], len(paragraphs)], strict=True):
        speaker = _speaker(paragraphs[a].text, posts)
        assert speaker is not None
        turns.append(Turn(speaker, paragraphs[a], tuple(paragraphs[a + 1 : b])))
    return paragraphs[: starts[0]], turns


def _speaker(text: str, posts: dict[str, str]) -> Speaker | None:
    m = _SPEAKER.match(text)
    if not m:
        return None
    who = m["who"].strip()
    if _OUTLET.search(who):
        return Speaker(who, asks=True)
    if n := _NAME.match(who):
        return Speaker(n["name"], posts.get(n["name"], n["post"]))
    return Speaker(who, posts[who]) if who in posts else None


def exchanges(turns: list[Turn]) -> list[Exchange]:
    """Group turns: each question with the answers up to the next question; a host's turn stands alone.

    The host is who speaks first; what the host says between questions answers nothing.
    """
    host = turns[0].speaker.name
    out: list[Exchange] = []
    for turn in turns:
        if turn.speaker.asks:
            out.append(Exchange(turn, ()))
        elif turn.speaker.name != host and out and out[-1].question is not None:
            out[-1] = Exchange(out[-1].question, (*out[-1].answers, turn))
        else:
            out.append(Exchange(None, (turn,)))
    return out
