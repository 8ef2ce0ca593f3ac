"""Put the preferred name where another form stands: same case and number, same capitals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from glossary import inflect
from glossary.edits import Edit
from glossary.fold import as_written, folded_name
from glossary.inflect import suffixes
from glossary.match import joined_as
from glossary.rewrite.around import agreed

if TYPE_CHECKING:
    from glossary.match import Match, Part

_SENTENCE_START = regex.compile(r"(?:^|[.!?…:\n]\s*)[\s\p{P}]*$")


def rewritten(match: Match, text: str, *, lang: str) -> list[Edit] | None:
    """Return the edits that make `match` the preferred name; none where it is that already.

    Returns: None if the preferred name cannot be given the ending that stands there.
    """
    edits: list[Edit] = []
    for part in match.parts:
        after = replacement(part, text, lang=lang, match=match) if part.role == "deprecated" else ""
        if after is None:
            return None
        before = text[part.start : part.end]
        if after and after != before:
            edits.append(Edit(part.start, part.end, before, after, match.concept.id))
    if not edits or edits[0].start != match.start:
        return edits
    return _with_word_before(edits, text, lang)


def _with_word_before(edits: list[Edit], text: str, lang: str) -> list[Edit] | None:
    """Return the edits with one more for the word before the name, if that has to agree with it."""
    name = edits[0]
    fitting = agreed(text, name.start, old=name.before, new=name.after, lang=lang)
    if fitting is None:
        return None
    before = text[fitting.start : name.start]
    renamed = Edit(name.start, name.end, name.before, fitting.name, name.concept)
    word = Edit(fitting.start, name.start, before, fitting.before, name.concept)
    return [edit for edit in (word, renamed, *edits[1:]) if edit.before != edit.after]


def replacement(part: Part, text: str, *, lang: str, match: Match) -> str | None:
    """Return the preferred name in the case, number and capitals of `part`; None if its ending has no counterpart."""
    surface = text[part.start : part.end]
    name = suffixes.carried(
        joined_as(folded_name(surface, lang), folded_name(part.form, lang)),
        part.form,
        part.names.preferred,
        lang=lang,
        kind=match.concept.kind,
        explicit=part.names.forms,
    )
    name = _with_family(name, part, match, text, lang) if name is not None else None
    return None if name is None else recased(name, as_written(surface), part.form, text, part.start)


def _with_family(name: str, part: Part, match: Match, text: str, lang: str) -> str:
    """Return a given name that declines like an adjective in the case of the family name, if none was shown on it.

    Czech leaves Hosni as it is before Mubarakem, but Husní has to be Husním.
    """
    family = match.parts[-1]
    surface = folded_name(text[family.start : family.end], lang)
    shown = folded_name(text[part.start : part.end], lang) != folded_name(part.form, lang)
    if part is family or shown or not name.endswith(("í", "ý")) or surface == folded_name(family.form, lang):
        return name
    lemma = folded_name(family.form, lang)
    return inflect.agree(name, lang=lang, kind="person", lemma=lemma, surface=surface) or name


def recased(name: str, surface: str, form: str, text: str, start: int) -> str:
    """Return `name` with capitals as `surface` has them against its listed form.

    All capitals stay all capitals; a first letter that is large only because a sentence begins stays large.
    """
    if surface.isupper() and not form.isupper() and sum(map(str.isalpha, surface)) > 1:
        return name.upper()
    raised = surface[:1].isupper() and name[:1].islower()
    if raised and (form[:1].islower() or _SENTENCE_START.search(text, max(0, start - 40), start)):
        return name[:1].upper() + name[1:]
    return name
