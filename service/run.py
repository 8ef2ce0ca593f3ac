"""Texts on their way through engines into some languages, names settled after every hop.

Every hop is settled against the sentences that were given, so that a name lost on the way through a pivot is found
missing there, and is protected there.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from prometheus_client import Histogram

from glossary import answer, matcher, settle, wanted_name
from service import __version__, protect
from service.errors import EngineError
from service.records import Hypothesis, Translation
from service.segment import join

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from glossary import Glossary, Mention, Settled, Span
    from service.engines import Engine
    from service.records import Hop, Progress
    from service.segment import Segment, Segments

_CHUNK = 512  # sentences an engine gets at once: enough to fill its batches, few enough to report progress
_NAMES_S = Histogram(
    "exonym_names_seconds",
    "Seconds that the names of up to 512 translated sentences took to settle.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)


class Run:
    """Texts on their way into all their targets; remembers what every hop gave, so that no hop is taken twice."""

    def __init__(
        self,
        engines: Mapping[str, Engine],
        glossary: Glossary,
        source: str,
        texts: Sequence[Segments],
        routes: Mapping[str, tuple[Hop, ...]],
        progress: Progress | None,
        n_others: int = 0,
    ) -> None:
        self._engines, self._glossary, self._source, self._texts = engines, glossary, source, texts
        self._sentences = list(dict.fromkeys(segment.text for text in texts for segment in text.segments))
        self._routes, self._n_others = routes, n_others
        self._settled: dict[tuple[tuple[Hop, ...], str], list[Settled]] = {}
        self._others: dict[str, dict[str, list[Hypothesis]]] = {}
        self._progress = progress
        self._done = 0
        ways = set(routes.values())
        self._total = len(self._sentences) * len({way[: n + 1] for way in ways for n in range(len(way))})

    def translations(self) -> list[list[Translation]]:
        """Return for each text its translations, in the order of the targets."""
        columns = [self._translations(target) for target in self._routes]
        return [list(row) for row in zip(*columns, strict=True)]

    def _translations(self, target: str) -> list[Translation]:
        route = self._routes[target]
        signature = self._signature(route)
        return [
            Translation(
                text=join(segments, [line.text for line in lines]),
                source=self._source,
                target=target,
                route=route,
                mentions=tuple(placed(segments, lines)),
                signature=signature,
            )
            for segments, lines in zip(self._texts, self.lines(target), strict=True)
        ]

    def lines(self, target: str) -> list[list[Settled]]:
        """Return for each text the translations of its segments, settled."""
        settled = dict(zip(self._sentences, self._hops(self._routes[target], target), strict=True))
        return [[settled[segment.text] for segment in text.segments] for text in self._texts]

    def alternatives(self) -> list[list[tuple[str, ...]]]:
        """Return for each text and each target the other translations of the whole text, the likeliest first."""
        columns = [self._alternatives(target) for target in self._routes]
        return [list(row) for row in zip(*columns, strict=True)]

    def _alternatives(self, target: str) -> list[tuple[str, ...]]:
        found = []
        for segments, lines in zip(self._texts, self.lines(target), strict=True):
            choices = [self._choices(*pair, target) for pair in zip(segments.segments, lines, strict=True)]
            wholes = (join(segments, line_texts) for line_texts in _likeliest(choices, n=self._n_others))
            found.append(tuple(dict.fromkeys(wholes)))
        return found

    def _choices(self, segment: Segment, line: Settled, lang: str) -> list[tuple[str, float]]:
        """Return what a segment may become, the translation chosen first, and what each costs in log-probability."""
        hypotheses = self._others[lang].get(segment.text, [])
        n_lost = len(self._lost(line, lang))
        choices = {line.text: 0.0}
        for other in hypotheses:
            settled = self._settle(segment.text, other.text, lang)
            if len(self._lost(settled, lang)) <= n_lost:
                loss = (hypotheses[0].score - other.score) * len(other.text)
                choices.setdefault(settled.text, max(0.0, loss))
        return list(choices.items())

    def _hops(self, way: tuple[Hop, ...], lang: str) -> list[Settled]:
        """Return the n sentences after the last hop of `way`, settled against the sentences that were given.

        `lang` is whose names are kept: what the caller asked for may be a variety (pt-BR) of what the engine writes.
        """
        if (way, lang) not in self._settled:
            before = self._hops(way[:-1], way[-2].pair.target) if len(way) > 1 else None
            self._settled[way, lang] = self._hop(way[-1], lang, before)
        return self._settled[way, lang]

    def _hop(self, hop: Hop, lang: str, before: list[Settled] | None) -> list[Settled]:
        texts = self._sentences if before is None else [settled.text for settled in before]
        settled = []
        for start in range(0, len(texts), _CHUNK):
            chunk = slice(start, start + _CHUNK)
            found = self._translated(self._sentences[chunk], texts[chunk], hop, lang)
            started = time.perf_counter()
            settled += [self._held(*pair, lang) for pair in zip(self._sentences[chunk], found, strict=True)]
            _NAMES_S.observe(time.perf_counter() - started)
            self._done += len(found)
            if self._progress:
                self._progress(self._done, self._total)
        return self._rescued(hop, lang, texts, before, settled)

    def _translated(
        self, sentences: Sequence[str], texts: Sequence[str], hop: Hop, lang: str
    ) -> list[list[Hypothesis]]:
        """Translate, leaving the engine out where the glossary has the whole answer; the likeliest comes first."""
        known = {
            n: [Hypothesis(name)]
            for n, sentence in enumerate(sentences)
            if (name := answer(sentence, self._glossary, source_lang=self._source, target_lang=lang))
        }
        rest = [n for n in range(len(texts)) if n not in known]
        found = self._asked([sentences[n] for n in rest], [texts[n] for n in rest], hop, lang)
        _count(hop, len(found), len(rest))
        known.update(zip(rest, found, strict=True))
        return [known[n] for n in range(len(texts))]

    def _asked(self, sentences: Sequence[str], texts: Sequence[str], hop: Hop, lang: str) -> list[list[Hypothesis]]:
        """Ask the engine, where names may be lost or others are wanted for more than its best."""
        engine = self._engines[hop.engine]
        are_wanted = self._n_others and hop == self._routes.get(lang, (None,))[-1]
        n = max(engine.n_best if self._glossary.concepts else 1, self._n_others + 1 if are_wanted else 1)
        if n == 1:
            return [[Hypothesis(text)] for text in engine.translate(texts, hop.pair)]
        found = engine.hypotheses(texts, hop.pair, n=n)
        if are_wanted:
            self._others.setdefault(lang, {}).update(zip(sentences, found, strict=False))
        return found

    def _held(self, sentence: str, hypotheses: Sequence[Hypothesis], lang: str) -> Settled:
        """Settle the likeliest translation, or of all the one that holds the most names where that one lost some."""
        first, *others = hypotheses
        settled = self._settle(sentence, first.text, lang)
        if not others or not self._lost(settled, lang):
            return settled
        return self._best([settled, *(self._settle(sentence, other.text, lang) for other in others)], lang)

    def _settle(self, sentence: str, raw: str, lang: str) -> Settled:
        return settle(sentence, raw, glossary=self._glossary, source_lang=self._source, target_lang=lang)

    def _rescued(
        self, hop: Hop, lang: str, texts: Sequence[str], before: list[Settled] | None, settled: list[Settled]
    ) -> list[Settled]:
        """Translate sentences that lost a name once more, and keep whichever candidate holds the most names."""
        lost = [n for n, line in enumerate(settled) if self._lost(line, lang)]
        if not lost:
            return settled
        engine = self._engines[hop.engine]
        better = list(settled)
        for way in (protect.by_name, protect.by_token):
            names = {n: self._names(better[n], before[n] if before else None, lang) for n in lost}
            still = [n for n in lost if names[n]]
            protected = [way(texts[n], names[n]) for n in still]
            raw = engine.translate([line.text for line in protected], hop.pair)
            _count(hop, len(raw), len(still))
            for n, line, translated in zip(still, protected, raw, strict=True):
                restored = protect.restore(translated, line)
                if restored is not None:
                    candidate = self._inserted(self._settle(self._sentences[n], restored, lang), settled[n], lang)
                    better[n] = self._best([better[n], candidate], lang)
        return better

    def _lost(self, line: Settled, lang: str) -> dict[Span, Mention]:
        """Return the mentions to be asked for again: nothing stands in their place, or what no list of names has.

        A listed name that was left alone is another thing's (Kharkiv University), and stays.
        """
        names = matcher(self._glossary, lang=lang)
        return {
            mention.source: mention
            for mention in line.mentions
            if mention.status == "missing"
            or (mention.status == "ambiguous" and not names.find(mention.engine_wrote or ""))
        }

    def _best(self, lines: Sequence[Settled], lang: str) -> Settled:
        """Return the line that holds the most names; the first of them where several do."""
        return min(lines, key=lambda line: len(self._lost(line, lang)))

    def _inserted(self, candidate: Settled, original: Settled, lang: str) -> Settled:
        """Call names inserted that only protection brought into the translation, and say what stood there before."""
        lost = self._lost(original, lang)
        mentions = tuple(
            replace(mention, status="inserted", engine_wrote=lost[mention.source].engine_wrote)
            if mention.source in lost and mention.status in ("kept", "rewritten")
            else mention
            for mention in candidate.mentions
        )
        return replace(candidate, mentions=mentions)

    def _names(self, line: Settled, before: Settled | None, target: str) -> list[tuple[Span, str]]:
        """Return where the lost names stand in the text that the engine gets, and what should come out there."""
        stands = {mention.source: mention.target for mention in before.mentions} if before else {}
        names = []
        for source, mention in self._lost(line, target).items():
            place = stands.get(source) if before else source
            name = wanted_name(mention, self._glossary, source_lang=self._source, target_lang=target)
            if place and name:
                names.append((place, name))
        return names

    def _signature(self, route: tuple[Hop, ...]) -> str:
        models = "+".join(f"{hop}={self._engines[hop.engine].fingerprint(hop.pair)}" for hop in route)
        return f"exonym:{__version__}|{models}|glossary:{self._glossary.fingerprint}"


def _count(hop: Hop, n_out: int, n_in: int) -> None:
    if n_out != n_in:
        raise EngineError(
            f"{hop} gave {n_out} sentences for {n_in}; restart the server, and report it if it happens again"
        )


def placed(segments: Segments, lines: Sequence[Settled]) -> list[Mention]:
    """Move the mentions of each line to where the line stands in the two whole texts."""
    placed, at = [], len(segments.between[0])
    for segment, line, after in zip(segments.segments, lines, segments.between[1:], strict=True):
        for mention in line.mentions:
            target = mention.target.shifted(at) if mention.target else None
            placed.append(replace(mention, source=mention.source.shifted(segment.start), target=target))
        at += len(line.text) + len(after)
    return placed


def _likeliest(choices: Sequence[Sequence[tuple[str, float]]], *, n: int) -> Iterator[list[str]]:
    """Yield up to n ways to choose one text a line, the first of each line apart, least loss in all first.

    >>> list(_likeliest([[("a", 0.0), ("b", 0.5)], [("c", 0.0), ("d", 0.2)]], n=2))
    [['a', 'd'], ['b', 'c']]
    """
    ranked = [sorted(line[1:], key=lambda choice: choice[1]) for line in choices]
    # No line is among the n best that is not among the n whose second choice costs least.
    lines = sorted((at for at, line in enumerate(ranked) if line), key=lambda at: ranked[at][0][1])[:n]
    waiting: list[tuple[float, tuple[int, ...]]] = [(0.0, (0,) * len(lines))]
    seen = {waiting[0][1]}
    for _ in range(n + 1):
        if not waiting:
            return
        loss, ranks = heapq.heappop(waiting)
        if any(ranks):
            texts = [line[0][0] for line in choices]
            for at, rank in zip(lines, ranks, strict=True):
                texts[at] = ranked[at][rank - 1][0] if rank else texts[at]
            yield texts
        for k, at in enumerate(lines):
            more = (*ranks[:k], ranks[k] + 1, *ranks[k + 1 :])
            if ranks[k] < len(ranked[at]) and more not in seen:
                seen.add(more)
                step = ranked[at][ranks[k]][1] - (ranked[at][ranks[k] - 1][1] if ranks[k] else 0.0)
                heapq.heappush(waiting, (loss + step, more))
