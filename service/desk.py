"""The desk: takes orders from routes and jobs, has them carried out in threads, and answers without holding up a loop.

An order gets a thread of its own, which spends its time waiting for an engine; what computes in Python (sentences,
names, mark-up) needs a turn, and there are few, so that routes which need no engine answer in milliseconds whatever
the load. Long texts have a turn of their own and never keep a sentence from its. Identical orders under way are one.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from prometheus_client import Counter, Gauge, Histogram

from service.batching import Ticket
from service.clerk import Clerk, check_length, has_letters
from service.errors import OverloadedError, RequestError, TooLongError, TooManyError
from service.languages import canonical
from service.records import Answer, Order

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Hashable, Iterator, Sequence

    from glossary import Glossary
    from service.clerk import Row
    from service.documents import Document
    from service.pipeline import Pipeline
    from service.records import Caller, Progress
    from service.settings import Settings

T = TypeVar("T")

MAX_ALTERNATIVES = 20  # more make an engine's beam wider than is of use
_TURNS = 2  # threads that compute in Python at once: more would only wait for each other, and the event loop for them
_LONG_CHARS = 20_000
_SWITCH_S = 0.001  # a fifth of Python's own: how long the event loop waits for a thread that computes
_LIGHT_THREADS = 4
_PARTS = 8  # texts of one order that are under way at once where each is translated by itself
_MAX_RETRY_S = 60

_RUNNING = Gauge("exonym_orders_running", "Orders that are being carried out.")
_REFUSED = Counter("exonym_orders_refused", "Orders refused because too much was waiting.")
_JOINED = Counter("exonym_orders_shared", "Orders answered with an identical one that was under way.")
_ORDER_S = Histogram(
    "exonym_order_seconds",
    "Seconds from an order's acceptance to its answer.",
    buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)


class HasGlossary(Protocol):
    """What the desk wants of the house: the glossary as it is now, without waiting."""

    @property
    def glossary(self) -> Glossary:
        """Return the glossary in force."""
        ...


@dataclass(eq=False, slots=True)
class _Work:
    """An order under way, and how many wait for it."""

    task: asyncio.Task[Any]
    listeners: list[Progress] = field(default_factory=list)
    n_waiting: int = 0


class Desk:
    """Carries out orders; its coroutines belong to one event loop.

    Cancelling a task that waits here frees what its order holds, unless someone else waits for an identical one.
    """

    def __init__(self, pipeline: Pipeline, *, house: HasGlossary, settings: Settings) -> None:
        """Start without threads; they come with the orders."""
        self._clerk, self._house, self._settings = Clerk(pipeline, settings), house, settings
        self.accepting = True
        self._works: dict[Hashable, _Work] = {}
        self._n_chars = 0
        self._n_light = 0
        self._mean_s = 1.0
        self._short = threading.Semaphore(_TURNS)
        self._long = threading.Semaphore(1)
        self._threads = ThreadPoolExecutor(settings.queue_requests, "order")
        self._light = ThreadPoolExecutor(_LIGHT_THREADS, "light")
        sys.setswitchinterval(_SWITCH_S)

    async def translate(self, order: Order, *, caller: Caller, progress: Progress | None = None) -> list[Answer]:
        """Translate n texts into m languages; one answer a text, order kept.

        A text in the language that is wanted comes back as it is, and so does one without letters.

        Args: progress: called from other threads, with the sentences done and those in all.
        Raises:
            RequestError: the order is at fault, and how to mend it.
            OverloadedError: too much is waiting; nothing was begun.
            EngineError: an engine failed.
        """
        self._check(order, caller)
        names = order.glossary if order.glossary is not None else self._house.glossary
        order = replace(
            order,
            glossary=names,
            source=None if order.source is None else canonical(order.source),
            targets=tuple(map(canonical, order.targets)),
            alternatives=min(max(0, order.alternatives), MAX_ALTERNATIVES),
        )
        # Two glossaries with one fingerprint give one answer; the object itself would be compared name by name.
        key = (replace(order, glossary=None), names.fingerprint)
        n_chars = sum(map(len, order.texts))
        work = partial(self._carried_out, order)
        found: list[Answer] = await self._answered(key, work, n_chars=n_chars, caller=caller, progress=progress)
        return found

    async def translate_document(
        self,
        data: bytes,
        *,
        file_name: str,
        source: str | None,
        target: str,
        glossary: Glossary | None = None,
        engine: str = "auto",
        caller: Caller,
        progress: Progress | None = None,
    ) -> Document:
        """Translate a file; its language is told by its text where `source` is None.

        Raises: as `translate`; InputError for a file that cannot be read, or has nothing to translate.
        """
        order = Order(
            texts=(),
            targets=(canonical(target),),
            source=None if source is None else canonical(source),
            engine=engine,
            glossary=glossary if glossary is not None else self._house.glossary,
        )

        async def work(ticket: Ticket, note: Progress) -> Document:
            return await self._in_thread(ticket, self._clerk.document, data, file_name, order, caller, note)

        found: Document = await self._answered(object(), work, n_chars=len(data), caller=caller, progress=progress)
        return found

    async def run(self, function: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - the function's own
        """Compute something off the event loop; for work without an engine.

        Raises: OverloadedError: as much as may wait is waiting; and whatever `function` raises.
        """
        self._check_accepting()
        if self._n_light >= self._settings.queue_requests:
            raise self._overloaded(f"{self._n_light} requests are waiting, the limit is {self._n_light}")
        self._n_light += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._light, partial(function, *args))
        finally:
            self._n_light -= 1

    async def close(self) -> None:
        """Refuse what comes, and return when everything that was accepted is answered."""
        self.accepting = False
        while self._works:
            await asyncio.wait([work.task for work in self._works.values()])
        for pool in (self._threads, self._light):
            await asyncio.to_thread(pool.shutdown)

    def _check(self, order: Order, caller: Caller) -> None:
        settings = self._settings
        if len(order.texts) > settings.max_items:
            raise TooManyError(f"{len(order.texts)} texts, the limit is {settings.max_items}; send them in parts")
        if not order.targets:
            raise RequestError("no target language; name at least one")
        for text in order.texts:
            check_length(len(text), settings, caller)

    def _check_accepting(self) -> None:
        if not self.accepting:
            raise self._overloaded("the server is being stopped")

    def _overloaded(self, why: str) -> OverloadedError:
        _REFUSED.inc()
        wait_s = max(1, min(_MAX_RETRY_S, round(self._mean_s)))
        return OverloadedError(f"{why}; try again in {wait_s} s", retry_after_s=wait_s)

    async def _answered(
        self,
        key: Hashable,
        begin: Callable[[Ticket, Progress], Coroutine[Any, Any, Any]],
        *,
        n_chars: int,
        caller: Caller,
        progress: Progress | None,
    ) -> Any:  # noqa: ANN401 - what `begin` gives
        """Join the identical order that is under way, or begin one; end it when nobody waits any more."""
        work = self._works.get(key)
        if work:
            _JOINED.inc()
        else:
            self._check_room(n_chars)
            work = self._begun(key, begin, n_chars, caller)
        if progress:
            work.listeners.append(progress)
        work.n_waiting += 1
        try:
            return await asyncio.shield(work.task)
        finally:
            work.n_waiting -= 1
            if progress:
                work.listeners.remove(progress)
            if not work.n_waiting and not work.task.done():
                work.task.cancel()
                self._end(key, work)  # now, so that nobody joins it

    def _check_room(self, n_chars: int) -> None:
        self._check_accepting()
        most, most_chars = self._settings.queue_requests, self._settings.queue_chars
        if n_chars > most_chars:
            raise TooLongError(f"{n_chars:,} characters, and {most_chars:,} is all that may wait; send it in parts")
        if len(self._works) >= most:
            raise self._overloaded(f"{len(self._works)} requests are waiting, the limit is {most}")
        if self._n_chars + n_chars > most_chars:
            raise self._overloaded(f"{self._n_chars:,} characters are waiting, the limit is {most_chars:,}")

    def _begun(
        self, key: Hashable, begin: Callable[[Ticket, Progress], Coroutine[Any, Any, Any]], n_chars: int, caller: Caller
    ) -> _Work:
        ticket = Ticket(caller.id, turns=self._long if n_chars > _LONG_CHARS else self._short)
        listeners: list[Progress] = []

        def note(done: int, total: int | None) -> None:
            ticket.check()
            for listener in list(listeners):
                listener(done, total)

        work = _Work(asyncio.create_task(self._held(ticket, begin(ticket, note), n_chars)), listeners)
        self._works[key] = work
        work.task.add_done_callback(lambda task: self._end(key, work))
        return work

    def _end(self, key: Hashable, work: _Work) -> None:
        if self._works.get(key) is work:
            del self._works[key]
        if work.task.done() and not work.task.cancelled():
            work.task.exception()  # seen, should nobody be left to hear of it

    async def _held(self, ticket: Ticket, begun: Awaitable[T], n_chars: int) -> T:
        self._n_chars += n_chars
        started = time.monotonic()
        try:
            with _RUNNING.track_inprogress():
                result = await begun
            seconds = time.monotonic() - started
            _ORDER_S.observe(seconds)
            self._mean_s += 0.1 * (seconds - self._mean_s)
            return result
        finally:
            ticket.cancel()  # nothing of it may go on when it is over, however it ended
            self._n_chars -= n_chars

    async def _in_thread(self, ticket: Ticket, function: Callable[..., T], *args: Any) -> T:  # noqa: ANN401
        def carry_out() -> T:
            with ticket.working():
                return function(*args)

        return await asyncio.get_running_loop().run_in_executor(self._threads, carry_out)

    async def _carried_out(self, order: Order, ticket: Ticket, note: Progress) -> list[Answer]:
        """Tell the texts' languages, translate those of one language together, and put the answers in order."""
        if order.source is None:
            spoken = await self._in_thread(ticket, self._clerk.spoken, order)
        else:
            spoken = [(order.source, None)] * len(order.texts)
        parts = list(_parts(order, [source for source, _ in spoken]))
        notes = _tally(note, len(parts))
        free = asyncio.Semaphore(_PARTS)

        async def rows(n: int) -> list[Row]:
            source, at = parts[n]
            async with free:
                texts = [order.texts[each] for each in at]
                return await self._in_thread(ticket, self._clerk.rows, order, texts, source, notes[n])

        answers: dict[int, Answer] = {}
        for (_, at), found in zip(parts, await _all(rows(n) for n in range(len(parts))), strict=True):
            for each, (translations, alternatives) in zip(at, found, strict=True):
                answers[each] = Answer(
                    source=spoken[each][0],
                    detected=spoken[each][1],
                    translations=translations,
                    alternatives=alternatives,
                )
        return [answers[n] for n in range(len(order.texts))]


def _parts(order: Order, sources: Sequence[str]) -> Iterator[tuple[str, list[int]]]:
    """Yield what is translated in one go: plain texts of one language together, each one with mark-up by itself."""
    groups: defaultdict[object, list[int]] = defaultdict(list)
    for n, source in enumerate(sources):
        groups[n if order.markup else (source, has_letters(order.texts[n]))].append(n)
    for at in groups.values():
        yield sources[at[0]], at


def _tally(note: Progress, n_parts: int) -> list[Progress]:
    """Return a progress for each part of a whole; the whole's total is known when that of each part is."""
    lock = threading.Lock()
    known: dict[int, tuple[int, int | None]] = {}

    def part(n: int, done: int, total: int | None) -> None:
        with lock:
            known[n] = (done, total)
            totals = [each for _, each in known.values() if each is not None]
            whole = sum(totals) if len(totals) == n_parts else None
            note(sum(each for each, _ in known.values()), whole)

    return [partial(part, n) for n in range(n_parts)]


async def _all(works: Iterator[Coroutine[Any, Any, T]]) -> list[T]:
    """Run all; when one fails or all are cancelled, end the others."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
