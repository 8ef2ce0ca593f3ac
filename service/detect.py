"""Tell the language of a text, offline: a small model's guess, held against the alphabets that Cyrillic languages use.

The model is py3langid's (4.6 MB in its wheel, numpy, no network), kept to the languages that some engine translates.
`python -m bench detect` measures it beside what could stand in its place.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import TYPE_CHECKING

import regex

from service.records import Detection

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from py3langid.langid import LanguageIdentifier

#: Languages that packages of Argos Translate or pairs of Apertium are made for, as the model names them.
# fmt: off
LANGS = frozenset([
    "ar", "az", "be", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fr", "ga",
    "gl", "he", "hi", "hr", "hu", "id", "is", "it", "ja", "ka", "kk", "ko", "lt", "lv", "mk", "ms", "nl", "nn",
    "no", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "th", "tl", "tr", "uk", "ur", "vi", "zh",
])
# fmt: on
#: And those that hardly anybody sends: they must be the clearer for it.
RARE = frozenset(["af", "an", "br", "bs", "cy", "eo", "hy", "ky", "mt", "oc", "se", "tt"])
_RARE_WEIGHT = 0.3
_TAGS = {"no": "nb"}

_ALPHABETS = {
    "be": "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
    "bg": "абвгдежзийклмнопрстуфхцчшщъьюя",
    "kk": "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
    "ky": "абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя",
    "mk": "абвгдѓежзѕијклљмнњопрстќуфхцчџш",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "sr": "абвгдђежзијклљмнњопрстћуфхцчџш",
    "tt": "аәбвгдеёжҗзийклмнңоөпрстуүфхһцчшщъыьэюя",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
}
_CYRILLIC = regex.compile(r"\p{Cyrillic}")
_LETTER = regex.compile(r"\p{L}")
_FOREIGN_SHARE = 0.01  # letters of a quoted name do not tell; more of them do
_FOREIGN_WEIGHT = 0.001
_SAMPLE_CHARS = 8000
_N_PARTS = 16
_LEAST = 0.01  # below it a guess helps nobody

_LOADING = threading.Lock()


def detect(text: str, *, n: int = 3) -> list[Detection]:
    """Return up to n languages that `text` may be in, best first; none where there is nothing to tell by.

    A long text is judged by parts from all over it, so that time is bounded.

    >>> [guess.lang for guess in detect("Доброго ранку, друзі", n=1)], detect("🙂 … 42")
    (['uk'], [])
    """
    sample = "\n".join(_parts(text))
    if not _LETTER.search(sample):
        return []
    letters = _CYRILLIC.findall(sample.lower())
    weighed = [(lang, chance * _weight(lang, letters)) for lang, chance in _model().rank(sample)]
    whole = sum(chance for _, chance in weighed) or 1.0
    best = sorted(((chance / whole, lang) for lang, chance in weighed), reverse=True)[:n]
    return [Detection(_TAGS.get(lang, lang), round(chance, 4)) for chance, lang in best if chance >= _LEAST]


def detect_all(texts: Sequence[str], *, n: int = 3) -> list[list[Detection]]:
    """Return what `detect` returns for each of the texts, by itself."""
    return [detect(text, n=n) for text in texts]


def _parts(text: str) -> Iterator[str]:
    if len(text) <= _SAMPLE_CHARS:
        yield text
        return
    size = _SAMPLE_CHARS // _N_PARTS
    for n in range(_N_PARTS):
        start = n * (len(text) - size) // (_N_PARTS - 1)
        yield text[start : start + size]


def _weight(lang: str, letters: list[str]) -> float:
    """Return how much of a guess is left: little, when the text has letters that the language does not write."""
    weight = _RARE_WEIGHT if lang in RARE else 1.0
    alphabet = _ALPHABETS.get(lang)
    if not letters or alphabet is None:
        return weight
    n_foreign = sum(letter not in alphabet for letter in letters)
    return weight * (_FOREIGN_WEIGHT if n_foreign > _FOREIGN_SHARE * len(letters) else 1.0)


def _model() -> LanguageIdentifier:
    with _LOADING:  # the cache alone would let several threads load it
        return _loaded()


@lru_cache(maxsize=1)
def _loaded() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(LANGS | RARE)
    return model
