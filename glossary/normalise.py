"""One language: put every deprecated name of a text right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from glossary.edits import apply_edits
from glossary.evidence.alike import alike, is_curated, is_scheme
from glossary.evidence.context import after_article, goes_on, other_thing, quoted_alone
from glossary.evidence.given import with_givens
from glossary.match import by_start, is_near, matcher, resolve
from glossary.rewrite import rewritten

if TYPE_CHECKING:
    from glossary.edits import Edit
    from glossary.evidence.alike import Candidate
    from glossary.match import Match
    from glossary.model import Glossary

_CLEAR = 0.85  # likeness from which a spelling that nobody knows is taken for the name
_MIN_CHARS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalised:
    """A text with its names put right; `apply_edits(original, edits) == text`."""

    text: str
    edits: tuple[Edit, ...]


def normalise(text: str, *, glossary: Glossary, lang: str) -> Normalised:
    """Rewrite each deprecated name of `text` to the preferred one, with its ending and its capitals.

    A spelling that no list has is rewritten if a usual scheme romanises a Cyrillic name of the concept so, or if nobody
    listed deprecated forms for the concept and it differs from the preferred name in its dress alone, is the name in
    two other languages, or sounds the same.
    """
    scan = matcher(glossary, lang=lang).scan(text)
    listed = with_givens(resolve(scan.matches), text, lang=lang)
    taken = [(match.start, match.end) for match in [*listed, *scan.ruled_out]]
    candidates = alike(glossary, lang=lang).candidates(text, taken=taken)
    others = by_start([*listed, *(candidate.as_match() for candidate in candidates)])
    found = [match for match in listed if match.role == "deprecated"]
    found += [candidate.as_match() for candidate in candidates if _is_sure(candidate, text, lang, others)]
    found = [match for match in found if not other_thing(match, text, lang=lang, others=others)]
    found = with_givens(resolve(found), text, lang=lang)
    edits = [edit for match in found for edit in rewritten(match, text, lang=lang) or ()]
    return Normalised(text=apply_edits(text, edits), edits=tuple(edits))


def _is_sure(candidate: Candidate, text: str, lang: str, others: list[Match]) -> bool:
    """Say whether an unlisted spelling is the name, though no source bears it out."""
    concept, match = candidate.concept, candidate.as_match()
    if is_curated(concept) and not is_scheme(candidate, lang=lang):
        return False
    if after_article(match, text, lang) or quoted_alone(match, text):
        return False
    if concept.near and not is_near(match, text, lang=lang):
        return False
    if candidate.ground == "dress":
        return True
    if not text[match.start : match.end].isupper() and goes_on(match, text, others=others):
        return False
    if candidate.n_langs > 1:
        return True
    return concept.kind in ("place", "person") and candidate.score >= _CLEAR and len(candidate.lemma) >= _MIN_CHARS
