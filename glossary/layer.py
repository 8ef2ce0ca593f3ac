"""Terms of one language pair laid over a glossary: what a caller brings wins, and the house's names stay beneath.

A term that is a house concept's name keeps that concept and gives it another name in the target language: so the
house's variants of the source name are still found, and its own name in the target language is put right to the
caller's. A term that no concept has becomes a concept of its own, before all others.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from glossary.file.tree import collector_paused
from glossary.fold import folded_name
from glossary.model import Concept, Glossary, Names, PersonNames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

#: How a listed form and a term are compared: folded, and whether it is written large (a turkey is not Turkey).
_Key: TypeAlias = tuple[str, bool]

_MAX_LAYERS = 64
_MAX_TERMS = 300_000  # of all layers that are remembered; about what one dictionary of 10 MiB holds


@dataclass(frozen=True, slots=True)
class _Claim:
    """A term that is a form of a house concept: `whole` is false for a family name alone."""

    form: str
    term: str
    translation: str
    whole: bool


def layered(glossary: Glossary, entries: Mapping[str, str], *, source_lang: str, target_lang: str) -> Glossary:
    """Return `glossary` with terms of one pair over it.

    Args:
        entries: translation by term. Of terms that differ only in what folding ignores (`fold`) the first counts;
            one that folding leaves nothing of is passed over.
        source_lang, target_lang: canonical tags of the texts that the result is for; other languages are untouched.
    Returns: a glossary in which every term has its translation, whatever the house says of the same name. Terms are
        found in the source language only: nothing is laid over the way back.
    """
    with collector_paused():
        return _layered(glossary, entries, source_lang, target_lang)


def _layered(glossary: Glossary, entries: Mapping[str, str], source_lang: str, target_lang: str) -> Glossary:
    wanted = _by_key(entries, source_lang)
    if not wanted:
        return glossary
    concepts: dict[str, Concept] = {}
    absorbed: set[str] = set()
    for id_, concept in glossary.concepts.items():
        claims = list(_claims(concept, wanted, source_lang))
        first = next(iter(claims), None)
        if first is None:
            concepts[id_] = concept
            continue
        absorbed |= {claim.term for claim in claims if claim.translation == first.translation}
        others = {claim.form for claim in claims if claim.translation != first.translation}
        concepts[id_] = _renamed(concept, first, others, source_lang, target_lang)
    own = (
        _own(term, translation, source_lang, target_lang)
        for term, translation in wanted.values()
        if term not in absorbed
    )
    return Glossary({**{concept.id: concept for concept in own}, **concepts})


class Layers:
    """Layered glossaries that were made before, by what they were made of; safe to share between threads.

    A glossary compiles its names on first use, which takes longer than most texts: the same object must come again.
    """

    def __init__(self, *, max_terms: int = _MAX_TERMS) -> None:
        self._max_terms = max_terms
        self._lock = threading.Lock()
        self._made: OrderedDict[tuple[str, str, str, str], tuple[Glossary, int]] = OrderedDict()

    def over(
        self,
        glossary: Glossary,
        entries: Callable[[], Mapping[str, str]],
        *,
        version: str,
        source_lang: str,
        target_lang: str,
    ) -> Glossary:
        """Return `layered(glossary, entries(), ...)`; `entries` is called only where it is not remembered.

        Args: version: another text whenever `entries` gives something else.
        """
        key = (version, source_lang, target_lang, glossary.fingerprint)
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key][0]
        terms = entries()
        made = layered(glossary, terms, source_lang=source_lang, target_lang=target_lang)
        with self._lock:
            made = self._made.setdefault(key, (made, len(terms)))[0]
            while len(self._made) > 1 and (len(self._made) > _MAX_LAYERS or self._n_terms() > self._max_terms):
                self._made.popitem(last=False)
        return made

    def _n_terms(self) -> int:
        return sum(n for _, n in self._made.values())


def _by_key(entries: Mapping[str, str], lang: str) -> dict[_Key, tuple[str, str]]:
    found: dict[_Key, tuple[str, str]] = {}
    for term, translation in entries.items():
        key = _key(term, lang)  # of either side nothing may be left, as of a soft hyphen alone
        if key[0] and (any(map(str.isalnum, translation)) or folded_name(translation, lang).strip()):
            found.setdefault(key, (term.strip(), translation.strip()))
    return found


def _key(form: str, lang: str) -> _Key:
    return folded_name(form, lang).strip(), form.strip()[:1].isupper()


def _claims(concept: Concept, wanted: Mapping[_Key, tuple[str, str]], lang: str) -> Iterator[_Claim]:
    """Yield the terms that are names of a concept, in the order of its forms: the preferred one first."""
    for form, whole in _forms(concept.named_in(lang)):
        key = _key(form, lang)
        if key in wanted:
            yield _Claim(form, *wanted[key], whole)


def _forms(names: Names | PersonNames | None) -> Iterator[tuple[str, bool]]:
    """Yield every listed form; of a person the full names, then the family names alone."""
    if isinstance(names, PersonNames):
        for given, _ in _forms(names.given):
            for family, _ in _forms(names.family):
                yield f"{given} {family}", True
        for family, _ in _forms(names.family) if names.alone else ():
            yield family, False
    elif names:
        for form in (names.preferred, *names.admitted, *names.deprecated):
            yield form, True


def _renamed(concept: Concept, claim: _Claim, others: Iterable[str], source_lang: str, target_lang: str) -> Concept:
    """Return the concept with the claimed name in the target language, without the forms that other terms took."""
    names = dict(concept.names)
    names[target_lang] = _instead(concept.named_in(target_lang), claim.translation, whole=claim.whole)
    known = concept.named_in(source_lang)
    if others and isinstance(known, Names):
        names[source_lang] = replace(
            known,
            admitted=tuple(form for form in known.admitted if form not in others),
            deprecated=tuple(form for form in known.deprecated if form not in others),
        )
    return replace(concept, names=names)


def _instead(old: Names | PersonNames | None, preferred: str, *, whole: bool) -> Names | PersonNames:
    """Return names whose preferred one is `preferred` and whose former ones are put right to it."""
    if isinstance(old, PersonNames):
        given, space, family = preferred.partition(" ")
        if not whole:
            return replace(old, family=_plain(old.family, preferred))
        if space:
            return replace(old, given=_plain(old.given, given), family=_plain(old.family, family.strip()))
    return _plain(old, preferred)


def _plain(old: Names | PersonNames | None, preferred: str) -> Names:
    if isinstance(old, Names) and old.preferred == preferred:
        return old
    return Names(preferred=preferred, deprecated=tuple(form for form, _ in _forms(old) if form != preferred))


def _own(term: str, translation: str, source_lang: str, target_lang: str) -> Concept:
    """Return a concept for a term that the house does not have; one written large on both sides is taken for a name."""
    name = term[:1].isupper() and translation[:1].isupper()
    return Concept(
        id=f"glossary:{term}",  # no id of a file has a colon
        kind="term",
        names={source_lang: Names(preferred=term), target_lang: Names(preferred=translation)},
        romanise=name,
    )
