"""One language: put every deprecated name of a text right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from glossary.context import other_thing
from glossary.edits import apply_edits
from glossary.match import matcher, resolve
from glossary.rewrite import rewritten

if TYPE_CHECKING:
    from glossary.edits import Edit
    from glossary.model import Glossary


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalised:
    """A text with its names put right; `apply_edits(original, edits) == text`."""

    text: str
    edits: tuple[Edit, ...]


def normalise(text: str, *, glossary: Glossary, lang: str) -> Normalised:
    """Rewrite each deprecated name of `text` to the preferred one, with its ending and its capitals."""
    edits: list[Edit] = []
    found = resolve(matcher(glossary, lang=lang).find(text))
    for match in found:
        if match.role == "deprecated" and not other_thing(match, text, lang=lang, others=found):
            edits += rewritten(match, text, lang=lang) or ()
    return Normalised(text=apply_edits(text, edits), edits=tuple(edits))
