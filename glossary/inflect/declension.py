"""Declension of Russian and Ukrainian names by dictionary, with the reading that a name asks for.

pymorphy3 offers every reading of a word and guesses unknown ones by their ending: *Синегубов* comes out as the genitive
plural of a *синегуб*. A name is listed in its citation form, so only nominative readings count; of those a person wants
a surname or given name, everything else a noun without a soul. A name that the dictionary lacks declines as one that it
has and that ends alike (`_PERSONS`, `_PLACES`); a name that fits none stays as it is. Guesses are never believed.

Source: the dictionaries of pymorphy3 (OpenCorpora for Russian, VESUM for Ukrainian).
"""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from glossary.model import Kind

LANGUAGES = ("ru", "uk")
CASES = {
    "nomn": "nom", "gent": "gen", "datv": "dat", "accs": "acc", "ablt": "ins", "loct": "loc", "voct": "voc",
    "gen2": "gen", "acc2": "acc", "loc2": "loc",
}  # fmt: skip
_HARD = "бвгдзклмнпрстфх"
# Ending of an unknown name = a name in the dictionary that declines alike.
_PERSONS = {
    "ru": "ов=иванов ев=медведев ёв=хрущёв ин=путин ын=солженицын ский=достоевский цкий=троцкий ова=иванова "
    "ева=медведева ёва=хрущёва ина=путина ская=достоевская цкая=троцкая ия=мария ич=янукович ь=гоголь й=гайдай ш=буш "
    "ка=кафка га=кафка ха=кафка",
    "uk": "ов=петров ев=лєсков єв=лєсков ін=пушкін їн=пушкін ський=грушевський цький=грушевський ко=шевченко "
    "ова=петрова єва=петрова ева=петрова іна=пушкіна їна=пушкіна ська=грушевська цька=грушевська "
    "ія=марія ич=янукович ь=шмигаль й=гайдай ш=буш ка=кафка",
}
_PLACES = {
    "ru": "поль=мариуполь ия=россия ка=авдеевка га=рига к=лисичанск г=петербург",
    "uk": "ськ=лисичанськ цьк=донецьк ія=росія ка=авдіївка",
}
_JOINED = regex.compile(r"(?:на|над|под|під|в|у|де|ла|эль|аль)-")
_INDECLINABLE = regex.compile(r"(?:[оеёиіїуюэєы]|[иы]х|аго)$")
_ONE_SYLLABLE = regex.compile(r"[^аеёиоуыэюяєіїґ]*[аеёиоуыэюяєії][^аеёиоуыэюяєіїґ]*")
_FLEETING = regex.compile(r"(?:[оеёє]к|[еє]ць|ец)$")  # the stem may lose a vowel: Бубенец, Бубенца


@dataclass(frozen=True, slots=True)
class _Word:
    """One word with its forms: (case, agreement) to surfaces in lower case, agreement being masc, femn, neut or plur.

    A word without forms stands for every case. For a noun only its own gender and plur count.
    """

    text: str
    tags: frozenset[str] = frozenset()
    gender: str = ""
    forms: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    @property
    def adjective(self) -> bool:
        return "ADJF" in self.tags

    def inflected(self, case: str, agreement: str) -> tuple[str, ...]:
        if not self.forms:
            return (self.text,)
        return tuple(recased(form, like=self.text) for form in self.forms.get((case, agreement), ()))


_lock = threading.Lock()


@lru_cache(maxsize=2)
def _loaded(lang: str) -> Any:  # noqa: ANN401 - pymorphy3 has no types
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang=lang)


def _parse(word: str, lang: str) -> list[Any]:
    with _lock:
        return list(_loaded(lang).parse(word.lower()))


def decline(name: str, *, lang: str, kind: Kind) -> dict[str, tuple[str, ...]]:
    """Return every form of `name` with the cases it can stand for; `name` itself comes first.

    Labels are nom, gen, dat, acc, ins, loc and voc, with `.pl` for the plural of one word that is no place. In a name
    of several words the head declines, adjectives agree with it and the rest stays: *Северского Донца*, *Организации
    Объединённых Наций*, *Ростова-на-Дону*. The two parts of a person's name agree in gender: *Анны Зеленской*.

    Args:
        lang: ru or uk.
    """
    found: dict[str, dict[str, None]] = {name: {"nom": None}}
    words = name.split()
    structure = _person(words, lang) if kind == "person" else _phrase(words, lang, kind)
    if structure:
        for label, surface in _surfaces(structure, plural=kind != "place" and len(words) == 1):
            found.setdefault(surface if "ё" in name else surface.replace("ё", "е"), {})[label] = None
    return {surface: tuple(labels) for surface, labels in found.items()}


