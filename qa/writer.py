"""A chat model's wording of an answer that code has decided on: verified sentence by sentence, or not shown.

The built-in answer comes first and stays where it is a refusal, a place looked up by its number, a table row or
front matter: these are told word for word. Else the model may word it, from the articles that were found.
"""

import re
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import replace

from index.errors import ModelUnavailable
from qa.cite import Verifier
from qa.claims import NOTE, polarity
from qa.compose import grounds
from qa.llm import ChatModel, Usage
from qa.model import Answer, Retrieved, Writing
from qa.prompt import choose, messages, speaks_to_a_machine

_ANSWER_WORD = re.compile(r"[^。！\n\[]{1,6}[。！](?!\[)")
_LETTERS = re.compile(r"[^\W\d_]")
_CHINESE = re.compile(r"[一-鿿]")


class Writer:
    """Words answers with `model`."""

    def __init__(self, model: ChatModel, room: int) -> None:
        self._model = model
        self._room = room

    def write(self, found: Retrieved, builtin: Answer) -> Answer:
        """The last of `stream`."""
        *_, last = self.stream(found, builtin)
        return last

    def stream(self, found: Retrieved, builtin: Answer) -> Iterator[Answer]:
        """The answer as it grows, each time with what has been verified so far; the last one is complete.

        Where the model fails or nothing it says stands, the last one is `builtin` with a note that says so.
        """
        if not may_be_worded(found, builtin):
            yield builtin
            return
        if found.unavailable:
            yield _instead(builtin, Writing(self._model.name, found.unavailable))
            return
        numbered = choose(builtin.citations, found.hits, self._room)
        verifier = Verifier({n: a for n, (a, _) in enumerate(numbered, 1)}, polarity(builtin.text))
        usage, heard, failure = Usage(), list[str](), ""
        word = _ANSWER_WORD.match(builtin.text)
        text = word[0] if word and verifier.side else ""
        try:
            with closing(self._model.stream(messages(found.standalone.text, numbered), usage)) as reply:
                for sentence in verifier.verify(_listen(reply, heard)):
                    text += sentence
                    yield replace(builtin, text=text, citations=verifier.citations, answerer=self._model.name)
        except ModelUnavailable as error:
            failure = str(error)
        else:
            failure = "" if verifier.sentences else _why_nothing("".join(heard), verifier)
        writing = Writing(
            self._model.name,
            failure,
            usage.attempts,
            usage.tokens_in,
            usage.tokens_out,
            verifier.sentences,
            verifier.marks_dropped,
            tuple(verifier.struck),
        )
        if failure:
            yield _instead(builtin, writing)
            return
        cited = verifier.citations
        text = f"{text}\n依据：{grounds([c.article for c in cited])}"
        yield replace(builtin, text=text, citations=cited, answerer=self._model.name, writing=writing)


def may_be_worded(found: Retrieved, builtin: Answer) -> bool:
    """Whether a model may word this answer; decided before any model is asked."""
    looked_up = bool(found.filtered) or (found.place is not None and bool(found.place.articles))
    return (
        not builtin.refused
        and not looked_up
        and bool(builtin.citations)
        and all(
            c.article.role in ("text", "turn") and not speaks_to_a_machine(c.article.text)
            for c in builtin.citations
        )
    )


def _listen(reply: Generator[str, None, None], heard: list[str]) -> Iterator[str]:
    for piece in reply:
        heard.append(piece)
        yield piece


def _why_nothing(reply: str, verifier: Verifier) -> str:
    letters = len(_LETTERS.findall(reply))
    if not reply.strip():
        return "聊天模型没有作答"
    if len(_CHINESE.findall(reply)) < letters / 2:
        return "聊天模型没有用中文作答"
    if not verifier.marks_seen:
        return "聊天模型的回答没有注明依据"
    return "聊天模型的回答未通过核对"


def _instead(builtin: Answer, writing: Writing) -> Answer:
    """The built-in answer with a note as its last line, so that its first sentence stays the answer."""
    note = f"{NOTE}{writing.failure.removeprefix('聊天模型')}；以上为内置回答。）"
    return replace(builtin, text=f"{builtin.text}\n{note}", writing=writing)
