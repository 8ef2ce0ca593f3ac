"""The clerk: what a thread does with an order's texts, from the language they are in to the rows of the answer."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import langcodes
import regex

from service import __version__, documents
from service.errors import TooLongError, UnsupportedPairError
from service.languages import canonical
from service.markup import translate_markup
from service.records import Detection, Translation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.documents import Document
    from service.pipeline import Pipeline
    from service.records import Caller, Markup, Order, Progress
    from service.settings import Settings

#: One text's translations and their alternatives, both in the order of the order's targets.
Row = tuple[tuple[Translation, ...], tuple[tuple[str, ...], ...]]

_SAMPLE_CHARS = 10_000
_GUESSES = 100
_SURE = 0.35  # seen: short sentences are told with more, single words and names with less
_TAG = regex.compile(r"<[^<>]*>")
_LETTER = regex.compile(r"\p{L}")
_UNKNOWN = Detection("en", 0.0)


@dataclass(frozen=True)
class Clerk:
    """Carries out the parts of orders, in whichever thread calls; orders have canonical tags and a glossary."""

    pipeline: Pipeline
    settings: Settings

    def rows(self, order: Order, texts: Sequence[str], source: str, note: Progress) -> list[Row]:
        """Translate texts of one language into all targets."""
        if order.markup:
            none = ((),) * len(order.targets)
            return [(self._marked(order, text, order.markup, source, note), none) for text in texts]
        if order.source is None and not any(map(has_letters, texts)):
            return self._unchanged(texts, source, order.targets)
        return self._plain(order, texts, source, note)

    def _marked(self, order: Order, text: str, markup: Markup, source: str, note: Progress) -> tuple[Translation, ...]:
        made: dict[tuple[str, ...], list[Row]] = {}

        def translated(pieces: Sequence[str], *, n: int) -> list[Translation]:
            # The pieces are the same for every target; taken together, the targets share their hops.
            if tuple(pieces) not in made:
                made[tuple(pieces)] = self._plain(replace(order, alternatives=0), pieces, source, note)
            return [translations[n] for translations, _ in made[tuple(pieces)]]

        return tuple(
            translate_markup(text, markup=markup, translate=partial(translated, n=n)) for n in range(len(order.targets))
        )

    def _plain(self, order: Order, texts: Sequence[str], source: str, note: Progress) -> list[Row]:
        """Translate plain texts of one language into all targets, those that are in it already by leaving them."""
        targets = [target for target in order.targets if not self._is_same(source, target, engine=order.engine)]
        options: dict[str, Any] = {
            "source": source,
            "targets": targets,
            "engine": order.engine,
            "glossary": order.glossary,
            "progress": note,
            "split": order.split,
        }
        if not targets:
            return self._unchanged(texts, source, order.targets)
        if order.alternatives:
            found = self.pipeline.with_alternatives(texts, n=order.alternatives, **options)
        else:
            found = [(row, [()] * len(row)) for row in self.pipeline.translate_many(texts, **options)]
        return [
            _row(text, source, order.targets, translations, alternatives)
            for text, (translations, alternatives) in zip(texts, found, strict=True)
        ]

    def _unchanged(self, texts: Sequence[str], source: str, targets: Sequence[str]) -> list[Row]:
        for text in texts:
            self.pipeline.check(text)
        return [_row(text, source, targets, (), ()) for text in texts]

    def _is_same(self, source: str, target: str, *, engine: str) -> bool:
        """Tell whether a text can stay as it is: one language, or two varieties that no engine goes between."""
        if source == target:
            return True
        if source.partition("-")[0] != target.partition("-")[0] or _script(source) != _script(target):
            return False
        try:
            return not self.pipeline.router.route(source, target, engine=engine)
        except UnsupportedPairError:
            return True

    def spoken(self, order: Order) -> list[tuple[str, Detection | None]]:
        """Tell the language of each text, by itself; `en` without confidence where there is nothing to tell by."""
        texts = [_TAG.sub(" ", text) if order.markup else text for text in order.texts]
        return [self._detected(text, order) for text in texts]

    def _detected(self, text: str, order: Order) -> tuple[str, Detection | None]:
        """Tell a text's language; one that nothing translates gives way to one that does and is half as likely.

        A word or two can be of many languages: then to the likeliest that does.
        """
        from service.detect import detect

        found = detect(f"{text}\n{order.context}" if order.context else text, n=_GUESSES) if has_letters(text) else []
        if not found:
            return _UNKNOWN.lang, _UNKNOWN
        least = found[0].confidence / 2 if found[0].confidence >= _SURE else 0.0
        likely = [each for each in found if each.confidence >= least]
        best = next((each for each in likely if self._goes(each.lang, order)), found[0])
        return canonical(best.lang), best

    def _goes(self, source: str, order: Order) -> bool:
        with contextlib.suppress(UnsupportedPairError):
            for target in order.targets:
                if not self._is_same(source, target, engine=order.engine):
                    self.pipeline.router.route(source, target, engine=order.engine)
            return True
        return False

    def document(self, data: bytes, file_name: str, order: Order, caller: Caller, note: Progress) -> Document:
        """Translate a file into the order's first target."""

        def translated(texts: Sequence[str]) -> list[Translation]:
            check_length(sum(map(len, texts)), self.settings, caller)
            source = order.source or self._detected("\n".join(texts)[:_SAMPLE_CHARS], order)[0]
            return [translations[0] for translations, _ in self._plain(order, texts, source, note)]

        return documents.translate_document(
            data, file_name=file_name, translate=translated, max_bytes=self.settings.max_upload_mb << 20
        )


def check_length(n_chars: int, settings: Settings, caller: Caller) -> None:
    """Hold a text against the limit of the server, and of the caller's key.

    Raises: TooLongError: with the limit.
    """
    limit = min(settings.max_chars, caller.max_chars or settings.max_chars)
    if n_chars > limit:
        raise TooLongError(f"the text has {n_chars:,} characters, the limit is {limit:,}; send it in parts")


def has_letters(text: str) -> bool:
    """Tell whether there is anything in a text that could be translated."""
    return bool(_LETTER.search(text))


def _row(
    text: str,
    source: str,
    targets: Sequence[str],
    translations: Sequence[Translation],
    alternatives: Sequence[tuple[str, ...]],
) -> Row:
    """Put a text's translations in the order of its targets, and the text itself where it was not translated."""
    found = {each.target: (each, others) for each, others in zip(translations, alternatives, strict=True)}
    rows = [found.get(target) or (_identity(text, source, target), ()) for target in targets]
    return tuple(each for each, _ in rows), tuple(others for _, others in rows)


def _identity(text: str, source: str, target: str) -> Translation:
    signature = f"exonym:{__version__}|unchanged"
    return Translation(text=text, source=source, target=target, route=(), mentions=(), signature=signature)


def _script(tag: str) -> str | None:
    return langcodes.get(tag).maximize().script
