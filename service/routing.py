"""Choose the way from one language to another through the engines that are there.

Pair by pair a direct neural model is preferred, then direct rules, then the shortest pivot. Among pivots of the same
length the one with more neural hops wins, then the one through the language that most models were made for, so that
several targets of one text share their first hop.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from glossary.fold import base
from service.errors import RequestError, UnknownEngineError, UnsupportedPairError
from service.languages import nearest
from service.records import Hop, Pair

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from service.engines import Engine

MAX_HOPS = 3  # each hop loses something; after three little of the text is left

# Best first; an engine that is not here is taken only when it is asked for by name.
PREFERENCE = ("argos", "apertium")
_PIVOTS = ("en", "es", "fr", "de", "ru")


class Router:
    """The graph of all pairs of some engines."""

    def __init__(self, engines: Mapping[str, Engine]) -> None:
        self._pairs = {name: engine.pairs() for name, engine in engines.items()}

    def targets(self, source: str, *, engine: str = "auto") -> list[str]:
        """Return every language that can be reached from `source`, sorted."""
        edges = self._edges(engine)
        start = nearest(source, {pair.source for pair in edges})
        if start is None:
            return []
        return sorted({way[-1].pair.target for way in _sensible_ways(start, edges)} - {start, source})

    def sources(self, *, engine: str = "auto") -> list[str]:
        """Return every language that some pair starts from, sorted."""
        return sorted({pair.source for pair in self._edges(engine)})

    @cached_property
    def directions(self) -> Mapping[str, tuple[str, ...]]:
        """Every source with the targets that can be reached from it, both sorted; worked out once."""
        return {source: tuple(self.targets(source)) for source in self.sources()}

    @cached_property
    def reached(self) -> frozenset[str]:
        """Every target that can be reached from somewhere."""
        return frozenset(target for targets in self.directions.values() for target in targets)

    def route(self, source: str, target: str, *, engine: str = "auto") -> tuple[Hop, ...]:
        """Return the best way from `source` to `target`.

        Args: engine: `auto`, or the name of the only engine that may be used.
        Raises:
            RequestError: source and target are one language.
            UnknownEngineError: no engine of that name is open.
            UnsupportedPairError: there is no way; the message names what to install.
        """
        if source == target:
            raise RequestError(f"source and target are both {source!r}; name another target language")
        edges = self._edges(engine)
        start = nearest(source, {pair.source for pair in edges})
        end = nearest(target, {pair.target for pair in edges})
        ways = [way for way in _sensible_ways(start, edges) if way[-1].pair.target == end] if start and end else []
        if not ways:
            raise UnsupportedPairError(_advice(source, target, engine))
        return min(ways, key=_cost)

    def _edges(self, engine: str) -> dict[Pair, str]:
        if engine != "auto" and engine not in self._pairs:
            raise UnknownEngineError(
                f"no engine is called {engine!r}; there are auto, {', '.join(sorted(self._pairs))}"
            )
        names = [name for name in PREFERENCE if name in self._pairs] if engine == "auto" else [engine]
        return {pair: name for name in reversed(names) for pair in self._pairs[name]}


def _sensible_ways(start: str, edges: Mapping[Pair, str]) -> Iterable[tuple[Hop, ...]]:
    """Yield the ways from `start` that are worth going: none by another language to a variety of the same one."""
    for way in _ways(start, edges):
        if len(way) == 1 or base(way[-1].pair.target) != base(start):
            yield way


def _ways(start: str, edges: Mapping[Pair, str]) -> Iterable[tuple[Hop, ...]]:
    """Yield every shortest way from `start` to each language within `MAX_HOPS`."""
    outward: dict[str, list[Hop]] = {}
    for pair, engine in edges.items():
        outward.setdefault(pair.source, []).append(Hop(engine, pair))
    reached, frontier = {start}, [()]  # type: tuple[set[str], list[tuple[Hop, ...]]]
    for _ in range(MAX_HOPS):
        longer = []
        for way in frontier:
            for hop in outward.get(way[-1].pair.target if way else start, ()):
                if hop.pair.target not in reached:
                    longer.append((*way, hop))
        yield from longer
        reached |= {way[-1].pair.target for way in longer}
        frontier = longer


def _cost(way: tuple[Hop, ...]) -> tuple[object, ...]:
    pivots = [hop.pair.target for hop in way[:-1]]
    ranks = [_PIVOTS.index(pivot) if pivot in _PIVOTS else len(_PIVOTS) for pivot in pivots]
    engines = [PREFERENCE.index(hop.engine) if hop.engine in PREFERENCE else len(PREFERENCE) for hop in way]
    return len(way), sum(engines), ranks, engines, pivots


def _advice(source: str, target: str, engine: str) -> str:
    by = "" if engine == "auto" else f" by {engine}"
    return (
        f"nothing installed translates {source} to {target}{by}, directly or in {MAX_HOPS} hops; "
        f"install a model (exonym install {source} {target}, or exonym install FILE.argosmodel) "
        f"or one of Debian's Apertium pairs; `exonym languages` lists what is there"
    )
