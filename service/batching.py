"""The sentences of all callers in one queue a pair, handed to the engine in waves.

Nothing waits for company: an engine that is free gets what is there, and while it works a wave gathers. Two waves are
under way a pair, so that the engine has work while the answers of one wave are put together. A wave is as large as the
engine was seen to translate in half a second, which is enough for full batches, and a book has waves of its own: so a
sentence that comes late waits for little even when books are being translated.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from concurrent.futures import CancelledError
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from prometheus_client import Counter, Gauge, Histogram

from service.errors import EngineError, OverloadedError, RequestError
from service.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from service.engines import Engine
    from service.records import Hypothesis, Pair
    from service.settings import Settings

_LOG = logging.getLogger(__name__)
_LANES = 2  # waves under way for one pair
_WAVE_S = 0.5
_FIRST_TOKENS = 512.0  # of the first wave, before anything is known of the engine's pace
_LEAST_TOKENS = 256.0
_MOST_TOKENS = 65_536.0
_PACE_WEIGHT = 0.3  # of the latest wave in what is believed of the engine's pace
_BULK_SENTENCES = 64  # of one call; who asks for so many waits for them in any case
_TOKEN_CHARS = 4  # a guess at a token's length; what it is wrong by is in the pace too
_IDLE_S = 30.0  # after which a thread without work ends
_MAX_RETRY_S = 60

_WAITING = Gauge("exonym_queue_sentences", "Sentences that wait for an engine.", ["engine"])
_WAIT_S = Histogram(
    "exonym_queue_wait_seconds",
    "Seconds that a sentence waited for its engine.",
    ["engine"],
    buckets=(0.001, 0.005, 0.02, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 120),
)
_SENTENCES = Histogram(
    "exonym_wave_sentences",
    "Sentences that an engine got at once.",
    ["engine"],
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024),
)
_TOKENS = Histogram(
    "exonym_wave_tokens",
    "Tokens, by a guess from the characters, that an engine got at once.",
    ["engine"],
    buckets=(16, 64, 128, 256, 512, 1024, 2048, 4096, 16384, 65536),
)
_ENGINE_S = Histogram(
    "exonym_engine_seconds",
    "Seconds that an engine took for what it got at once.",
    ["engine", "pair"],
    buckets=(0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30),
)
_SHARED = Counter("exonym_shared_sentences", "Sentences that another caller was waiting for already.", ["engine"])


class Ticket:
    """What an order holds while it is carried out: in whose name it waits, its turn to compute, and its end.

    A thread that carries out the order has the ticket in `ticket`, and its turn, one of few, while it computes; the
    turn is given back while it waits for an engine.
    """

    def __init__(self, caller: str, *, turns: threading.Semaphore | None = None) -> None:
        self.caller = caller
        self._turns = turns
        self._lock = threading.Lock()
        self._calls: set[_Call] = set()
        self._cancelled = False

    def cancel(self) -> None:
        """End the order: what waits is dropped, and whoever waits for it gets CancelledError."""
        with self._lock:
            self._cancelled = True
            calls = list(self._calls)
        for call in calls:
            call.give_up()

    def check(self) -> None:
        """Go on.

        Raises: concurrent.futures.CancelledError: the order was cancelled.
        """
        if self._cancelled:
            raise CancelledError

    @contextmanager
    def working(self) -> Iterator[None]:
        """Compute in the block, when it is this order's turn; the ticket is the current one there."""
        token = ticket.set(self)
        if self._turns:
            self._turns.acquire()
        try:
            self.check()
            yield
        finally:
            if self._turns:
                self._turns.release()
            ticket.reset(token)

    @contextmanager
    def _waiting(self, call: _Call) -> Iterator[None]:
        with self._lock:
            self._calls.add(call)
        if self._turns:
            self._turns.release()
        try:
            self.check()
            yield
        finally:
            if self._turns:
                self._turns.acquire()
            with self._lock:
                self._calls.discard(call)


