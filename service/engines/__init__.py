"""Engines: what turns sentences of one language into another.

`ENGINES` maps a name to "module:Class", imported on use, so that an engine that is not installed costs nothing. Each
class is built from `Settings`, satisfies `Engine`, and translates its library's errors at its own edge.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Protocol

from service.errors import UnknownEngineError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.records import Hypothesis, Pair
    from service.settings import Settings

ENGINES = {
    "argos": "service.engines.argos:Argos",
    "apertium": "service.engines.apertium:Apertium",
    "echo": "service.engines.echo:Echo",
}


class Engine(Protocol):
    """The contract; `tests/test_engine_contract.py` runs it over every engine.

    Safe to call from several threads. Nothing is fetched from a network, ever.
    """

    name: str
    #: How many translations of a sentence it finds at the price of one; 1 where it knows no second.
    n_best: int

    def pairs(self) -> frozenset[Pair]:
        """Return the installed pairs that work, as canonical BCP-47 tags."""
        ...

    def problems(self) -> tuple[str, ...]:
        """Return one line for each thing that is installed but does not work, and so is left out of `pairs()`."""
        ...

    def fingerprint(self, pair: Pair) -> str:
        """Return a short text that changes when the output for `pair` may: model, version, decoding settings."""
        ...

    def translate(self, sentences: Sequence[str], pair: Pair) -> list[str]:
        """Translate n sentences into n sentences, order kept; one alone comes out as it does among others.

        Raises:
            UnsupportedPairError: `pair` is not among `pairs()`; the message names what to install.
            EngineError: the engine failed on a sentence even when it was tried alone.
        """
        ...

    def hypotheses(self, sentences: Sequence[str], pair: Pair, *, n: int) -> list[list[Hypothesis]]:
        """Return up to n translations for each sentence, best first; the first is what `translate` returns."""
        ...

    def close(self) -> None:
        """Release processes and memory; the engine may not be used afterwards."""
        ...


def open_engine(name: str, settings: Settings) -> Engine:
    """Build the engine called `name`.

    Raises: UnknownEngineError: no such name in `ENGINES`.
    """
    if name not in ENGINES:
        raise UnknownEngineError(f"no engine is called {name!r}; there are {', '.join(sorted(ENGINES))}")
    module, _, cls = ENGINES[name].partition(":")
    engine: Engine = getattr(importlib.import_module(module), cls)(settings)
    return engine
