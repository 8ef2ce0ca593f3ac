"""Grammatical endings: recognise a name that carries one, and give the preferred name the same.

What glossary.inflect knows goes first: it has cases. Where it has none there is a table of the endings that names take
in a language, which is enough, because an ending need only be recognised and carried over, not chosen: *Assadovi* is
*Assad* + *ovi*, so *Asad* becomes *Asadovi*. An ending is carried over only between names that end alike (both in a
consonant, or both in the same vowel); elsewhere the case cannot be known from the letters and the name is left.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

import regex

from glossary import inflect
from glossary.fold import base, folded_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from glossary.model import Kind

_VOWELS = frozenset("aeiouyáéíóúýàèìòùâêîôûäöüåæøãõăąęěůőűøıаеёиоуыэюяіїєў")


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# After the whole name. Case endings of masculine and feminine names, plurals, possessive and relational adjectives.
_CZECH = _set(
    "a u e ě ovi em y ů ům ech ích i é ho mu m ové ův ova ovo ovy ově ovu ovou ových ovým ému ého ém ým í ích ím ími"
)
_POLISH = _set("a u owi em ie y ów om ami ach i ego emu ego iego iemu im ą ę e ze ce cie owie owski")
_SOUTH = _set(
    "a u om em e i ov ova ovo ovi ove ovog ovom ev eva evo ovim ovih ovima ama ima ega emu in ina ino ju ja jem"
)
_CYRILLIC = _set("а у ом ем е ы и ой ою ов ым ам ами ах і ові ів ою ем ю я ям ями ях та то те ът")
_TABLE = {
    "en": _set("s"),
    "de": _set("s er ern ers"),
    "fr": _set("s"), "es": _set("s"), "ca": _set("s"), "gl": _set("s"), "pt": _set("s"),
    "nl": _set("s"), "sv": _set("s"), "da": _set("s"), "nb": _set("s"), "nn": _set("s"), "no": _set("s"),
    "eo": _set("n j jn"),
    "cs": _CZECH, "sk": _CZECH | _set("om ovia ov och ami"), "pl": _POLISH,
    "hr": _SOUTH, "sr": _SOUTH | _CYRILLIC, "bs": _SOUTH, "sl": _SOUTH, "mk": _CYRILLIC, "bg": _CYRILLIC,
    "ru": _CYRILLIC, "uk": _CYRILLIC, "be": _CYRILLIC | _set("а у ам е аў"),
    "ro": _set("ul ului i lui ei"), "hu": _set(
        "t ot at et öt ban ben ba be ból ből nak nek ra re ról ről on en ön n tól től hoz hez höz nál nél val vel ig i"
        " é ért"
    ),
    "fi": _set("n in ssa ssä sta stä an en iin on ään lla llä lta ltä lle a ä ta tä ksi na nä issa ista"),
    "et": _set("i a u e s is as us es st ist ast l il al lt ilt alt le ile ale ga iga aga ni ks d t it at sse isse"),
    "lv": _set("a s am u ā i ai ei as us os ie em iem ām im"),
    "lt": _set("as o ui ą u e is io iui į iu yje a os ai ą oje ų ams us ais"),
    "tr": frozenset(), "el": _set("ς υ ν"),
}  # fmt: skip

# Endings that stand in place of a final vowel (Moskva, Moskvy), by language: the final vowels that give way.
_GIVING_WAY = {
    "cs": {"a": _set("y ě e u o ou ám ách ami ino iny inu"), "o": _set("a u em ě"), "e": _set("i í ích ím")},
    "pl": {"a": _set("y i ie ce ze ę ą o"), "o": _set("a u em ie"), "i": _set("iego iemu im ich imi ego emu")},
    "hr": {"a": _set("e i u o om ama in ina ino"), "o": _set("a u om"), "e": _set("a u em")},
    "lv": {"a": _set("as ai u ā ām"), "s": _set("a am u ā")}, "lt": {"a": _set("os ai ą oje")},
}  # fmt: skip
_GIVING_WAY["ru"] = {"а": _set("ы и е у ой ою"), "я": _set("и е ю ей ею"), "о": _set("а у ом е")}
_GIVING_WAY["uk"] = {"а": _set("и і у ою"), "я": _set("і ї ю ею єю"), "о": _set("а у ом і")}
_GIVING_WAY.update(sk=_GIVING_WAY["cs"], sr=_GIVING_WAY["hr"], bs=_GIVING_WAY["hr"], sl=_GIVING_WAY["hr"])

# A vowel that changes or falls out before an ending.
_SHIFTS = {
    "pl": (("ów", "ow"), ("ek", "k"), ("ec", "c")), "cs": (("ek", "k"), ("ec", "c")), "sk": (("ec", "c"), ("ok", "k")),
}  # fmt: skip

# Surnames that decline like adjectives, in whatever spelling their citation form has; all keep the "sk".
_ADJECTIVE = regex.compile(r"(?:(?<=[sc]k)(?:yj|ij|yi|iy|yy|ý|í|i|y)|(?<=ov)á)$")
_ADJECTIVE_ENDINGS = {
    "cs": _set("ého ému ém ým í ých ými á é ou"), "pl": _set("iego iemu im ich imi ą a ej"),
    "sk": _set("ého ému om ým á ej ú ou"), "hr": _set("og om im a u e i oga"), "sl": _set("ega emu em im a o"),
}  # fmt: skip
_ADJECTIVE_ENDINGS.update(sr=_ADJECTIVE_ENDINGS["hr"], bs=_ADJECTIVE_ENDINGS["hr"])

_BY_DICTIONARY = frozenset({"ru", "uk"})
_PLURAL_ONLY = frozenset({"en", "fr", "es", "ca", "gl", "pt", "nl", "sv", "da", "nb", "nn", "no", "de"})
#: Languages whose names change their end, so that a name is looked up by its beginning.
INFLECTING = frozenset(_TABLE) - _PLURAL_ONLY - {"tr"}

_WORDS = regex.compile(r"[^ \-]+")


def stem(name: str, *, lang: str) -> str:
    """Return the beginning that a folded name keeps in all its forms; the name itself where names do not inflect."""
    if base(lang) not in INFLECTING:
        return name
    word = _WORDS.match(name)
    first = word.group() if word else name
    adjective = _ADJECTIVE.search(first)
    cut = len(adjective.group()) if adjective else _n_changing(first)
    return first[: max(len(first) - cut, min(2, len(first)))] if cut or len(first) < len(name) else name


def cuts(*, lang: str) -> tuple[str, ...] | None:
    """Return the endings that may follow a whole name; None where names change more than that."""
    return None if base(lang) in INFLECTING else tuple(_TABLE.get(base(lang), ()))


def is_form(surface: str, name: str, *, lang: str, kind: Kind, explicit: Mapping[str, str]) -> bool:
    """Say whether `surface`, folded and of as many words as `name`, is `name` in some case or number."""
    folded = folded_name(name, lang)
    if surface == folded:
        return True
    if surface in _known_forms(name, base(lang), kind) or surface in {folded_name(f, lang) for f in explicit.values()}:
        return True
    return base(lang) not in _BY_DICTIONARY and _endings(surface, folded, base(lang), kind) is not None


def carried(
    surface: str, name: str, preferred: str, *, lang: str, kind: Kind, explicit: Mapping[str, str]
) -> str | None:
    """Return `preferred` in the case and number in which `surface` is a form of `name`; None if that is not known.

    >>> carried("kruszczowa", "Kruszczow", "Chruszczow", lang="pl", kind="person", explicit={})
    'Chruszczowa'
    """
    folded = folded_name(name, lang)
    if surface in (folded, folded.replace("ß", "ss")):
        return preferred
    surface = _yo_forms(name, kind).get(surface, surface) if base(lang) == "ru" else surface
    known = inflect.agree(preferred, lang=base(lang), kind=kind, lemma=folded, surface=surface, explicit=explicit)
    if known is not None or base(lang) in _BY_DICTIONARY:
        return known
    endings = _endings(surface, folded, base(lang), kind)
    if endings is None:
        return None
    return _with_endings(preferred, endings, base(lang))


@lru_cache(maxsize=65536)
def _known_forms(name: str, lang: str, kind: Kind) -> frozenset[str]:
    found = frozenset(folded_name(form, lang) for form in inflect.forms(name, lang=lang, kind=kind))
    return found | _yo_forms(name, kind).keys() if lang == "ru" else found


@lru_cache(maxsize=65536)
def _yo_forms(name: str, kind: Kind) -> dict[str, str]:
    """Return, for a name listed without ё, its forms without ё and as the dictionary writes them (Хрущева, Хрущёва)."""
    if "ё" in name.lower():
        return {}
    forms = [folded_name(form, "ru") for form in inflect.forms(name, lang="ru", kind=kind)]
    return {form.replace("ё", "е"): form for form in forms if "ё" in form}


def _n_changing(word: str) -> int:
    """Return how many letters at the end of a word may give way to an ending."""
    if word[-2:-1] in ("е", "о", "і", "ї", "ё", "e", "ó", "o") and len(word) > 3:
        return 2
    if word.endswith(("ий", "ый", "ій", "ая", "яя", "ое", "ие", "ые", "ой")):
        return 2
    return 1 if word[-1:] in _VOWELS or word[-1:] in "ьйs" else 0


class _Ending(NamedTuple):
    """What a word has after its stem, and by which manner of declining; nothing at all in the citation form."""

    manner: str
    text: str


class _Stem(NamedTuple):
    manner: str
    text: str
    endings: frozenset[str]


def _endings(surface: str, name: str, lang: str, kind: Kind) -> list[_Ending] | None:
    """Return the ending of each word of `surface` as a form of `name`; None if some word is no form of its."""
    found, wanted = _WORDS.findall(surface), _WORDS.findall(name)
    if len(found) != len(wanted) or (kind == "place" and lang in _PLURAL_ONLY and lang != "de"):
        return None
    endings = [_ending(*pair, lang) for pair in zip(found, wanted, strict=True)]
    return None if None in endings else [ending for ending in endings if ending]


def _ending(surface: str, word: str, lang: str) -> _Ending | None:
    if surface == word:
        return _Ending("", "")
    for stem in _stems(word, lang):
        ending = surface.removeprefix(stem.text)
        if ending != surface and ending in stem.endings:
            return _Ending(stem.manner, ending)
    return None


@lru_cache(maxsize=65536)
def _stems(word: str, lang: str) -> tuple[_Stem, ...]:
    """Return the stems of a word in lower case, with the endings that each may take; the likeliest first."""
    stems = []
    adjective = _ADJECTIVE.search(word)
    if adjective and lang in _ADJECTIVE_ENDINGS:
        stems.append(_Stem("adjective", word[: adjective.start()], _ADJECTIVE_ENDINGS[lang]))
    for vowel, endings in _GIVING_WAY.get(lang, {}).items():
        if word.endswith(vowel):
            stems.append(_Stem(vowel, word[:-1], endings))
    after = _TABLE.get(lang, frozenset())
    for full, short in _SHIFTS.get(lang, ()):
        if word.endswith(full):
            stems.append(_Stem("consonant", word.removesuffix(full) + short, after))
    stems.append(_Stem("vowel" if word[-1] in _VOWELS else "consonant", word, after))
    return tuple(stems)


def _with_endings(preferred: str, endings: list[_Ending], lang: str) -> str | None:
    """Put endings on the words of `preferred`: word by word, or one ending on its last word."""
    words = list(_WORDS.finditer(preferred))
    if len(words) == len(endings):
        pairs = list(zip(words, endings, strict=True))
    elif not any(ending.text for ending in endings[:-1]):
        pairs = [(words[-1], endings[-1])]
    else:
        return None
    for word, ending in reversed(pairs):
        changed = _with_ending(word.group(), ending, lang)
        if changed is None:
            return None
        preferred = preferred[: word.start()] + changed + preferred[word.end() :]
    return preferred


def _with_ending(word: str, ending: _Ending, lang: str) -> str | None:
    """Return `word` with the ending; None if it does not decline in that manner."""
    if not ending.text:
        return word
    for stem in _stems(word.lower(), lang):
        if stem.manner == ending.manner and ending.text in stem.endings:
            kept = sum(
                1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(stem.text, word.lower(), strict=False))
            )
            return word[:kept] + stem.text[kept:] + ending.text
    return None


@lru_cache(maxsize=16384)
def without_ending(surface: str, *, lang: str) -> tuple[str, ...]:
    """Return what `surface` may be without an ending: what is left of it, or that with the vowel that gave way.

    An adjective made from a name (Slavjanské) is another word, and no form of it.
    """
    allowed = _TABLE.get(base(lang), frozenset())
    lengths = [n for n in range(1, 5) if surface[-n:] in allowed and len(surface) - n > 2 and surface[-n - 1].isalpha()]
    rests = {surface[:-n]: None for n in lengths if not (surface[-n] in "éýáí" and surface[:-n].endswith("k"))}
    for vowel, endings in _GIVING_WAY.get(base(lang), {}).items():
        rests.update(
            {surface[:-n] + vowel: None for n in range(1, 4) if surface[-n:] in endings and len(surface) - n > 2}
        )
    return tuple(rest for rest in rests if rest != surface)


def _is_respelt(text: str, name: str) -> bool:
    """Say whether two words of one length end in the same consonant and differ before it: Горбачев, Горбачов."""
    return text != name and len(text) == len(name) and text[-1] == name[-1] and text[-1] not in _VOWELS


def may_be_form(surface: str, name: str, *, lang: str) -> bool:
    """Say whether `surface` looks like a form of `name` that no table has: it begins alike and goes on with an ending.

    What may be the preferred name itself is never rewritten on the strength of its sound.
    """
    if base(lang) not in INFLECTING:
        return False
    one, other = folded_name(surface, lang), folded_name(name, lang)
    if any(_is_respelt(text, other) for text in (one, *without_ending(one, lang=lang))):
        return False
    n_same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    rest = one[n_same:]
    return n_same >= max(4, len(other) - 2) and 0 < len(rest) < 6 and any(char in _VOWELS for char in rest)