#: The order that this thread carries out.
ticket: ContextVar[Ticket | None] = ContextVar("ticket", default=None)


@dataclass(eq=False, slots=True)
class _Item:
    """A sentence that one or more calls want, once."""

    sentence: str
    tokens: float
    since: float
    is_bulk: bool
    calls: list[_Call] = field(default_factory=list)
    taken: bool = False


class _Call:
    """Sentences that one thread waits for."""

    def __init__(self, queue: _Queue, holder: Ticket, n_left: int) -> None:
        self.queue, self.holder, self.n_left = queue, holder, n_left
        self.items: list[_Item] = []
        self.results: dict[str, Any] = {}
        self.error: BaseException | None = None
        self.done = threading.Event()

    def give_up(self) -> None:
        """Want nothing any more; sentences that nobody else wants are dropped."""
        self.queue.leave(self)
        self.error = CancelledError()
        self.done.set()

    def answered(self, item: _Item, result: Any, error: BaseException | None) -> None:  # noqa: ANN401 - as the engine's
        if error:
            self.error = error
        self.results[item.sentence] = result
        self.n_left -= 1
        if self.n_left == 0 or error:
            self.done.set()


class Batched:
    """An engine whose callers share its batches; translates what the engine does, as it does.

    Safe to call from several threads; a call waits until its sentences are done.
    """

    def __init__(self, engine: Engine, settings: Settings) -> None:
        """Take over `engine`; closing this closes it.

        Args: settings: `queue_requests` orders and `queue_chars` characters may wait, over all pairs.
        """
        self.name, self.n_best = engine.name, engine.n_best
        self._engine = engine
        self._max_orders, self._max_chars = settings.queue_requests, settings.queue_chars
        self._lock = threading.Lock()
        self._queues: dict[tuple[Pair, int], _Queue] = {}
        self._orders: dict[Ticket, int] = {}
        self._n_chars = 0
        self._closed = False

    def pairs(self) -> frozenset[Pair]:
        """Return the engine's."""
        return self._engine.pairs()

    def problems(self) -> tuple[str, ...]:
        """Return the engine's."""
        return self._engine.problems()

    def fingerprint(self, pair: Pair) -> str:
        """Return the engine's: who else is translated at the time changes nothing."""
        return self._engine.fingerprint(pair)

    def translate(self, sentences: Sequence[str], pair: Pair) -> list[str]:
        """Translate n sentences into n sentences, order kept.

        Raises:
            OverloadedError: too much is waiting already; nothing of this was begun.
            concurrent.futures.CancelledError: the order that this belongs to was cancelled.
            UnsupportedPairError, EngineError: as the engine raises them, and only for a sentence of this call.
        """
        found: list[str] = self._ask(sentences, pair, 0)
        return found

    def hypotheses(self, sentences: Sequence[str], pair: Pair, *, n: int) -> list[list[Hypothesis]]:
        """Return up to n translations for each sentence, as `translate` does."""
        found: list[list[Hypothesis]] = self._ask(sentences, pair, max(1, n))
        return found

    def close(self) -> None:
        """End the threads and close the engine; who still waits gets an EngineError."""
        with self._lock:
            self._closed = True
            queues = list(self._queues.values())
        for queue in queues:
            queue.close()
        self._engine.close()

    def _ask(self, sentences: Sequence[str], pair: Pair, n: int) -> list[Any]:
        if not sentences:
            return []
        holder = ticket.get() or Ticket(f"thread {threading.get_ident()}")
        n_chars = sum(map(len, sentences))
        queue = self._entered(holder, pair, n, n_chars)
        try:
            call = queue.join(list(dict.fromkeys(sentences)), holder)
            with holder._waiting(call):
                call.done.wait()
        finally:
            self._left(holder, n_chars)
        if call.error:
            queue.leave(call)
            raise call.error.with_traceback(None)
        return [call.results[sentence] for sentence in sentences]

    def _entered(self, holder: Ticket, pair: Pair, n: int, n_chars: int) -> _Queue:
        with self._lock:
            if self._closed:
                raise EngineError(f"the {self.name} engine is closed; open another")
            if (pair, n) not in self._queues:
                self._queues[pair, n] = _Queue(self.name, pair, self._asks(pair, n))
            queue = self._queues[pair, n]
            n_orders = len(self._orders | {holder: 1})
            if n_orders > self._max_orders or (self._n_chars and self._n_chars + n_chars > self._max_chars):
                raise OverloadedError(
                    f"{n_orders - 1} requests with {self._n_chars:,} characters are waiting for the {self.name} engine,"
                    f" the limits are {self._max_orders} and {self._max_chars:,}; try again later",
                    retry_after_s=queue.seconds(),
                )
            self._orders[holder] = self._orders.get(holder, 0) + 1
            self._n_chars += n_chars
            return queue

    def _left(self, holder: Ticket, n_chars: int) -> None:
        with self._lock:
            self._n_chars -= n_chars
            self._orders[holder] -= 1
            if not self._orders[holder]:
                del self._orders[holder]

    def _asks(self, pair: Pair, n: int) -> Callable[[Sequence[str]], Sequence[Any]]:
        if n:
            return lambda sentences: self._engine.hypotheses(sentences, pair, n=n)
        return lambda sentences: self._engine.translate(sentences, pair)


