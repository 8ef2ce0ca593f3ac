"""An engine that gives back what it gets, for tests and dry runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.errors import UnsupportedPairError
from service.records import Hypothesis, Pair

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.settings import Settings

_LANGS = ("ca", "de", "en", "eo", "es", "fr", "gl", "it", "pl", "pt", "ru", "uk")


class Echo:
    """Translates between any two of twelve languages by changing nothing."""

    name = "echo"
    n_best = 1

    def __init__(self, settings: Settings) -> None:
        del settings

    def pairs(self) -> frozenset[Pair]:
        """Return all ordered pairs of the twelve languages."""
        return frozenset(Pair(a, b) for a in _LANGS for b in _LANGS if a != b)

    def problems(self) -> tuple[str, ...]:
        """Return nothing: nothing is installed that could be broken."""
        return ()

    def fingerprint(self, pair: Pair) -> str:
        """Return the same for every pair: nothing can change."""
        del pair
        return "echo-1"

    def translate(self, sentences: Sequence[str], pair: Pair) -> list[str]:
        """Return the sentences as they are."""
        self._check(pair)
        return list(sentences)

    def hypotheses(self, sentences: Sequence[str], pair: Pair, *, n: int) -> list[list[Hypothesis]]:
        """Return each sentence as its one hypothesis."""
        del n
        self._check(pair)
        return [[Hypothesis(sentence)] for sentence in sentences]

    def close(self) -> None:
        """Do nothing; there is nothing to release."""

    def _check(self, pair: Pair) -> None:
        if pair not in self.pairs():
            raise UnsupportedPairError(
                f"echo only plays {', '.join(_LANGS)}, not {pair}; install an engine that translates it"
            )
