"""An engine that asks a store for what it has translated before.

What is found is written behind the callers' backs: a store that is slow, full or gone costs speed and no translation.
"""

from __future__ import annotations

import json
import logging
import threading
from typing import TYPE_CHECKING, Any, Protocol

from prometheus_client import Counter

from service.errors import StoreError
from service.records import Hypothesis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from service.engines import Engine
    from service.records import Pair

_LOG = logging.getLogger(__name__)
_MAX_PENDING = 20_000  # sentences that wait to be written; what comes on top is not remembered
_GATHER_S = 0.5  # a transaction for each sentence would cost more than rules need to translate it
_ASKED = Counter("exonym_cache_sentences", "Sentences that were looked for among those translated before.", ["found"])
_FOUND, _MISSED = _ASKED.labels("yes"), _ASKED.labels("no")


class Sentences(Protocol):
    """Where translated sentences are kept; `service.store` has one."""

    def get_many(self, keys: Iterable[str]) -> dict[str, str]:
        """Return the values of those keys that are there."""
        ...

    def put_many(self, values: Mapping[str, str]) -> None:
        """Remember values under their keys."""
        ...


class Cached:
    """An engine that remembers; translates what the engine does, as it does.

    A sentence counts as the same when the engine's fingerprint for the pair is: another model, another answer.
    """

    def __init__(self, engine: Engine, sentences: Sentences) -> None:
        """Take over `engine`; closing this writes what is still to be written, and closes it."""
        self.name, self.n_best = engine.name, engine.n_best
        self._engine = engine
        self._kept = _Kept(sentences)

    def pairs(self) -> frozenset[Pair]:
        """Return the engine's."""
        return self._engine.pairs()

    def problems(self) -> tuple[str, ...]:
        """Return the engine's."""
        return self._engine.problems()

    def fingerprint(self, pair: Pair) -> str:
        """Return the engine's."""
        return self._engine.fingerprint(pair)

    def translate(self, sentences: Sequence[str], pair: Pair) -> list[str]:
        """Translate n sentences into n sentences, order kept; only those that are new go to the engine."""
        return self._answered(
            sentences, f"{self.fingerprint(pair)}|{pair}|", lambda new: self._engine.translate(new, pair), str, str
        )

    def hypotheses(self, sentences: Sequence[str], pair: Pair, *, n: int) -> list[list[Hypothesis]]:
        """Return up to n translations for each sentence, best first; the first is what `translate` returns."""
        return self._answered(
            sentences,
            f"{self.fingerprint(pair)}|{pair}|{n}|",
            lambda new: self._engine.hypotheses(new, pair, n=n),
            _written,
            _read,
        )

    def close(self) -> None:
        """Write what is still to be written, and close the engine."""
        self._kept.close()
        self._engine.close()

    def _answered(
        self,
        sentences: Sequence[str],
        prefix: str,
        ask: Callable[[list[str]], list[Any]],
        written: Callable[[Any], str],
        read: Callable[[str], Any],
    ) -> list[Any]:
        if not sentences:
            return []
        keys = {sentence: prefix + sentence for sentence in sentences}
        kept = self._kept.get(list(keys.values()))
        found = {sentence: read(kept[key]) for sentence, key in keys.items() if key in kept}
        new = [sentence for sentence in keys if sentence not in found]
        _FOUND.inc(len(found))
        _MISSED.inc(len(new))
        answers = dict(zip(new, ask(new), strict=True)) if new else {}
        self._kept.put({keys[sentence]: written(answer) for sentence, answer in answers.items()})
        found |= answers
        return [found[sentence] for sentence in sentences]


class _Kept:
    """What the store has, and what it is still to get."""

    def __init__(self, sentences: Sentences) -> None:
        self._sentences = sentences
        self._changed = threading.Condition()
        self._pending: dict[str, str] = {}
        self._writing: dict[str, str] = {}
        self._writer: threading.Thread | None = None
        self._closed = False
        self._failed = False

    def get(self, keys: Sequence[str]) -> dict[str, str]:
        with self._changed:
            found = {key: new[key] for new in (self._writing, self._pending) for key in keys if key in new}
        rest = [key for key in keys if key not in found]
        if rest:
            try:
                found |= self._sentences.get_many(rest)
            except StoreError as error:
                self._say(error)
        return found

    def put(self, values: Mapping[str, str]) -> None:
        with self._changed:
            is_first = not self._pending
            room = _MAX_PENDING - len(self._pending)
            self._pending.update(list(values.items())[:room])
            if not self._writer and not self._closed:
                self._writer = threading.Thread(target=self._write, name="sentence cache", daemon=True)
                self._writer.start()
            elif is_first:
                self._changed.notify()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._writer:
            self._writer.join()

    def _write(self) -> None:
        while True:
            with self._changed:
                self._writing = {}
                while not self._pending:
                    if self._closed:
                        return
                    self._changed.wait()
                self._changed.wait_for(lambda: self._closed, _GATHER_S)
                self._writing, self._pending = self._pending, {}
            try:
                self._sentences.put_many(self._writing)
                self._failed = False
            except StoreError as error:
                self._say(error)

    def _say(self, error: StoreError) -> None:
        """Log the first failure of a row; a store that is gone would fill the log otherwise."""
        if not self._failed:
            self._failed = True
            _LOG.warning("sentences are neither looked up nor kept: %s", error)


def _written(hypotheses: Sequence[Hypothesis]) -> str:
    return json.dumps([[each.text, each.score] for each in hypotheses], ensure_ascii=False)


def _read(text: str) -> list[Hypothesis]:
    return [Hypothesis(found, score) for found, score in json.loads(text)]
