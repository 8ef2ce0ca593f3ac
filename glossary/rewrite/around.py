"""The word before a name, put right when another name takes its place: d'Odessa, de Kharkiv; an, a.

Only a word that depends on the first letters of the name is touched, only when those letters changed in a way that
matters, and only where one form is certain. Where it would take the gender of a name (l'Odessa) nobody can tell, and
the name is better left as it was.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

import regex

from glossary.fold import base

if TYPE_CHECKING:
    from collections.abc import Mapping


class Agreed(NamedTuple):
    """What stands before a name from now on: `text[start:]` up to the name becomes `before`, the name `name`."""

    start: int
    before: str
    name: str


_APOSTROPHE = r"(?:['’]|&\#39;|&rsquo;)"
_PREVIOUS = regex.compile(rf"(?<![\p{{L}}\p{{M}}\p{{N}}'’-])(?P<word>\p{{L}}+)(?P<gap>[ \u00a0]|{_APOSTROPHE})$")
_EN_VOWEL = regex.compile(r"[aio]|e(?!u)", regex.IGNORECASE)
_EN_CONSONANT = regex.compile(r"[bcdfgjklmnpqrstvwxz]|y[aeiou]", regex.IGNORECASE)
# Whole word and elided word. Those that stand for two genders elide, but cannot be undone.
_ELISIONS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "fr": (("de", "d"), ("que", "qu"), ("jusque", "jusqu"), ("lorsque", "lorsqu"), ("puisque", "puisqu")),
    "ca": (("de", "d"),),
}
_ARTICLES_ELIDED: Mapping[str, Mapping[str, str]] = {
    "fr": {"le": "l'", "la": "l'", "du": "de l'", "au": "à l'"},
    "it": {
        "il": "l'", "lo": "l'", "la": "l'", "del": "dell'", "dello": "dell'", "della": "dell'", "al": "all'",
        "allo": "all'", "alla": "all'", "dal": "dall'", "dallo": "dall'", "dalla": "dall'", "nel": "nell'",
        "nello": "nell'", "nella": "nell'", "sul": "sull'", "sullo": "sull'", "sulla": "sull'",
    },
    "ca": {"el": "l'", "la": "l'", "del": "de l'", "al": "a l'", "pel": "per l'"},
}  # fmt: skip
# Preposition and a name's own article.
_CONTRACTIONS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "fr": {"de": {"le": "du", "les": "des"}, "à": {"le": "au", "les": "aux"}},
    "it": {
        "di": {"il": "del", "lo": "dello", "la": "della", "i": "dei", "gli": "degli", "le": "delle"},
        "a": {"il": "al", "lo": "allo", "la": "alla", "i": "ai", "gli": "agli", "le": "alle"},
        "da": {"il": "dal", "lo": "dallo", "la": "dalla", "i": "dai", "gli": "dagli", "le": "dalle"},
        "in": {"il": "nel", "lo": "nello", "la": "nella", "i": "nei", "gli": "negli", "le": "nelle"},
        "su": {"il": "sul", "lo": "sullo", "la": "sulla", "i": "sui", "gli": "sugli", "le": "sulle"},
    },
    "ca": {"de": {"el": "del", "els": "dels"}, "a": {"el": "al", "els": "als"}, "per": {"el": "pel", "els": "pels"}},
    "pt": {
        "de": {"o": "do", "a": "da", "os": "dos", "as": "das"}, "em": {"o": "no", "a": "na", "os": "nos", "as": "nas"},
        "a": {"o": "ao", "a": "à", "os": "aos", "as": "às"}, "por": {"o": "pelo", "a": "pela"},
    },
    "gl": {
        "de": {"o": "do", "a": "da", "os": "dos", "as": "das"}, "en": {"o": "no", "a": "na", "os": "nos", "as": "nas"},
        "a": {"o": "ao", "a": "á", "os": "aos", "as": "ás"},
    },
}  # fmt: skip
# Nouns in the plural that begin the names of countries and bodies: their article is known, whatever stood before.
_PLURALS: Mapping[str, Mapping[str, str]] = {
    "it": {
        "stati": "gli", "emirati": "gli", "paesi": "i", "isole": "le", "nazioni": "le", "forze": "le",
        "filippine": "le", "maldive": "le",
    },
}  # fmt: skip
_BEFORE_APOSTROPHE: Mapping[str, Mapping[str, str]] = {
    "it": {"d": "di", "dell": "di", "all": "a", "dall": "da", "nell": "in", "sull": "su"},
}
# Prepositions that may elide, but need not.
_MAY_ELIDE: Mapping[str, Mapping[str, str]] = {"it": {"d": "di"}}
# Conjunctions that dodge the vowel they stand before.
_CONJUNCTIONS: Mapping[str, tuple[tuple[str, str, str], ...]] = {"es": (("y", "e", "i"), ("o", "u", "o"))}


def agreed(text: str, start: int, *, old: str, new: str, lang: str) -> Agreed | None:
    """Return what stands before the name at `start` when `new` takes the place of `old`; None if that is uncertain.

    >>> agreed("près d'Odessa", 7, old="Odessa", new="Kharkiv", lang="fr")
    Agreed(start=5, before='de ', name='Kharkiv')
    """
    previous = _PREVIOUS.search(text, max(0, start - 24), start)
    unchanged = Agreed(start, "", new)
    if previous is None:
        return unchanged
    word, elided, tag = previous["word"], not previous["gap"].isspace(), base(lang)
    if tag == "en":
        changed = _english(word, old, new)
        return Agreed(previous.start(), changed + previous["gap"], new) if changed else unchanged
    contracted = None if elided else _contracted(word, old, new, previous["gap"], tag)
    if contracted:
        return Agreed(previous.start(), *contracted)
    changed = _conjunction(word, old, new, tag) if not elided else None
    if changed:
        return Agreed(previous.start(), changed + previous["gap"], new)
    if _elides(old, tag) in (None, _elides(new, tag)) or _elides(new, tag) is None:
        return unchanged
    apostrophe = "’" if "’" in text else "'"
    return _with_elision(word, elided, Agreed(previous.start(), apostrophe, new), tag) or (
        None if elided else unchanged
    )


def _english(word: str, old: str, new: str) -> str | None:
    """Return the other indefinite article, where the first letter leaves no doubt how the name is said."""
    if word.lower() == "an" and _EN_VOWEL.match(old) and _EN_CONSONANT.match(new):
        return word[0]
    if word.lower() == "a" and _EN_CONSONANT.match(old) and _EN_VOWEL.match(new):
        return word + "n"
    return None


def _contracted(word: str, old: str, name: str, gap: str, lang: str) -> tuple[str, str] | None:
    """Return the preposition with the article of the name, and the name without it; or the article once, not twice."""
    article, _, rest = name.partition(" ")
    if not rest:
        return None
    table = _CONTRACTIONS.get(lang, {})
    if rest == old and any(word.lower() == known.get(article.lower()) for known in table.values()):
        return word + gap, rest  # al Cairo holds Il Cairo already
    with_article = table.get(word.lower(), {}).get(article.lower())
    if with_article:
        return _cased(with_article, word) + " ", rest
    own = {a for articles in table.values() for a in articles} | {"la", "el", "le", "il"}
    if word.lower() == article.lower() and article.lower() in own:
        return "", name
    return None


def _conjunction(word: str, old: str, new: str, lang: str) -> str | None:
    for usual, other, vowel in _CONJUNCTIONS.get(lang, ()):
        was, becomes = (_sound(name, vowel) for name in (old, new))
        if word == usual and becomes and not was:
            return other
        if word == other and was and not becomes:
            return usual
    return None


def _sound(name: str, vowel: str) -> bool:
    return bool(regex.match(rf"h?{vowel}(?![ae])" if vowel == "i" else rf"h?{vowel}", _plain(name)))


def _elides(name: str, lang: str) -> bool | None:
    """Say whether words elide before a name; None for letters of which one cannot tell (French h and y)."""
    first = _plain(name)[:2]
    if not first[:1].isalpha():
        return None
    if first[0] == "h":
        return True if lang == "ca" else None
    if first[0] == "y":
        return False if first[1:] in tuple("aeiou") else None
    return first[0] in "aeiou"


def _with_elision(word: str, elided: bool, place: Agreed, lang: str) -> Agreed | None:
    undone = _undone(word, place.name, lang) if elided else None
    if undone:
        return place._replace(before=_cased(undone, word) + " ")
    for whole, short in _ELISIONS.get(lang, ()):
        if elided and word.lower() == short:
            return place._replace(before=_cased(whole, word) + " ")
        if not elided and word.lower() == whole:
            return place._replace(before=_cased(short, word) + place.before)
    article = None if elided else _ARTICLES_ELIDED.get(lang, {}).get(word.lower())
    return place._replace(before=_cased(article.replace("'", place.before), word)) if article else None


def _undone(word: str, name: str, lang: str) -> str | None:
    """Return the full form of an elided word where that is sure: d'Odessa, di Leopoli; dell'USA, degli Stati Uniti."""
    article = _PLURALS.get(lang, {}).get(name.partition(" ")[0].lower())
    preposition = _BEFORE_APOSTROPHE.get(lang, {}).get(word.lower())
    if article:
        return _CONTRACTIONS[lang][preposition][article] if preposition else article if word.lower() == "l" else None
    return _MAY_ELIDE.get(lang, {}).get(word.lower())


def _cased(word: str, like: str) -> str:
    return word[0].upper() + word[1:] if like[0].isupper() else word


def _plain(name: str) -> str:
    return regex.sub(r"\p{M}", "", unicodedata.normalize("NFD", name)).lower()
