"""Who is next: callers share by what their things cost, and the calls of one caller take turns one thing at a time."""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")


class Turns(Generic[T]):
    """Things that wait, each in the name of a caller; for one thread at a time.

    Start-time fair queueing: every caller has a clock that runs by the cost of what was taken in its name, and the one
    whose clock shows least is next. Who comes anew starts at the clock of the one served last, neither behind those who
    have waited nor with a credit for the time of its absence.

    Source: Goyal, Vin, Cheng, Start-time Fair Queueing, SIGCOMM 1996.
    """

    def __init__(self, *, cost: Callable[[T], float], wanted: Callable[[T], bool]) -> None:
        """Start empty.

        Args: wanted: asked when a thing's turn has come; one that is not wanted any more is dropped and costs nothing.
        """
        self._cost, self._wanted = cost, wanted
        self._lines: dict[str, deque[deque[T]]] = {}
        self._order: list[tuple[float, int, str]] = []
        self._clock = 0.0
        self._n = itertools.count()

    def add(self, things: Iterable[T], *, caller: str) -> None:
        """Let the things of one call wait, in their order."""
        waiting = deque(things)
        if not waiting:
            return
        if caller not in self._lines:
            self._lines[caller] = deque()
            heapq.heappush(self._order, (self._clock, next(self._n), caller))
        self._lines[caller].append(waiting)

    def take(self, *, fits: Callable[[T], bool] = lambda thing: True) -> T | None:
        """Return the next thing that is wanted; None when there is none.

        Args: fits: None is returned, too, when the next thing does not fit; it stays the next.
        """
        while self._order:
            clock, _, caller = self._order[0]
            thing = self._next_of(caller)
            if thing is None:
                heapq.heappop(self._order)
                del self._lines[caller]
                continue
            if not fits(thing):
                return None
            self._clock = clock
            self._taken(caller)
            heapq.heapreplace(self._order, (clock + self._cost(thing), next(self._n), caller))
            return thing
        return None

    def _next_of(self, caller: str) -> T | None:
        """Return the first thing of a caller's that is wanted, dropping those before it."""
        calls = self._lines[caller]
        while calls:
            while calls[0]:
                if self._wanted(calls[0][0]):
                    return calls[0][0]
                calls[0].popleft()
            calls.popleft()
        return None

    def _taken(self, caller: str) -> None:
        """Take the first thing of a caller's; the rest of its call waits behind the caller's others."""
        calls = self._lines[caller]
        call = calls.popleft()
        call.popleft()
        if call:
            calls.append(call)
