"""Spellings of a name that nobody listed: those of other languages, of careless keyboards, and all that sound like it.

A machine translation writes a name as some language of its training data does: *Kiev* for Kyiv, *Milinkewitsch* in
English, *Karadzic* without its accents, *Saint Petersburg* for St. Petersburg. All of these follow from the names that
the glossary has, in whatever language. They count for less than a listed form: who uses them asks for evidence.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import regex

from glossary.fold import base, folded_name
from glossary.model import Names, PersonNames

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glossary.model import Concept

_CYRILLIC = regex.compile(r"\p{Cyrillic}")
_LATIN = regex.compile(r"\p{Latin}")
_MARK = regex.compile(r"\p{M}")
_DRESS = regex.compile(r"[^\p{L}\p{M}\p{N}]")
_SCRIPT = regex.compile(
    r"(?P<Latin>\p{Latin})|(?P<Cyrillic>\p{Cyrillic})|(?P<Greek>\p{Greek})|(?P<Arabic>\p{Arabic})|(?P<Hebrew>\p{Hebrew})"
    r"|(?P<Han>[\p{Han}\p{Hiragana}\p{Katakana}])|(?P<Hangul>\p{Hangul})|(?P<other>\p{L})"
)
# The abbreviated and the full word for a saint, by the languages that news travels through.
_SAINT = regex.compile(r"^(?:St\.?|Ste\.?|Saint|Sainte|Sankt|San|Santa|Sant|Sint)(?=[ -])", regex.IGNORECASE)
_SAINTS = {"en": ("St.", "St", "Saint"), "fr": ("Saint", "St.", "St"), "de": ("Sankt", "St.", "St")}
_PLAIN = "plain"  # stands for a language where a spelling is only a careless one
_NOT_DECOMPOSED = str.maketrans("łŁđĐøØıħŧ", "lLdDoOiht")


@dataclass(frozen=True, slots=True)
class Spelling:
    """A spelling that was derived, and the names it stands for in the language asked for.

    `n_langs` is how many languages of the glossary spell it so; `typographic` says that it is the preferred name but
    for accents, hyphens, apostrophes, spaces or the way to write a saint.
    """

    text: str
    names: Names
    n_langs: int
    typographic: bool


def script(text: str) -> str:
    """Return the script of the first letter of `text`: Latin, Cyrillic, ..., `other`; empty without a letter."""
    letter = _SCRIPT.search(text)
    return (letter.lastgroup or "") if letter else ""


def all_names(concept: Concept, *, preferred_only: bool = False) -> Iterator[tuple[str, str]]:
    """Yield (language, name) for every name of a concept; of a person in parts, the family name."""
    for lang, names in concept.names.items():
        whole = names.family if isinstance(names, PersonNames) else names
        yield lang, whole.preferred
        if not preferred_only:
            for name in (*whole.admitted, *whole.deprecated):
                yield lang, name


def spellings(concept: Concept, *, lang: str) -> list[Spelling]:
    """Return the derived spellings of a concept in a language; empty where it has no name there.

    Listed forms are not among them, nor what differs from one only in what folding ignores.
    """
    names = concept.named_in(lang)
    if names is None:
        return []
    whole = names.family if isinstance(names, PersonNames) else names
    listed = {folded_name(name, lang) for name in (whole.preferred, *whole.admitted, *whole.deprecated)}
    used: dict[str, set[str]] = {}
    for origin, text in _candidates(concept, whole, lang):
        used.setdefault(text, set()).add(base(origin))
    return [
        Spelling(text, whole, len(origins - {_PLAIN}), bare(text) == bare(whole.preferred))
        for text, origins in used.items()
        if folded_name(text, lang) not in listed and len(text) > 2
    ]


def _candidates(concept: Concept, names: Names, lang: str) -> Iterator[tuple[str, str]]:
    """Yield (where it comes from, spelling), variants of each other included."""
    for form in (names.preferred, *names.admitted, *names.deprecated):
        for text in _variants(form, lang):
            yield _PLAIN, text
    for origin, name in all_names(concept):
        same = _comparable(name, names.preferred, concept)
        if not same:
            continue
        if script(same) == script(names.preferred):
            yield origin, same
            for text in _variants(same, lang):
                yield _PLAIN, text


def _comparable(name: str, preferred: str, concept: Concept) -> str:
    """Return the part of `name` that says as much as `preferred` does: of a full name the family name, or nothing."""
    n_wanted, words = len(preferred.split()), name.split()
    if concept.kind != "person" or len(words) == n_wanted:
        return name
    return words[-1] if n_wanted == 1 and script(name) in ("Latin", "Cyrillic") else ""


def _variants(name: str, lang: str) -> Iterator[str]:
    """Yield `name` without accents, with other saints, and with hyphen, space and apostrophe exchanged."""
    plain = without_accents(name)
    if plain != name:
        yield plain
    saint = _SAINT.match(name)
    if saint:
        for word in (*_SAINTS.get(base(lang), ()), "St.", "Saint"):
            for gap in " -":
                yield word + gap + name[saint.end() + 1 :]
    if " " in name:
        yield name.replace(" ", "-")
    if "-" in name:
        yield name.replace("-", " ")
    if "'" in name or "’" in name:
        yield name.replace("'", "").replace("’", "")


def is_saint(name: str) -> bool:
    """Say whether a name begins with a saint, spelt out or not."""
    return _SAINT.match(name) is not None


def bare(name: str) -> str:
    """Return a name without accents, hyphens, apostrophes, spaces, dots and case; every saint is the same saint."""
    return _DRESS.sub("", without_accents(_SAINT.sub("st", name))).lower()


@lru_cache(maxsize=16384)
def without_accents(name: str) -> str:
    """Return a Latin name with its base letters only; й and ї are letters of their own and stay."""
    if not _LATIN.search(name):
        return name
    bare = _MARK.sub("", unicodedata.normalize("NFD", name)).translate(_NOT_DECOMPOSED)
    return unicodedata.normalize("NFC", bare)
