"""The way of the data: split, translate hop by hop, settle the names, join.

Knows engines and names; knows no HTTP and no settings. Every hop is settled against the sentence that was given, so
that a name lost on the way through a pivot is found missing there, and is protected there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import regex

from glossary import Glossary, answer, matcher, settle, wanted_name
from service import __version__, protect
from service.errors import EngineError, InputError, RequestError, TooLongError
from service.languages import canonical
from service.records import Translation
from service.routing import Router
from service.segment import join, split

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from glossary import Mention, Settled, Span
    from service.engines import Engine
    from service.records import Hop, Progress
    from service.segment import Segments

_CHUNK = 512  # sentences an engine gets at once: enough to fill its batches, few enough to report progress
_N_HYPOTHESES = 4  # how many an engine is asked for when its best one lost a name
_UNREADABLE = regex.compile(r"[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Pipeline:
    """Translates texts through a set of engines, with one glossary unless a call brings its own.

    Safe to call from several threads, as its engines are.
    """

    engines: Mapping[str, Engine]
    glossary: Glossary
    max_chars: int = 20_000_000
    router: Router = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "router", Router(self.engines))

    def translate(
        self,
        text: str,
        *,
        source: str,
        targets: Sequence[str],
        engine: str = "auto",
        glossary: Glossary | None = None,
        progress: Progress | None = None,
    ) -> list[Translation]:
        """Translate `text` into every target, names as the glossary has them.

        Targets that share hops pay for them once.

        Args:
            targets: BCP-47 tags, at least one; the answer has their order.
            engine: `auto`, or the only engine that may be used.
            glossary: in place of the pipeline's own; an empty one leaves names to the engine.
            progress: called with the sentences done and the sentences in all, hops counted.
        Raises: RequestError: the input is at fault, and how to mend it; EngineError: an engine failed.
        """
        source = canonical(source)
        wanted = list(dict.fromkeys(canonical(target) for target in targets))
        if not wanted:
            raise RequestError("no target language; name at least one")
        _check(text, self.max_chars)
        routes = {target: self.router.route(source, target, engine=engine) for target in wanted}
        names = self.glossary if glossary is None else glossary
        run = _Run(self.engines, names, source, split(text, lang=source), set(routes.values()), progress)
        return [run.translation(target, routes[target]) for target in wanted]

    def engine_alone(self, text: str, *, source: str, target: str, engine: str = "auto") -> tuple[Mention, ...]:
        """Say what would become of the names if the engines were left to themselves on the whole way.

        Returns: the mentions of `translate`, with `engine_wrote` and `status` as the untouched translation has them.
        """
        source, target = canonical(source), canonical(target)
        _check(text, self.max_chars)
        segments = split(text, lang=source)
        route = self.router.route(source, target, engine=engine)
        raw = _Run(self.engines, Glossary(), source, segments, {route}, None).lines(target, route)
        lines = [
            settle(segment.text, line.text, glossary=self.glossary, source_lang=source, target_lang=target)
            for segment, line in zip(segments.segments, raw, strict=True)
        ]
        return tuple(_placed(segments, lines))

    def close(self) -> None:
        """Close every engine."""
        for engine in self.engines.values():
            engine.close()


def _check(text: str, max_chars: int) -> None:
    if len(text) > max_chars:
        raise TooLongError(f"the text has {len(text):,} characters, the limit is {max_chars:,}; send it in parts")
    unreadable = _UNREADABLE.search(text)
    if unreadable:
        raise InputError(
            f"character {unreadable.start()} of the text is U+{ord(unreadable.group()):04X}, which stands in no text; "
            f"the file may be damaged or in another encoding: save it as UTF-8"
        )


class _Run:
    """One text on its way into all its targets; remembers what every hop gave, so that no hop is taken twice."""

    def __init__(
        self,
        engines: Mapping[str, Engine],
        glossary: Glossary,
        source: str,
        segments: Segments,
        routes: set[tuple[Hop, ...]],
        progress: Progress | None,
    ) -> None:
        self._engines, self._glossary, self._source, self._segments = engines, glossary, source, segments
        self._sentences = list(dict.fromkeys(segment.text for segment in segments.segments))
        self._settled: dict[tuple[tuple[Hop, ...], str], list[Settled]] = {}
        self._progress = progress
        self._done = 0
        self._total = len(self._sentences) * len({way[: n + 1] for way in routes for n in range(len(way))})

    def translation(self, target: str, route: tuple[Hop, ...]) -> Translation:
        """Return the whole text in one target language."""
        lines = self.lines(target, route)
        return Translation(
            text=join(self._segments, [line.text for line in lines]),
            source=self._source,
            target=target,
            route=route,
            mentions=tuple(_placed(self._segments, lines)),
            signature=self._signature(route),
        )

    def lines(self, target: str, route: tuple[Hop, ...]) -> list[Settled]:
        """Return each segment's translation, settled; n segments give n lines."""
        settled = dict(zip(self._sentences, self._hops(route, target), strict=True))
        return [settled[segment.text] for segment in self._segments.segments]

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
            raw = self._translated(self._sentences[chunk], texts[chunk], hop, lang)
            settled += [self._settle(*pair, lang) for pair in zip(self._sentences[chunk], raw, strict=True)]
            self._done += len(raw)
            if self._progress:
                self._progress(self._done, self._total)
        return self._rescued(hop, lang, texts, before, settled)

    def _translated(self, sentences: Sequence[str], texts: Sequence[str], hop: Hop, lang: str) -> list[str]:
        """Translate, leaving the engine out where the glossary has the whole answer."""
        known = {
            n: name
            for n, sentence in enumerate(sentences)
            if (name := answer(sentence, self._glossary, source_lang=self._source, target_lang=lang))
        }
        rest = [n for n in range(len(texts)) if n not in known]
        raw = self._engines[hop.engine].translate([texts[n] for n in rest], hop.pair)
        _count(hop, len(raw), len(rest))
        known.update(zip(rest, raw, strict=True))
        return [known[n] for n in range(len(texts))]

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
        others = engine.hypotheses([texts[n] for n in lost], hop.pair, n=_N_HYPOTHESES)
        better = list(settled)
        for n, hypotheses in zip(lost, others, strict=True):
            candidates = [self._settle(self._sentences[n], other.text, lang) for other in hypotheses[1:]]
            better[n] = self._best([better[n], *candidates], lang)
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


def _placed(segments: Segments, lines: Sequence[Settled]) -> list[Mention]:
    """Move the mentions of each line to where the line stands in the two whole texts."""
    placed, at = [], len(segments.between[0])
    for segment, line, after in zip(segments.segments, lines, segments.between[1:], strict=True):
        for mention in line.mentions:
            target = mention.target.shifted(at) if mention.target else None
            placed.append(replace(mention, source=mention.source.shifted(segment.start), target=target))
        at += len(line.text) + len(after)
    return placed
