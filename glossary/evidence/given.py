"""Given names that no list has: *Ilkham* before *Aliyev*, *Michail* before *Gorbachev*.

A given name alone is never a person's, but right before the family name it is: if it is the given name in another
language, or sounds like it, it belongs to the name and is put right with it. Another person of that family bears a name
that sounds otherwise; what ends otherwise (Viktoria) is another name too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import regex

from glossary.evidence.alike import cited, ends_alike, lemmas, n_parts
from glossary.evidence.derive import bare
from glossary.fold import as_written, base, folded_name
from glossary.inflect import suffixes
from glossary.match import Part
from glossary.model import PersonNames
from glossary.romanise import key, likeness

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from glossary.match import Match, Role
    from glossary.model import Concept, Names

_BEFORE = regex.compile(r"(?<![\p{L}\p{M}\p{N}'’-])(?P<word>\p{L}[\p{L}\p{M}'’-]+)[ \u00a0\n]$")
_MAX_GIVEN_CHARS = 40
_MIN_CHARS = 3
_CLEAR = 0.72  # likeness in sound, where the source has the full name


def with_givens(
    matches: Sequence[Match],
    text: str,
    *,
    lang: str,
    only: Collection[str] | None = None,
    full: Collection[str] = (),
) -> list[Match]:
    """Return matches, those of a family name with the given name before it, where it is the person's.

    Args:
        matches: in the order of the text, none overlapping.
        only: concepts to look at; all where it is None.
        full: concepts of which the source gives the full name, so that a likely given name will do.
    """
    found: list[Match] = []
    for match in matches:
        asked = only is None or match.concept.id in only
        longer = _with_given(match, text, lang, match.concept.id in full) if asked else None
        free = longer is not None and (not found or found[-1].end <= longer.start)
        found.append(longer if longer and free else match)
    return found


def _with_given(match: Match, text: str, lang: str, full: bool) -> Match | None:
    names = match.concept.named_in(lang)
    if len(match.parts) > 1 or not isinstance(names, PersonNames) or match.concept.romanise is False:
        return None
    before = _BEFORE.search(text, max(0, match.start - _MAX_GIVEN_CHARS), match.start)
    if before is None or before["word"][0].islower() or n_parts(names.given.preferred) != n_parts(before["word"]):
        return None
    word = as_written(before["word"])
    family = match.parts[0]
    inflected = folded_name(text[family.start : family.end], lang) != folded_name(family.form, lang)
    lemma = _lemma(word, match.concept, lang, full, inflected=inflected)
    if lemma is None:
        return None
    role = _role(lemma, names.given, lang)
    part = Part(before.start("word"), before.end("word"), lemma, names.given, role)
    both: Role = "deprecated" if "deprecated" in (role, match.role) else match.role
    return replace(match, start=part.start, role=both, parts=(part, family))


def _lemma(word: str, concept: Concept, lang: str, full: bool, *, inflected: bool) -> str | None:
    """Return the citation form of a word if that is a given name of the person; None otherwise."""
    known = _givens(concept)
    declines = inflected and base(lang) in suffixes.INFLECTING
    options = [text for text in (lemmas(word, lang) if declines else [word]) if _is_given(text, known, lang, full)]
    if not options:
        return None
    texts = [text for _, text in known]
    lemma, _ = cited(options, texts, lang=lang)
    return lemma if ends_alike(lemma, texts) else None


def _is_given(text: str, known: Sequence[tuple[str, str]], lang: str, full: bool) -> bool:
    if len(text) < _MIN_CHARS:
        return False
    if bare(text) in {bare(name) for _, name in known}:
        return True
    if key(text, lang=base(lang)) in {key(name, lang=base(origin)) for origin, name in known}:
        return True
    return full and max(likeness(text, name) for _, name in known) >= _CLEAR


def _role(lemma: str, given: Names, lang: str) -> Role:
    folded = folded_name(lemma, lang)
    if folded == folded_name(given.preferred, lang):
        return "preferred"
    return "admitted" if folded in {folded_name(name, lang) for name in given.admitted} else "deprecated"


def _givens(concept: Concept) -> list[tuple[str, str]]:
    """Return (language, given name) for every given name of a person."""
    return [
        (lang, name)
        for lang, names in concept.names.items()
        if isinstance(names, PersonNames)
        for name in (names.given.preferred, *names.given.admitted, *names.given.deprecated)
    ]
