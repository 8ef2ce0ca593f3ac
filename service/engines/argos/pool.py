"""Things that are loaded on first use, shared between threads, and dropped when idle or when they are too many."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from service.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

K = TypeVar("K", bound="Hashable")
V = TypeVar("V")


@dataclass(eq=False)
class _Slot(Generic[V]):
    """A place for one thing; `loading` is held while it is loaded, so that others wait and none loads it twice."""

    n_bytes: int
    thing: V | None = None
    n_users: int = 0
    used_at: float = 0.0
    loading: threading.Lock = field(default_factory=threading.Lock)


class Pool(Generic[K, V]):
    """Keeps what `load` makes for each key; what is in use is never dropped under its user."""

    def __init__(
        self, *, load: Callable[[K], V], size_bytes: Callable[[K], int], idle_s: float, max_bytes: int
    ) -> None:
        """Start empty.

        Args:
            size_bytes: memory that the thing of a key will take, asked before it is loaded.
            idle_s: seconds without use after which a thing is dropped; 0 keeps it.
            max_bytes: memory that all may take before the least recently used is dropped; 0 sets no cap. One
                thing larger than that is kept as long as it is the latest.
        """
        self._load, self._size_bytes, self._idle_s, self._max_bytes = load, size_bytes, idle_s, max_bytes
        self._slots: dict[K, _Slot[V]] = {}
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._closed = False

    @contextmanager
    def use(self, key: K) -> Iterator[V]:
        """Lend the thing of a key, loading it first where needed.

        Raises: EngineError: the pool is closed; and whatever `load` and `size_bytes` raise.
        """
        slot = self._taken(key)
        try:
            with slot.loading:
                if slot.thing is None:
                    slot.thing = self._load(key)
            yield slot.thing
        finally:
            self._given_back(key, slot)

    def loaded(self) -> list[K]:
        """Return the keys whose things are loaded, least recently used first."""
        with self._lock:
            return sorted((key for key in self._slots), key=lambda key: self._slots[key].used_at)

    def close(self) -> None:
        """Drop everything; what is in use goes when its user gives it back."""
        with self._lock:
            self._closed = True
            self._slots.clear()
            if self._timer:
                self._timer.cancel()

    def _taken(self, key: K) -> _Slot[V]:
        n_bytes = self._size_bytes(key) if key not in self._slots else 0
        with self._lock:
            if self._closed:
                raise EngineError("the engine is closed; open another")
            if key not in self._slots:
                self._drop_over_cap(n_bytes)
                self._slots[key] = _Slot(n_bytes or self._size_bytes(key))
            slot = self._slots[key]
            slot.n_users += 1
            slot.used_at = time.monotonic()
            return slot

    def _given_back(self, key: K, slot: _Slot[V]) -> None:
        with self._lock:
            slot.n_users -= 1
            slot.used_at = time.monotonic()
            if slot.thing is None and not slot.n_users and self._slots.get(key) is slot:
                del self._slots[key]  # it could not be loaded; the next user may try again
            self._drop_over_cap(0)
            self._set_timer(self._idle_s)

    def _drop_over_cap(self, n_more_bytes: int) -> None:
        total = n_more_bytes + sum(slot.n_bytes for slot in self._slots.values())
        latest = max(self._slots, key=lambda key: self._slots[key].used_at, default=None)
        for key, slot in sorted(self._slots.items(), key=lambda item: item[1].used_at):
            if self._max_bytes and total > self._max_bytes and not slot.n_users and (n_more_bytes or key != latest):
                del self._slots[key]
                total -= slot.n_bytes

    def _set_timer(self, delay_s: float) -> None:
        if self._idle_s and self._timer is None and self._slots and not self._closed:
            self._timer = threading.Timer(delay_s, self._drop_idle)
            self._timer.daemon = True
            self._timer.start()

    def _drop_idle(self) -> None:
        with self._lock:
            now, self._timer = time.monotonic(), None
            for key, slot in list(self._slots.items()):
                if not slot.n_users and now - slot.used_at >= self._idle_s:
                    del self._slots[key]
            oldest = min((slot.used_at for slot in self._slots.values()), default=now)
            self._set_timer(max(0.05, oldest + self._idle_s - now))
