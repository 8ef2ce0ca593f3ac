"""Any script in plain Latin letters."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import regex

from glossary.romanise.schemes import STRICT, compiled

_NOT_LATIN = regex.compile(r"[^\p{Latin}\p{Common}\p{Inherited}]")
_CYRILLIC = regex.compile(r"\p{Cyrillic}")
_ABJAD = regex.compile(r"[\p{Arabic}\p{Hebrew}]")
_PLAIN = {
    "uk": STRICT["uk"]["national 2010"], "ru": "_е=ye й=y ё=yo", "be": STRICT["be"]["passport 2008"],
    "bg": STRICT["bg"]["law 2009"], "sr": STRICT["sr"]["Latin"], "mk": STRICT["mk"]["official"],
}  # fmt: skip
# anyascii gives long vowels and silent letters of Arabic, Persian and Hebrew as consonants or apostrophes.
_WEAK = str.maketrans(
    dict.fromkeys("اآأٱىة", "a") | dict.fromkeys("وؤו", "u") | dict.fromkeys("يیئי", "i")
    | dict.fromkeys("ءعאע\u200c", "") | {"إ": "i", "ה": "h"}
)  # fmt: skip
_SILENT_HE = regex.compile(r"(?<=[\p{Arabic}\u064b-\u0652]{2})ه(?=\u200c|\b)")


def is_abjad(text: str) -> bool:
    """Say whether `text` is in a script that leaves short vowels out (Arabic, Hebrew)."""
    return _ABJAD.search(text) is not None


@lru_cache(maxsize=4096)
def latin(text: str, *, lang: str | None = None) -> str:
    """Return `text` in Latin letters; what is Latin already stays as it is, diacritics included.

    Cyrillic goes by the scheme of `lang` (Russian when not told, Ukrainian when the letters are). Everything else goes
    through anyascii: 0 ms to load and 1.3 us a word; uroman took 3.4 s, 57 MB and 300 us a word for vowels that are
    guesses in Arabic and Hebrew all the same; Unidecode is as quick but GPL. Chinese characters are read as Mandarin,
    whatever the language.

    >>> latin("Зеленський", lang="uk"), latin("თბილისი"), latin("北京")
    ('Zelenskyi', 'tbilisi', 'BeiJing')
    """
    if not _NOT_LATIN.search(text):
        return text
    if _CYRILLIC.search(text):
        text = _from_cyrillic(text, (lang or "").partition("-")[0])
    if not _NOT_LATIN.search(text):
        return text
    from anyascii import anyascii

    text = _SILENT_HE.sub("e", unicodedata.normalize("NFKC", text)).translate(_WEAK)
    return "".join(anyascii(char) if _NOT_LATIN.match(char) else char for char in text).replace("'", "")


def _from_cyrillic(text: str, lang: str) -> str:
    if lang not in _PLAIN:
        lang = "uk" if any(char in "іїєґІЇЄҐ" for char in text) else "ru"
    return next(compiled(_PLAIN[lang], source_lang=lang).spellings(text))
