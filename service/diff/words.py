"""The words of a passage, as they are compared."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

import regex

WordKind: TypeAlias = Literal["name", "number", "punctuation", "word"]

# Scripts that put no space between words are compared by the character, its marks included.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}ー\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}"
_WORD = regex.compile(
    r"(?P<number>\p{N}+(?:[.,٫٬’'\u00a0\u202f]\p{N}+)*(?![[\p{L}\p{M}]--[" + _UNSPACED + "]]))"
    r"|(?P<char>[[" + _UNSPACED + r"]&&\p{L}]\p{M}*)"
    r"|(?P<word>[[\p{L}\p{M}\p{N}]--[[" + _UNSPACED + r"]&&\p{L}]][[\p{L}\p{M}\p{N}\u00ad\u200c\u200d]--[["
    + _UNSPACED
    + r"]&&\p{L}]]*)"
    r"|(?P<mark>[^\s\p{Cf}\p{Cc}])",
    regex.V1,
)  # fmt: skip
_RUN = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_CHAR = regex.compile("[" + _UNSPACED + "]")
_UNSEEN = regex.compile(r"[\s\p{Cf}\p{Cc}]+")
_FORMAT = regex.compile(r"\p{Cf}+")
_DIGIT = regex.compile(r"\p{N}")


class Word(NamedTuple):
    """A word, number, mark or name at `start`..`end`; those of one `key` are taken for the same.

    `concept` is that of a name, `allowed` whether the glossary allows it to be written so.
    """

    start: int
    end: int
    kind: WordKind
    key: str
    concept: str | None = None
    allowed: bool = False


def words(text: str, *, at: int = 0) -> list[Word]:
    """Return the words of `text` in order, `at` added to their offsets; white space and unseen characters are none.

    >>> [word.key for word in words("Donbas's 1,500 men… 北京")]
    ['Donbas', "'", 's', '1,500', 'men', '…', '北', '京']
    """
    return [
        Word(at + found.start(), at + found.end(), _kind(found), seen(found.group())) for found in _WORD.finditer(text)
    ]


def held(text: str) -> frozenset[str]:
    """Return the words of a passage without order, case and marks; characters of unspaced scripts by twos too.

    >>> sorted(held("Men, men: 北京"))
    ['men', '京', '北', '北京']
    """
    if not _CHAR.search(text):
        plain = text if text.isascii() else unicodedata.normalize("NFC", _FORMAT.sub("", text))
        return frozenset(_RUN.findall(plain.casefold()))
    found = [word for word in words(text) if word.kind != "punctuation"]
    twos = {x.key + y.key for x, y in pairwise(found) if x.end == y.start}
    return frozenset({word.key.casefold() for word in found} | twos)


def seen(text: str) -> str:
    """Return what can be seen of a text, composed: two texts that look the same give the same.

    >>> seen("a\\u0301 b\\u00ad\\n") == seen("áb")
    True
    """
    # Of what is not seen only the plain space is called printable; the search for the rest takes ten times as long.
    plain = text.replace(" ", "") if text.isprintable() else _UNSEEN.sub("", text)
    return plain if plain.isascii() else unicodedata.normalize("NFC", plain)


def _kind(found: regex.Match[str]) -> WordKind:
    if found.lastgroup == "mark":
        return "punctuation"
    text = found.group()
    return "word" if text.isalpha() or not _DIGIT.search(text) else "number"
