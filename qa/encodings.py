"""The encodings of the questions asked last: the stages of an answer ask for the same."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock

from index.embed import Encoding


class Encodings:
    """Remembers the last `most` encodings."""

    def __init__(self, encode: Callable[[Sequence[str]], list[Encoding]], most: int) -> None:
        self._encode = encode
        self._most = most
        self._known: OrderedDict[str, Encoding] = OrderedDict()
        self._lock = Lock()

    def of(self, texts: Sequence[str]) -> list[Encoding]:
        """The encoding of each text; those that are not known are made together."""
        with self._lock:
            found = {text: self._known[text] for text in texts if text in self._known}
        new = [text for text in dict.fromkeys(texts) if text not in found]
        if new:
            found |= zip(new, self._encode(new), strict=True)
        with self._lock:
            for text in texts:
                self._known[text] = found[text]
                self._known.move_to_end(text)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return [found[text] for text in texts]
