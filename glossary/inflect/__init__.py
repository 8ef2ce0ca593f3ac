"""Names in their cases: which forms a name has, and one name in the case of another.

Three ways, tried in this order: the forms that the glossary lists; a dictionary (ru, uk, `declension`); the
endings of the language (`endings`). Where none of them is sure the answer is None, and the name stays as it is:
a wrong case reads badly, a broken stem is no name at all.
"""

from __future__ import annotations

import itertools
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from glossary.inflect import declension
from glossary.inflect.endings import Paradigm, paradigms, put_on

if TYPE_CHECKING:
    from collections.abc import Mapping

    from glossary.model import Kind

_NOTHING: Mapping[str, str] = MappingProxyType({})
_MAX_FORMS = 256
_MAX_NAME_CHARS = 200


def forms(name: str, *, lang: str, kind: Kind, explicit: Mapping[str, str] = _NOTHING) -> Mapping[str, tuple[str, ...]]:
    """Return every form of `name` that a text may show, with the cases it can stand for.

    Args:
        explicit: case to form, as the glossary lists them; they replace what would be derived for that case.
    Returns: surfaces with the capitals of `name`, `name` itself first, to labels (nom, gen, dat, acc, ins, loc, voc,
        each also with `.pl`; `poss...` for possessive adjectives of Czech, Slovak and Croatian). At most 256.

    >>> forms("Северский Донец", lang="ru", kind="place")["Северского Донца"]
    ('gen',)
    """
    derived = _derived(name, lang.partition("-")[0], kind)
    if not explicit:
        return derived
    found = {surface: tuple(label for label in labels if label not in explicit) for surface, labels in derived.items()}
    for label, surface in explicit.items():
        found[surface] = (*found.get(surface, ()), label)
    return {surface: labels for surface, labels in found.items() if labels or surface == name}


def agree(
    preferred: str, *, lang: str, kind: Kind, lemma: str, surface: str, explicit: Mapping[str, str] = _NOTHING
) -> str | None:
    """Return `preferred` in the case and number in which `surface` is a form of `lemma`; None when that is not sure.

    Capitals are those of `preferred`.

    Args:
        explicit: forms of `preferred` by case, as the glossary lists them.

    >>> agree("Донбас", lang="uk", kind="place", lemma="Донбасс", surface="Донбассом") is None
    True
    >>> agree("Asad", lang="cs", kind="person", lemma="Assad", surface="Assada")
    'Asada'
    """
    if surface.casefold() == lemma.casefold():
        return preferred
    lang = lang.partition("-")[0]
    listed = _listed(lemma, surface, lang, kind, explicit)
    if listed is not None:
        return listed
    if lang in declension.LANGUAGES:
        return _by_dictionary(preferred, lemma, surface, lang, kind)
    return _by_endings(preferred.split(), lemma.split(), surface.split(), lang, kind)


@lru_cache(maxsize=16384)
def _derived(name: str, lang: str, kind: Kind) -> Mapping[str, tuple[str, ...]]:
    if len(name) > _MAX_NAME_CHARS or not name.strip():
        return MappingProxyType({name: ("nom",)})
    if lang in declension.LANGUAGES:
        return MappingProxyType(declension.decline(name, lang=lang, kind=kind))
    return MappingProxyType(_ended(name, lang, kind))


def _labels(lemma: str, surface: str, lang: str, kind: Kind) -> tuple[str, ...]:
    known = _derived(lemma, lang, kind)
    if surface in known:
        return known[surface]
    folded = surface.casefold()
    return next((labels for form, labels in known.items() if form.casefold() == folded), ())


def _listed(lemma: str, surface: str, lang: str, kind: Kind, explicit: Mapping[str, str]) -> str | None:
    """Return the listed form for the cases of `surface`, if they are listed and all alike."""
    found = {explicit[label] for label in _labels(lemma, surface, lang, kind) if label in explicit}
    return found.pop() if len(found) == 1 else None


def _by_dictionary(preferred: str, lemma: str, surface: str, lang: str, kind: Kind) -> str | None:
    wanted = set(_labels(lemma, surface, lang, kind))
    shared = {form: len(wanted & set(labels)) for form, labels in _derived(preferred, lang, kind).items()}
    best = [form for form, n_shared in shared.items() if n_shared and n_shared == max(shared.values())]
    if len(best) > 1:
        best = [form for form in best if form[-2:] == surface[-2:]] or [
            form for form in best if form[-1] == surface[-1]
        ]
    return best[0] if best else None


def _ended(name: str, lang: str, kind: Kind) -> dict[str, tuple[str, ...]]:
    """Return the forms of a name by the endings of its language; in a name of several words each may have its own."""
    found: dict[str, dict[str, None]] = {name: {"nom": None}}
    words = [_endings_of(word, lang, kind) for word in name.split()]
    for label in dict.fromkeys(label for word in words for label in word):
        options = [word.get(label, ()) for word in words]
        choices = [tuple(dict.fromkeys((*option, text))) for option, text in zip(options, name.split(), strict=True)]
        for surface in itertools.islice(itertools.product(*choices), _MAX_FORMS // 4):
            found.setdefault(" ".join(surface), {})[label] = None
    if len(words) > 1:
        found[name] = {"nom": None}
    return {surface: tuple(labels) for surface, labels in itertools.islice(found.items(), _MAX_FORMS)}


@lru_cache(maxsize=32768)
def _endings_of(word: str, lang: str, kind: Kind) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for paradigm in paradigms(lang):
        stem = paradigm.stem(word, kind)
        if stem is not None:
            for label, endings in paradigm.met.items():
                found.setdefault(label, {}).update(dict.fromkeys(put_on(stem, end, lang=lang) for end in endings))
    return {label: tuple(surfaces) for label, surfaces in found.items()}


def _by_endings(preferred: list[str], lemma: list[str], surface: list[str], lang: str, kind: Kind) -> str | None:
    """Return `preferred` word by word with the endings that `surface` has over `lemma`."""
    while kind != "person" and len(lemma) == len(surface) > max(1, len(preferred)) and lemma[0] == surface[0]:
        lemma, surface = lemma[1:], surface[1:]  # Hong Kongu, Hongkongu
    if not len(preferred) == len(lemma) == len(surface):
        return None
    words = [_word(*each, lang, kind) for each in zip(preferred, lemma, surface, strict=True)]
    return None if None in words else " ".join(word for word in words if word)


def _word(preferred: str, lemma: str, surface: str, lang: str, kind: Kind) -> str | None:
    if lemma.casefold() == surface.casefold():
        return preferred
    for paradigm in paradigms(lang):
        stem = paradigm.stem(lemma, kind)
        if stem is None:
            continue
        for label, endings in paradigm.met.items():
            for ending in endings:
                if put_on(stem, ending, lang=lang).casefold() == surface.casefold():
                    found = _like(preferred, paradigm, label, ending, lang, kind)
                    if found:
                        return found
    return None


def _like(word: str, paradigm: Paradigm, label: str, ending: str, lang: str, kind: Kind) -> str | None:
    """Return `word` in case `label`: with the same ending where its own paradigm has that, else with the only one."""
    for own in paradigms(lang):
        stem = own.stem(word, kind)
        if stem is not None and label in own.written:
            written = own.written[label]
            if ending in written or len(written) == 1 or own.name == paradigm.name:
                return put_on(stem, ending if ending in written else written[0], lang=lang)
    return None
