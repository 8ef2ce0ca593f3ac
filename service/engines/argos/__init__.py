"""Argos Translate's neural packages, run by CTranslate2 and SentencePiece directly.

`argostranslate` itself is not imported: it fetches a sentence splitter when it runs, creates folders when it is
imported, and translates paragraph after paragraph. What it does to tokens and text is done here as it does it.
"""

from __future__ import annotations

import logging
import threading
from importlib.metadata import version
from typing import TYPE_CHECKING

from service.engines.argos.models import Model, weights
from service.engines.argos.packages import Package, Shelf, digest, folders, scan, tag_of
from service.engines.argos.pool import Pool
from service.errors import EngineError, UnknownLanguageError, UnsupportedPairError
from service.records import Hypothesis, Pair

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.settings import Settings

_LOG = logging.getLogger(__name__)
_MEBIBYTE = 1024 * 1024


class Argos:
    """Translates by every package in Argos Translate's folders, or in the folder that the settings name."""

    name = "argos"

    def __init__(self, settings: Settings) -> None:
        """Look at nothing yet; packages are read by the first question about them."""
        self._settings = settings
        self.n_best = settings.beam_size  # the search has found as many when it has found the best
        self._lock = threading.Lock()
        self._best: dict[Pair, Package] = {}
        self._problems: tuple[str, ...] = ()
        self._models: Pool[Package, Model] = Pool(
            load=lambda package: Model(package, settings),
            size_bytes=self._size_bytes,
            idle_s=settings.model_idle_s,
            max_bytes=settings.model_memory_mb * _MEBIBYTE,
        )

    def pairs(self) -> frozenset[Pair]:
        """Return the pairs of all readable packages; reads the folders anew."""
        return frozenset(self._scanned())

    def problems(self) -> tuple[str, ...]:
        """Return one line for each broken package that was left out."""
        self._scanned()
        return self._problems

    def fingerprint(self, pair: Pair) -> str:
        """Return package version, digest of its files, version of CTranslate2, beam and arithmetic.

        Raises: UnsupportedPairError: no package translates `pair`.
        """
        package, settings = self._package(pair), self._settings
        try:
            content = digest(package)
        except OSError as error:
            raise EngineError(f"the Argos package {package} cannot be read ({error.strerror})") from error
        return (
            f"argos-{package.source_code}_{package.target_code}-{package.version}-{content}"
            f"-ct{version('ctranslate2')}-sp{version('sentencepiece')}"
            f"-beam{settings.beam_size}-{settings.compute_type}-{settings.device}"
        )

    def translate(self, sentences: Sequence[str], pair: Pair) -> list[str]:
        """Translate n sentences into n sentences; white space around each stays, one without letters stays whole."""
        return [hypotheses[0].text for hypotheses in self.hypotheses(sentences, pair, n=1)]

    def hypotheses(self, sentences: Sequence[str], pair: Pair, *, n: int) -> list[list[Hypothesis]]:
        """Return up to n translations for each sentence, best first; the first is what `translate` returns."""
        package = self._package(pair)
        cores = {sentence.strip() for sentence in sentences if any(map(str.isalnum, sentence))}
        found: dict[str, list[Hypothesis]] = {}
        if cores:
            ordered = sorted(cores)
            with self._models.use(package) as model:
                found = dict(zip(ordered, model.hypotheses(ordered, n=max(1, n)), strict=True))
        return [_framed(sentence, found.get(sentence.strip())) for sentence in sentences]

    def close(self) -> None:
        """Drop every model."""
        self._models.close()

    def _scanned(self) -> dict[Pair, Package]:
        shelf: Shelf = scan(folders(self._settings))
        with self._lock:
            for problem in set(shelf.problems) - set(self._problems):
                _LOG.warning("%s", problem)
            self._best, self._problems = shelf.best(), shelf.problems
            return self._best

    def _package(self, pair: Pair) -> Package:
        """Return the package for a pair, looking for new ones when there is none; Argos's codes will do too."""
        try:
            pair = Pair(tag_of(pair.source), tag_of(pair.target))
        except UnknownLanguageError as error:
            raise UnsupportedPairError(f"no Argos package translates {pair}: {error}") from None
        package = self._best.get(pair) or self._scanned().get(pair)
        if package is None:
            raise UnsupportedPairError(
                f"no Argos package translates {pair}; install one: exonym install {pair.source} {pair.target}, "
                f"or exonym install FILE.argosmodel with a file that was brought here"
            )
        return package

    def _size_bytes(self, package: Package) -> int:
        path = package.path / "model" / "model.bin"
        return weights(path, compute_type=self._settings.compute_type).n_bytes


def _framed(sentence: str, hypotheses: list[Hypothesis] | None) -> list[Hypothesis]:
    """Put the white space around a sentence back; a sentence that was not translated stays as it is."""
    if hypotheses is None:
        return [Hypothesis(sentence)]
    start = sentence[: len(sentence) - len(sentence.lstrip())]
    end = sentence[len(sentence.rstrip()) :]
    return [Hypothesis(start + each.text + end, each.score) for each in hypotheses]
