"""Carry names through an engine that would lose them: two ways, each to be checked afterwards.

Nothing survives every engine. A rule-based one passes an unknown word through as it is, so a *token* of letters holds
there; a neural one more often copies a real name, so the wanted name is put into the source in its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count, islice, product
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from glossary.edits import Span

_LETTERS = "bcdfghjkmnpqrtvwxz"


@dataclass(frozen=True, slots=True)
class Protected:
    """A sentence with names taken out of the engine's reach; `tokens` maps what stands there to the name meant."""

    text: str
    tokens: tuple[tuple[str, str], ...] = ()


def by_name(sentence: str, names: Sequence[tuple[Span, str]]) -> Protected:
    """Put each wanted name, as the target language writes it, in the place of its mention."""
    return Protected(_replaced(sentence, names))


def by_token(sentence: str, names: Sequence[tuple[Span, str]]) -> Protected:
    """Put a made-up capitalised word that no dictionary has in the place of each mention."""
    tokens = list(islice(_tokens(sentence), len(names)))
    placed = [(span, token) for (span, _), token in zip(names, tokens, strict=True)]
    wanted = [name for _, name in names]
    return Protected(_replaced(sentence, placed), tuple(zip(tokens, wanted, strict=True)))


def restore(translation: str, protected: Protected) -> str | None:
    """Put the names back where the tokens stand; None when the engine lost, split or doubled one.

    >>> from glossary.edits import Span
    >>> held = by_token("in Donbas", [(Span(3, 9, "Donbas"), "Donbás")])
    >>> restore(held.text.replace("in", "en"), held)
    'en Donbás'
    """
    for token, name in protected.tokens:
        found = list(regex.finditer(rf"\b{token}\b", translation, regex.IGNORECASE))
        if len(found) != 1:
            return None
        translation = translation[: found[0].start()] + name + translation[found[0].end() :]
    return translation


def _replaced(sentence: str, names: Sequence[tuple[Span, str]]) -> str:
    for span, text in sorted(names, reverse=True):
        sentence = sentence[: span.start] + text + sentence[span.end :]
    return sentence


def _tokens(sentence: str) -> Iterator[str]:
    """Yield words that are in no language and not in the sentence: consonants only, so that no ending fits them."""
    lowered = sentence.lower()
    for length in count(2):
        for letters in product(_LETTERS, repeat=length):
            token = f"zq{''.join(letters)}x"
            if token not in lowered:
                yield token.capitalize()
