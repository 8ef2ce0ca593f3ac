"""Apertium: rule-based pairs as Debian packages them, run as pipelines that stay up.

A pair is offered when it is installed and a probe came through it: Debian 12 ships one whose stages crash on its own
language, and one whose mode file names files that it does not bring.
"""

from __future__ import annotations

import functools
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import langcodes

from service.engines.apertium.cache import Cache
from service.engines.apertium.modes import read_modes
from service.engines.apertium.packages import package_for
from service.engines.apertium.pipeline import Pipeline, StageError
from service.engines.apertium.stream import has_letters
from service.engines.apertium.tagger import tagger_of
from service.engines.apertium.workers import Workers
from service.errors import UnsupportedPairError
from service.records import Hypothesis

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.engines.apertium.modes import Mode
    from service.engines.apertium.tagger import Tagger
    from service.records import Pair
    from service.settings import Settings

_PROBE_S = 15.0

# Plain sentences whose words can be several things each: a tagger that crashes does so on those.
_SAMPLES = {
    "be": "Мой дом стаіць каля ракі, і дзеці гуляюць на двары.",
    "ca": "La casa és a prop del riu i els nens juguen al pati.",
    "en": "My house stands near the river, and the children play in the yard.",
    "eo": "Mia domo staras apud la rivero, kaj la infanoj ludas en la korto.",
    "es": "La casa está cerca del río y los niños juegan en el patio.",
    "fr": "La maison est près de la rivière et les enfants jouent dans la cour.",
    "gl": "A casa está preto do río e os nenos xogan no patio.",
    "it": "La casa è vicino al fiume e i bambini giocano nel cortile.",
    "pt": "A casa fica perto do rio e as crianças brincam no pátio.",
    "ru": "Мой дом стоит у реки, и дети играют во дворе.",
    "uk": "Мій дім стоїть біля річки, і діти грають у дворі.",
}


class Apertium:
    """The `Engine` over Debian's Apertium pairs; starts a pair's processes when it is first asked for."""

    name = "apertium"
    n_best = 1

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._modes = read_modes(settings.apertium_modes)
        self._prints = functools.cache(lambda pair: self._modes[pair].fingerprint())
        self._cache = Cache() if self._modes else None
        self._faults: dict[Pair, str | None] = {}
        self._workers: dict[Pair, Workers] = {}

    def pairs(self) -> frozenset[Pair]:
        """Return the installed pairs that a probe came through.

        The first call after a pair was installed probes it, all new ones at once; the results are kept on disk.
        """
        faults = self._probed(self._modes)
        return frozenset(pair for pair, fault in faults.items() if fault is None)

    def problems(self) -> tuple[str, ...]:
        """Return one line for each installed pair that no probe came through."""
        faults = self._probed(self._modes)
        return tuple(f"{self._modes[pair].name}: {fault}" for pair, fault in sorted(faults.items()) if fault)

    def fingerprint(self, pair: Pair) -> str:
        """Return the mode's name and a hash of its text, its data and its programs."""
        if pair not in self._modes:
            raise self._unsupported(pair, None)
        return f"apertium:{self._prints(pair)}"

    def translate(self, sentences: Sequence[str], pair: Pair) -> list[str]:
        """Translate n sentences into n sentences, order kept; each comes out as it does alone."""
        workers = self._started(pair)
        return workers.translate(sentences, on_taught=self._keep)

    def hypotheses(self, sentences: Sequence[str], pair: Pair, *, n: int) -> list[list[Hypothesis]]:
        """Return the one translation that rules give for each sentence, whatever `n` is."""
        del n
        return [[Hypothesis(text)] for text in self.translate(sentences, pair)]

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            workers = list(self._workers.values())
        for each in workers:
            each.close()

    def _started(self, pair: Pair) -> Workers:
        if pair in self._workers:
            return self._workers[pair]
        fault = self._probed([pair])[pair] if pair in self._modes else None
        if pair not in self._modes or fault:
            raise self._unsupported(pair, fault)
        with self._lock:
            if pair not in self._workers:
                self._workers[pair] = Workers(
                    self._modes[pair],
                    n=self._settings.apertium_workers,
                    timeout_s=self._settings.apertium_timeout_s,
                    tagger=self._tagger(self._modes[pair]),
                )
            return self._workers[pair]

    def _tagger(self, mode: Mode) -> Tagger | None:
        tagger = tagger_of(mode)
        if tagger and self._cache:
            tagger.teach(self._cache.classes(tagger.fingerprint()))
        return tagger

    def _keep(self, tagger: Tagger) -> None:
        if self._cache:
            self._cache.keep_classes(tagger.fingerprint(), tagger.classes)

    def _probed(self, pairs: Mapping[Pair, Mode] | Sequence[Pair]) -> dict[Pair, str | None]:
        """Return what is wrong with each pair, None where nothing is; probe those not known yet, side by side."""
        with self._lock:
            for pair in pairs:
                known, fault = self._cache.fault(self._probe_key(pair)) if self._cache else (False, None)
                if known:
                    self._faults.setdefault(pair, fault)
            new = [pair for pair in pairs if pair not in self._faults]
            if new and self._cache:
                probe = partial(_fault, timeout_s=min(self._settings.apertium_timeout_s, _PROBE_S))
                with ThreadPoolExecutor(min(len(new), (os.cpu_count() or 1) * 2)) as pool:
                    self._faults.update(zip(new, pool.map(probe, [self._modes[pair] for pair in new]), strict=True))
                self._cache.keep_faults({self._probe_key(pair): self._faults[pair] for pair in new})
            return {pair: self._faults[pair] for pair in pairs}

    def _probe_key(self, pair: Pair) -> str:
        return f"{self._prints(pair)}: {_sample(pair)}"

    def _unsupported(self, pair: Pair, fault: str | None) -> UnsupportedPairError:
        if fault:
            return UnsupportedPairError(
                f"apertium's {self._modes[pair].name} is installed but does not work here: {fault}; "
                f"go by way of another language, or install another build of the pair"
            )
        package = package_for(pair)
        if package:
            return UnsupportedPairError(
                f"apertium {pair} is not installed; apt-get install {package} brings it (modes are looked for in "
                f"{self._settings.apertium_modes})"
            )
        return UnsupportedPairError(
            f"apertium has no pair {pair}, and Debian no package with it; go by way of another language"
        )


def _fault(mode: Mode, *, timeout_s: float) -> str | None:
    """Send a few words through a new pipeline; say what was wrong, None when they came out."""
    fault = mode.fault()
    if fault:
        return fault
    pipeline = None
    try:
        pipeline = Pipeline(mode.stages, timeout_s=timeout_s)
        (words,) = pipeline.run([_sample(mode.pair)])
    except StageError as error:
        return str(error)
    finally:
        if pipeline:
            pipeline.close()
    return None if has_letters(words) else "it gave no words for words"


def _sample(pair: Pair) -> str:
    """Return a sentence in the source language, or what it calls a few languages where none is at hand.

    >>> from service.records import Pair
    >>> _sample(Pair("ast", "es"))
    'asturianu, español, rusu.'
    """
    if pair.source in _SAMPLES:
        return _SAMPLES[pair.source]
    named = (langcodes.get(tag).display_name(pair.source) for tag in (pair.source, pair.target, "ru"))
    return ", ".join(named) + "."