class _Queue:
    """The sentences that wait for one pair, and the threads that take them to the engine."""

    def __init__(self, engine: str, pair: Pair, ask: Callable[[Sequence[str]], Sequence[Any]]) -> None:
        self._name, self._pair, self._ask = engine, pair, ask
        self._changed = threading.Condition()
        self._items: dict[str, _Item] = {}  # waiting or being translated
        self._turns: Turns[_Item] = Turns(
            cost=lambda item: item.tokens, wanted=lambda item: bool(item.calls) and not item.taken
        )
        self._n_waiting = 0
        self._tokens_waiting = 0.0
        self._pace = _FIRST_TOKENS / _WAVE_S  # tokens a second of one wave
        self._lanes: set[threading.Thread] = set()
        self._n_idle = 0
        self._closed = False

    def join(self, sentences: Sequence[str], holder: Ticket) -> _Call:
        """Let different sentences wait for their turn; one that somebody waits for already is shared."""
        call = _Call(self, holder, len(sentences))
        with self._changed:
            if self._closed:
                raise EngineError(f"the {self._name} engine is closed; open another")
            is_bulk = len(sentences) > _BULK_SENTENCES
            items = [self._item(sentence, is_bulk=is_bulk) for sentence in sentences]
            for item in items:
                item.calls.append(call)
            call.items = items
            # A shared one waits in both lines, so that it comes with whichever is served first.
            self._turns.add([item for item in items if not item.taken], caller=holder.caller)
            self._staff()
            self._changed.notify()
        return call

    def leave(self, call: _Call) -> None:
        """Forget a call; harmless when it is done."""
        with self._changed:
            for item in call.items:
                if call in item.calls:
                    item.calls.remove(call)
                    if not item.calls and not item.taken:
                        self._forget(item)
            call.items = []

    def close(self) -> None:
        """Fail what waits, and wait for what is under way."""
        with self._changed:
            self._closed = True
            error = EngineError(f"the {self._name} engine was closed; ask again when the server is up")
            for item in [item for item in self._items.values() if not item.taken]:
                for call in item.calls:
                    call.answered(item, None, error)
                self._forget(item)
            self._changed.notify_all()
            lanes = list(self._lanes)
        for lane in lanes:
            lane.join()

    def seconds(self) -> int:
        """Guess how long what waits will take."""
        return min(_MAX_RETRY_S, 1 + math.ceil(self._tokens_waiting / self._pace / _LANES))

    def _item(self, sentence: str, *, is_bulk: bool) -> _Item:
        item = self._items.get(sentence)
        if item:
            _SHARED.labels(self._name).inc()
            item.is_bulk = item.is_bulk and is_bulk
            return item
        item = _Item(sentence, 1 + len(sentence) / _TOKEN_CHARS, time.monotonic(), is_bulk)
        self._items[sentence] = item
        self._count(1, item.tokens)
        return item

    def _forget(self, item: _Item) -> None:
        """Take a sentence that has not been taken out of the queue; its place in the turns is passed over later."""
        if self._items.get(item.sentence) is item:
            del self._items[item.sentence]
            self._count(-1, -item.tokens)

    def _count(self, n: int, tokens: float) -> None:
        self._n_waiting += n
        self._tokens_waiting += tokens
        _WAITING.labels(self._name).inc(n)

    def _staff(self) -> None:
        """See that a thread will take what has come, without waiting for one that is at work if there may be more."""
        if not self._n_idle and len(self._lanes) < _LANES:
            lane = threading.Thread(target=self._work, name=f"{self._name} {self._pair}", daemon=True)
            self._lanes.add(lane)
            lane.start()

    def _work(self) -> None:
        while True:
            with self._changed:
                wave = self._wave()
                if not wave:
                    self._lanes.discard(threading.current_thread())
                    return
            self._translate(wave)

    def _wave(self) -> list[_Item]:
        """Return what is to be translated next, waiting for it; nothing when this thread should end."""
        while not self._n_waiting:
            if self._closed:
                return []
            self._n_idle += 1
            came = self._changed.wait(_IDLE_S)
            self._n_idle -= 1
            if not came and not self._n_waiting:
                return []
        budget = min(max(self._pace * _WAVE_S, _LEAST_TOKENS), _MOST_TOKENS)
        wave: list[_Item] = []
        while budget > 0 and (item := self._turns.take(fits=partial(_goes_with, wave))):
            item.taken = True
            self._count(-1, -item.tokens)
            wave.append(item)
            budget -= item.tokens
        if self._n_waiting:
            self._staff()
            self._changed.notify()
        return wave

    def _translate(self, wave: list[_Item]) -> None:
        started = time.monotonic()
        for item in wave:
            _WAIT_S.labels(self._name).observe(started - item.since)
        try:
            results = self._asked([item.sentence for item in wave])
        except RequestError as error:  # the pair is at fault, and so no sentence
            self._settle(wave, [None] * len(wave), error)
        except BaseException as error:  # whatever it is, nobody may be left waiting
            if len(wave) > 1:
                _LOG.warning("%s %s failed on %d sentences; trying each alone", self._name, self._pair, len(wave))
                for item in wave:
                    if item.calls:
                        self._translate([item])
            else:
                self._settle(wave, [None], error)
        else:
            self._learn(wave, time.monotonic() - started)
            self._settle(wave, results, None)

    def _asked(self, sentences: list[str]) -> Sequence[Any]:
        started = time.perf_counter()
        results = self._ask(sentences)
        _ENGINE_S.labels(self._name, str(self._pair)).observe(time.perf_counter() - started)
        if len(results) != len(sentences):
            raise EngineError(
                f"{self._name} gave {len(results)} sentences for {len(sentences)} from {self._pair}; "
                f"restart the server, and report it if it happens again"
            )
        return results

    def _settle(self, wave: list[_Item], results: Sequence[Any], error: BaseException | None) -> None:
        with self._changed:
            for item, result in zip(wave, results, strict=True):
                if self._items.get(item.sentence) is item:
                    del self._items[item.sentence]
                for call in item.calls:
                    call.answered(item, result, error)

    def _learn(self, wave: list[_Item], seconds: float) -> None:
        tokens = sum(item.tokens for item in wave)
        _SENTENCES.labels(self._name).observe(len(wave))
        _TOKENS.labels(self._name).observe(tokens)
        with self._changed:
            self._pace += _PACE_WEIGHT * (tokens / max(seconds, 1e-4) - self._pace)


def _goes_with(wave: Sequence[_Item], item: _Item) -> bool:
    """Tell whether a sentence may join a wave: one that came alone would have to wait for those of a book."""
    return not wave or item.is_bulk == wave[0].is_bulk