def recased(form: str, *, like: str) -> str:
    """Return `form` with the capitals of `like`, letter by letter as far as the two agree."""
    if like.isupper() and len(like) > 1:
        return form.upper()
    if "-" in like and form.count("-") == like.count("-"):
        return "-".join(recased(f, like=part) for f, part in zip(form.split("-"), like.split("-"), strict=True))
    n_alike = _alike(form, like.lower())
    return like[:n_alike] + form[n_alike:]


def _alike(a: str, b: str) -> int:
    """Return how many characters two words share at the start."""
    return len(list(itertools.takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False))))


def _surfaces(structure: list[_Word], *, plural: bool) -> Iterator[tuple[str, str]]:
    head = next((word for word in structure if word.forms and not word.adjective), structure[0])
    animate = "anim" in head.tags
    numbers = [head.gender, "plur"] if plural and head.gender != "plur" else [head.gender]
    for agreement, case in itertools.product(numbers, dict.fromkeys(CASES.values())):
        taken = case
        if case == "acc" and agreement in ("masc", "plur") and any(word.adjective for word in structure):
            taken = "gen" if animate else "nom"
        forms = [word.inflected(taken, agreement) for word in structure]
        label = case if agreement == head.gender else f"{case}.pl"
        for surface in itertools.islice(itertools.product(*forms), 16):
            yield label, " ".join(surface)


def _person(words: list[str], lang: str) -> list[_Word]:
    """Return given names and family name, declined where they agree in gender."""
    *given, family = words
    if len(words) > 2 and all(_ONE_SYLLABLE.fullmatch(word.lower()) for word in given):
        given = []  # Ким Чен Ын: of a name in syllables only the last declines
    firsts = [next(iter(_options(word, lang, "Name")), None) for word in given]
    gender = next((word.gender for word in firsts if word and word.gender), "")
    last = next((w for w in _options(family, lang, "Surn") if {w.gender, gender} - {""} != {"masc", "femn"}), None)
    if last is None and not _INDECLINABLE.search(family.lower()) and gender != "femn":
        return []
    stay = map(_Word, words[: len(words) - 1 - len(given)])
    return [*stay, *(word or _Word(text) for word, text in zip([*firsts, last], [*given, family], strict=True))]


def _phrase(words: list[str], lang: str, kind: Kind) -> list[_Word]:
    """Return the words of a place, organisation or term: adjectives, head, and what stays; empty without a head."""
    options = [_options(word, lang, "Geox") for word in words]
    n_adjectives = len(list(itertools.takewhile(lambda readings: any(word.adjective for word in readings), options)))
    for at in range(min(n_adjectives, len(words) - 1), -1, -1):
        for head in options[at]:
            before = [next((w for w in readings if _agrees(w, head)), None) for readings in options[:at]]
            if len(words) == 1 or (not head.adjective and all(before)):
                return [*filter(None, before), head, *map(_Word, words[at + 1 :])]
    return []


def _agrees(word: _Word, head: _Word) -> bool:
    return word.adjective and word.text.lower() in word.forms.get(("nom", head.gender), ())


@lru_cache(maxsize=8192)
def _options(word: str, lang: str, wanted: str) -> tuple[_Word, ...]:
    """Return the readings that suit a name, best first: what the dictionary has, else what a like name does."""
    known = [reading for reading in _known(word, lang) if _suits(reading, wanted)]
    known.sort(key=lambda reading: _rank(reading, wanted))
    if known and (wanted == "Geox" or wanted in known[0].tags or len(known[0].text) < 3):
        return tuple(known)
    if "-" in word:
        return tuple(_hyphenated(word, lang, wanted))
    return (*_modelled(word, lang, wanted), *known)


def _hyphenated(word: str, lang: str, wanted: str) -> Iterator[_Word]:
    """Yield readings: of Ростов-на-Дону the first part declines, of Каменец-Подольский both, else the last."""
    first, _, rest = word.partition("-")
    if _JOINED.match(rest):
        yield from (_joined(word, reading, tail=f"-{rest}") for reading in _options(first, lang, wanted))
        return
    start, _, last = word.rpartition("-")
    for reading in _options(last, lang, wanted):
        if reading.adjective and wanted == "Geox":
            heads = (head for head in _options(start, lang, wanted) if _agrees(reading, head))
            yield from (_both(word, head, reading) for head in itertools.islice(heads, 1))
        yield _joined(word, reading, start=f"{start}-")


