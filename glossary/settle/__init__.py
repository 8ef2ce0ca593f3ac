"""Two languages: make a translation keep the names of its source.

What decides is the source: a deprecated name in the translation is rewritten when the source mentions its concept, and
left alone when it does not (*Lemberg* may be a surname). Where the source mentions a concept that the translation does
not name in any listed way, a spelling that other languages or schemes give it, or one that sounds like it, is taken
for it if it is clearly the one meant; otherwise the text stays and the mention is reported.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from glossary.edits import Edit, Span, apply_edits
from glossary.match import matcher, resolve
from glossary.model import PersonNames
from glossary.rewrite import rewritten
from glossary.settle.pairing import Pairing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from glossary.match import Match
    from glossary.model import Glossary

Status: TypeAlias = Literal["kept", "rewritten", "inserted", "missing", "ambiguous"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One mention of a concept in the source, and what became of it in the translation.

    `target` is where the name stands in the settled text, None when it is not there; `engine_wrote` is what stood in
    its place before, None when nothing did.
    """

    concept: str
    source: Span
    target: Span | None
    status: Status
    engine_wrote: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A settled translation; `apply_edits(translation, edits) == text`, mentions in the order of the source."""

    text: str
    edits: tuple[Edit, ...]
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A name that stands in a source: where, of which concept, and how the target language writes it."""

    concept: str
    source: Span
    name: str


@dataclass(frozen=True, slots=True)
class _Place:
    """A name of a concept in the translation, before settling; `edits` None when it is seen but cannot be mended."""

    start: int
    end: int
    edits: tuple[Edit, ...] | None


def settle(source: str, translation: str, *, glossary: Glossary, source_lang: str, target_lang: str) -> Settled:
    """Put the names of `translation` right and say what became of each name of `source`.

    Args:
        source: one sentence, or a short passage whose names belong together.
        translation: what an engine, or a person, made of it.
    Returns: nothing outside names is changed, but for an article or preposition that agrees with its name.
    """
    pairing = Pairing(source, translation, glossary, source_lang=source_lang, target_lang=target_lang)
    places: dict[str, list[_Place]] = {}
    for match in pairing.names():
        places.setdefault(match.concept.id, []).append(_place(match, translation, target_lang))
    for concept, match in pairing.doubtful.items():
        places[concept] = [_Place(match.start, match.end, None)]
    edits = sorted(edit for ours in places.values() for place in ours for edit in place.edits or ())
    for concept, match in pairing.within.items():
        if all(edit.end <= match.start or match.end <= edit.start for edit in edits):
            places.setdefault(concept, [_Place(match.start, match.end, ())])
    mentions: list[Mention] = []
    for concept, spans in _spans(pairing, places, glossary).items():
        if glossary.concepts[concept].named_in(target_lang):
            mentions += _mentions(concept, spans, places.get(concept, []), translation, edits)
    mentions.sort(key=lambda mention: mention.source)
    return Settled(text=apply_edits(translation, edits), edits=tuple(edits), mentions=tuple(mentions))


def _spans(pairing: Pairing, places: Mapping[str, Sequence[_Place]], glossary: Glossary) -> dict[str, list[Span]]:
    """Return the mentions of the source by concept: the listed ones, and the unlisted ones of names rewritten."""
    spans = dict(pairing.mentions)
    for concept, ours in places.items():
        if concept not in spans and any(place.edits != () for place in ours):
            spoken = pairing.spoken(glossary.concepts[concept])
            if isinstance(spoken, Span):
                spans[concept] = [spoken]
    return spans


def find_mentions(source: str, *, glossary: Glossary, source_lang: str, target_lang: str) -> list[Wanted]:
    """Return the names that stand in `source` and have one in the target language, in the order of the text."""
    wanted = []
    for match in resolve(matcher(glossary, lang=source_lang).find(source)):
        name = _name_for(match, target_lang)
        if name:
            wanted.append(Wanted(concept=match.concept.id, source=_span(match, source), name=name))
    return wanted


def wanted_name(mention: Mention, glossary: Glossary, *, source_lang: str, target_lang: str) -> str | None:
    """Return how the target language writes what `mention` found, a full name in full; None where it has no rule."""
    for wanted in find_mentions(
        mention.source.text, glossary=glossary, source_lang=source_lang, target_lang=target_lang
    ):
        if wanted.concept == mention.concept:
            return wanted.name
    names = glossary.concepts[mention.concept].named_in(target_lang)
    return names.preferred if names else None


def answer(text: str, glossary: Glossary, *, source_lang: str, target_lang: str) -> str | None:
    """Return the name in the target language if `text` is nothing but one name; None otherwise.

    White space around the name is kept.
    """
    name = text.strip()
    wanted = find_mentions(name, glossary=glossary, source_lang=source_lang, target_lang=target_lang)
    if len(wanted) != 1 or wanted[0].source.text != name:
        return None
    return text.replace(name, wanted[0].name)


def _span(match: Match, text: str) -> Span:
    return Span(match.start, match.end, text[match.start : match.end])


def _name_for(match: Match, lang: str) -> str | None:
    """Return the preferred name in `lang`: the full one if a given name was found too, else the family name."""
    names = match.concept.named_in(lang)
    if isinstance(names, PersonNames):
        return names.preferred if len(match.parts) > 1 else names.family.preferred
    return names.preferred if names else None


def _place(match: Match, text: str, lang: str) -> _Place:
    if match.role != "deprecated":
        return _Place(match.start, match.end, ())
    edits = rewritten(match, text, lang=lang)
    return _Place(match.start, match.end, None if edits is None else tuple(edits))


def _mentions(
    concept: str, spans: Sequence[Span], places: Sequence[_Place], translation: str, edits: Sequence[Edit]
) -> list[Mention]:
    """Pair the mentions of one concept with its places, in order; more mentions than places share the last one."""
    mentions = []
    for n, span in enumerate(spans):
        place = places[min(n, len(places) - 1)] if places else None
        mentions.append(_mention(concept, span, place, translation, edits))
    return mentions


def _mention(concept: str, span: Span, place: _Place | None, translation: str, edits: Sequence[Edit]) -> Mention:
    if place is None:
        return Mention(concept=concept, source=span, target=None, status="missing", engine_wrote=None)
    before = translation[place.start : place.end]
    start = place.start + sum(len(e.after) - len(e.before) for e in edits if e.end <= place.start)
    own = [edit for edit in place.edits or () if edit.start >= place.start]
    inner = [replace(edit, start=edit.start - place.start, end=edit.end - place.start) for edit in own]
    after = apply_edits(before, inner)
    status: Status = "ambiguous" if place.edits is None else "rewritten" if place.edits else "kept"
    target = Span(start, start + len(after), after)
    return Mention(concept=concept, source=span, target=target, status=status, engine_wrote=before)
