"""Character references: read with a map back to where they stood, and written as the block wrote them."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_REFERENCE = regex.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)")


@dataclass
class Plain:
    """Text as it is read, character by character with the half-open span of mark-up that each came from."""

    chars: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def add(self, char: str, start: int, end: int) -> None:
        """Append one character."""
        self.chars.append(char)
        self.starts.append(start)
        self.ends.append(end)


def read(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Yield each character that `text[start:end]` stands for, with where it stands."""
    at = start
    while at < end:
        stop = text.find("&", at, end)
        stop = end if stop < 0 else stop
        for n in range(at, stop):
            yield text[n], n, n + 1
        at = stop
        if at < end:
            found = _REFERENCE.match(text, at, end)
            chars = html.unescape(found[0]) if found else text[at]
            size = len(found[0]) if found else 1
            if found and chars == found[0]:  # no reference after all
                chars, size = text[at], 1
            for char in chars:
                yield char, at, at + size
            at += size


def spellings(text: str, plain: Plain) -> dict[str, str]:
    """Return the characters that the mark-up writes as references wherever it has them, and how."""
    found: dict[str, str] = {}
    for char, start, end in zip(plain.chars, plain.starts, plain.ends, strict=True):
        spelt = text[start:end]
        if found.setdefault(char, spelt) != spelt and len(spelt) == 1:
            found[char] = char
    return {char: spelt for char, spelt in found.items() if len(spelt) > 1 and html.unescape(spelt) == char}


def written(char: str, *, spelt: Mapping[str, str]) -> str:
    """Return a character as mark-up."""
    return spelt.get(char) or html.escape(char, quote=False)