def _joined(word: str, part: _Word, *, start: str = "", tail: str = "") -> _Word:
    forms = {key: tuple(f"{start}{form}{tail}".lower() for form in forms) for key, forms in part.forms.items()}
    return _Word(word, part.tags, part.gender, forms)


def _both(word: str, head: _Word, adjective: _Word) -> _Word:
    forms = {
        (case, agreement): tuple(f"{a}-{b}" for a in found for b in adjective.inflected(case, agreement))
        for (case, agreement), found in head.forms.items()
        if case != "acc" or agreement not in ("masc", "plur")
    }
    forms |= {
        ("acc", agreement): forms["nom", agreement] for agreement in ("masc", "plur") if ("nom", agreement) in forms
    }
    lower = {key: tuple(form.lower() for form in found) for key, found in forms.items()}
    return _Word(word, head.tags, head.gender, lower)


@lru_cache(maxsize=8)
def _models(lang: str, *, place: bool) -> dict[str, str]:
    """Return the models by ending; what ends in a hard consonant or in one and -а has the same model throughout."""
    models = {"": ""}
    if not place:
        models |= dict.fromkeys("бвгдзклмнпрстфх", "асад")
    elif lang == "ru":
        models |= dict.fromkeys("бвдзлмнпрстф", "донбасс")
    in_a = {"ru": ("сковорода", "одесса"), "uk": ("кулеба", "одеса")}[lang][place]
    models |= {f"{letter}а": in_a for letter in "бвдзлмнпрстф"}
    return models | dict(pair.split("=") for pair in (_PLACES if place else _PERSONS)[lang].split())


def _modelled(word: str, lang: str, wanted: str) -> Iterator[_Word]:
    """Yield the reading of a name that is not in the dictionary: it declines as its model does."""
    models = _models(lang, place=wanted == "Geox")
    suffix = max((end for end in models if word.lower().endswith(end) and len(word) > len(end)), key=len, default="")
    if not suffix or _FLEETING.search(word.lower()) or not word.lower().islower():
        return
    model = models[suffix]
    alike = _alike(word.lower()[::-1], model[::-1])
    stem, stem_of_model = word.lower()[: len(word) - alike], model[: len(model) - alike]
    for reading in [reading for reading in _known(model, lang) if _suits(reading, wanted) and reading.forms][:1]:
        forms = {
            key: tuple(stem + form.removeprefix(stem_of_model) for form in found if form.startswith(stem_of_model))
            for key, found in reading.forms.items()
        }
        yield _Word(word, reading.tags, reading.gender, forms)


def _rank(reading: _Word, wanted: str) -> tuple[bool, ...]:
    soul = wanted == "Geox" and "anim" in reading.tags
    return (wanted not in reading.tags, reading.adjective, soul, not reading.forms)


def _suits(reading: _Word, wanted: str) -> bool:
    if wanted == "Geox":
        return not reading.tags & {"Surn", "Name", "Patr"}
    return bool(reading.tags & {"Surn", "Name", "Patr"})


@lru_cache(maxsize=8192)
def _known(word: str, lang: str) -> tuple[_Word, ...]:
    """Return the readings that the dictionary has of `word` as a citation form, in its order."""
    readings = [reading for reading in _parse(word, lang) if reading.is_known and "nomn" in reading.tag]
    return tuple(filter(None, (_word(word, reading) for reading in readings)))


def _word(text: str, reading: Any) -> _Word | None:  # noqa: ANN401
    tags = frozenset(regex.split("[ ,]", str(reading.tag)))
    if not tags & {"NOUN", "ADJF"} or "alt" in tags:
        return None
    gender = next((gender for gender in ("plur", "masc", "femn", "neut") if gender in tags), "")
    return _Word(text, tags, gender, {} if "Fixd" in tags else _forms(reading, gender))


def _forms(reading: Any, gender: str) -> dict[tuple[str, str], tuple[str, ...]]:  # noqa: ANN401
    forms: dict[tuple[str, str], dict[str, None]] = {}
    for form in reading.lexeme:
        tags = regex.split("[ ,]", str(form.tag))
        case = next((CASES[tag] for tag in tags if tag in CASES), "")
        agreement = next((agreement for agreement in ("plur", "masc", "femn", "neut") if agreement in tags), gender)
        if case and not {"Supr", "Cmp2", "compr", "super", "ADJS", "Abbr", "V-oy", "V-ey"} & set(tags):
            found = forms.setdefault((case, agreement), {})
            if not found or "NOUN" in tags or case == "loc":  # a later form of an adjective is archaic (Білая)
                found[form.word] = None
    return {key: tuple(found) for key, found in forms.items()}
