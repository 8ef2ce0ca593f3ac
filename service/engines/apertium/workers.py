"""The running pipelines of one Apertium pair, shared by threads, restarted when they break."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from service.engines.apertium.pipeline import Pipeline, StageError
from service.engines.apertium.stream import has_letters, pieces, possessives_apart, tidied
from service.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from service.engines.apertium.modes import Mode
    from service.engines.apertium.tagger import Tagger

_BATCH = 128  # blocks sent before their results are waited for: so much is done again when the tagger is taught
_SHORT_WORDS = 2  # up to so many words may have no translation: the article alone, in Esperanto


class Workers:
    """Up to `n` pipelines of one mode; each call takes one for itself, the others wait their turn."""

    def __init__(self, mode: Mode, *, n: int, timeout_s: float, tagger: Tagger | None) -> None:
        self._mode, self._timeout_s, self._tagger = mode, timeout_s, tagger
        self._turn = threading.BoundedSemaphore(n)
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._closed = False

    def translate(self, texts: Sequence[str], *, on_taught: Callable[[Tagger], None] | None = None) -> list[str]:
        """Translate n texts into n texts, white space at their ends kept.

        Args: on_taught: called when the tagger has learnt classes that may be worth keeping.
        Raises: EngineError: a stage failed on one text even when it was tried alone in a new pipeline.
        """
        parts = [pieces(text) for text in texts]
        sent = [(n, m) for n, cut in enumerate(parts) for m, piece in enumerate(cut) if has_letters(piece)]
        with self._turn:
            worker = self._take()
            try:
                done = worker.translate([self._prepared(parts[n][m]) for n, m in sent], on_taught=on_taught)
            finally:
                self._give(worker)
        for (n, m), result in zip(sent, done, strict=True):
            parts[n][m] = _with_ends(parts[n][m], tidied(result, source=parts[n][m]))
        return ["".join(cut) for cut in parts]

    def _prepared(self, text: str) -> str:
        return possessives_apart(text.strip()) if self._mode.pair.source.startswith("en") else text.strip()

    def _take(self) -> _Worker:
        with self._lock:
            if self._closed:
                raise EngineError("the apertium engine is closed; open a new one")
            return self._idle.pop() if self._idle else _Worker(self._mode, self._timeout_s, self._tagger)

    def _give(self, worker: _Worker) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(worker)
                return
        worker.close()

    def pids(self) -> list[int]:
        """Return the processes of the idle pipelines."""
        with self._lock:
            return [pid for worker in self._idle for pid in worker.pids()]

    def close(self) -> None:
        """End the idle pipelines now, and those at work when their call is done."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.close()


class _Worker:
    """One pipeline and its successors."""

    def __init__(self, mode: Mode, timeout_s: float, tagger: Tagger | None) -> None:
        self._mode, self._timeout_s, self._tagger = mode, timeout_s, tagger
        self._pipeline: Pipeline | None = None
        self._classes: frozenset[frozenset[str]] = frozenset()

    def translate(self, texts: Sequence[str], *, on_taught: Callable[[Tagger], None] | None) -> list[str]:
        done: list[str] = []
        alone = False
        while len(done) < len(texts):
            batch = texts[len(done) : len(done) + (1 if alone else _BATCH)]
            results, failure = self._run(batch)
            if self._teach(on_taught):
                continue
            done += results
            if failure and alone:
                raise self._error(failure, texts[len(done)])
            alone = failure is not None
        return done

    def _run(self, texts: Sequence[str]) -> tuple[list[str], StageError | None]:
        """Return the results up to the first failure, and the failure."""
        try:
            results, failure = self._running().run(texts), None
        except StageError as error:
            results, failure = error.done, error
        for n, (text, result) in enumerate(zip(texts, results, strict=False)):
            if not result.strip():
                if len(text.split()) > _SHORT_WORDS:
                    return results[:n], StageError("gave nothing", stage=self._mode.stages[-1][0], done=results[:n])
                results[n] = text
        return results, failure

    def _running(self) -> Pipeline:
        if self._pipeline is None or not self._pipeline.alive():
            self.close()
            self._pipeline = self._started()
        return self._pipeline

    def _started(self) -> Pipeline:
        if self._tagger is None:
            return Pipeline(self._mode.stages, timeout_s=self._timeout_s)
        self._classes = self._tagger.classes
        with self._tagger.stages() as (stages, fds):
            return Pipeline(stages, timeout_s=self._timeout_s, listen_to=self._tagger.at, pass_fds=fds)

    def _teach(self, on_taught: Callable[[Tagger], None] | None) -> bool:
        """Teach the tagger what it met for the first time; True when the run must be done again for it."""
        if self._tagger is None or self._pipeline is None:
            return False
        new = self._tagger.reported(self._pipeline.heard()) - self._classes
        if not new:
            return False
        self._tagger.teach(new)
        self.close()
        if on_taught:
            on_taught(self._tagger)
        return new <= self._tagger.classes

    def _error(self, failure: StageError, text: str) -> EngineError:
        shown = text if len(text) <= 60 else f"{text[:57]}..."
        return EngineError(
            f"apertium {self._mode.pair}: {failure}, also in a new pipeline, at {shown!r}; "
            f"leave this sentence out or use another engine, and reinstall the Debian package of {self._mode.name} "
            f"if others fail too"
        )

    def pids(self) -> list[int]:
        return self._pipeline.pids if self._pipeline else []

    def close(self) -> None:
        if self._pipeline:
            self._pipeline.close()
            self._pipeline = None


def _with_ends(text: str, result: str) -> str:
    """Give a translation the white space that its source has at its ends."""
    start = len(text) - len(text.lstrip())
    end = len(text.rstrip())
    return f"{text[:start]}{result.strip()}{text[end:]}"
