"""The way of the data: split, translate hop by hop, settle the names, join.

Knows engines and names; knows no HTTP and no settings. `run` has what becomes of the sentences.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import regex

from glossary import Glossary, settle
from service.errors import InputError, RequestError, TooLongError
from service.languages import canonical
from service.routing import Router
from service.run import Run, placed
from service.segment import split as _split
from service.segment import whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from glossary import Mention
    from service.engines import Engine
    from service.records import Progress, Translation

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
        run = self._run([text], source=source, targets=targets, engine=engine, glossary=glossary, progress=progress)
        return run.translations()[0]

    def translate_many(
        self,
        texts: Sequence[str],
        *,
        source: str,
        targets: Sequence[str],
        engine: str = "auto",
        glossary: Glossary | None = None,
        progress: Progress | None = None,
        split: bool = True,
    ) -> list[list[Translation]]:
        """Translate n texts as `translate` does each, their sentences in one batch.

        Args: split: whether texts are divided into sentences; without, each is one, lines and all.
        Returns: for each text its translations, in the order of the targets.
        """
        return self._run(
            texts,
            source=source,
            targets=targets,
            engine=engine,
            glossary=glossary,
            progress=progress,
            split=split,
        ).translations()

    def with_alternatives(
        self,
        texts: Sequence[str],
        *,
        n: int,
        source: str,
        targets: Sequence[str],
        engine: str = "auto",
        glossary: Glossary | None = None,
        progress: Progress | None = None,
        split: bool = True,
    ) -> list[tuple[list[Translation], list[tuple[str, ...]]]]:
        """Translate n texts, and say for each translation what else it could be, the likeliest first.

        Args: n: how many others are wanted; there are fewer where the engine of the last hop has no more to say.
        Returns: for each text what `translate_many` returns, and for each of these translations up to `n` others: all
            different, none with more names lost.
        """
        run = self._run(
            texts,
            source=source,
            targets=targets,
            engine=engine,
            glossary=glossary,
            progress=progress,
            split=split,
            n_others=n,
        )
        return list(zip(run.translations(), run.alternatives(), strict=True))

    def _run(
        self,
        texts: Sequence[str],
        *,
        source: str,
        targets: Sequence[str],
        engine: str,
        glossary: Glossary | None,
        progress: Progress | None,
        split: bool = True,
        n_others: int = 0,
    ) -> Run:
        source = canonical(source)
        wanted = list(dict.fromkeys(canonical(target) for target in targets))
        if not wanted:
            raise RequestError("no target language; name at least one")
        for text in texts:
            self.check(text)
        routes = {target: self.router.route(source, target, engine=engine) for target in wanted}
        names = self.glossary if glossary is None else glossary
        pieces = [_split(text, lang=source) if split else whole(text) for text in texts]
        return Run(self.engines, names, source, pieces, routes, progress, n_others)

    def check(self, text: str) -> None:
        """Refuse a text that cannot be translated, whatever its language.

        Raises: TooLongError, InputError: with the limit, or the character that stands in no text.
        """
        _check(text, self.max_chars)

    def engine_alone(self, text: str, *, source: str, target: str, engine: str = "auto") -> tuple[Mention, ...]:
        """Say what would become of the names if the engines were left to themselves on the whole way.

        Returns: the mentions of `translate`, with `engine_wrote` and `status` as the untouched translation has them.
        """
        source, target = canonical(source), canonical(target)
        _check(text, self.max_chars)
        segments = _split(text, lang=source)
        route = self.router.route(source, target, engine=engine)
        [raw] = Run(self.engines, Glossary(), source, [segments], {target: route}, None).lines(target)
        lines = [
            settle(segment.text, line.text, glossary=self.glossary, source_lang=source, target_lang=target)
            for segment, line in zip(segments.segments, raw, strict=True)
        ]
        return tuple(placed(segments, lines))

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
