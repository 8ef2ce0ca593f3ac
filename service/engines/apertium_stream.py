"""Apertium's stream format: a sentence as a block that running pipelines take, and back.

A block is what `apertium-destxt` would write, made in process: reserved characters are escaped by a backslash, and what
the stages would lose, change or choke on goes between square brackets, as a *blank* that every stage passes on as it
is. Every block ends in a full stop and a numbered blank, `.[7]`: the stop tells the tagger that the sentence ends
(`apertium` adds it too), the number proves that the block came through whole and in its place.

Source: "Apertium stream format" of the Apertium wiki; apertium 3.8.3, lttoolbox 3.7.1, tried out.
"""

from __future__ import annotations

import re

MAX_BLOCK_CHARS = 4000
"""Longest block in characters: 40 ms of work, so that a stage without output for seconds is hung and not busy."""

_HIDDEN = "~\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
# A tilde wakes post-generation, which eats it; U+FFFF reads as the end of the file; surrogates are no UTF-8.
_ESCAPED = re.compile(rf"(?P<reserved>[\[\]{{}}^$/\\@<>])|(?P<hidden>[{_HIDDEN}]+)|[^\S {_HIDDEN}]|  +")
_UNESCAPED = re.compile(r"\\(.)|\[([^\]]*)\]", re.DOTALL)
_LETTER = re.compile(r"[^\W\d_]")


def has_letters(text: str) -> bool:
    """Tell whether there is anything to translate in `text`."""
    return _LETTER.search(text) is not None


def block(text: str, *, number: int) -> bytes:
    """Return `text` as one NUL-terminated block that carries `number`.

    >>> block("a/b  c", number=7)
    b'a\\\\/b[  ]c.[7]\\x00'
    """
    return f"{_ESCAPED.sub(_escape, text)}.[{number}]\0".encode()


def text_of(output: bytes, *, number: int) -> str | None:
    r"""Return the text of a block that left the pipeline, without its end; None when it is not block `number`, whole.

    >>> text_of(rb"x\/y[  ]z.[7]", number=7), text_of(b"x.[6]", number=7)
    ('x/y  z', None)
    """
    written = output.decode("utf-8", errors="replace")
    end = f"[{number}]"
    if not written.endswith(end):
        return None
    return _UNESCAPED.sub(_unescape, written.removesuffix(end).removesuffix("."))


def pieces(text: str) -> list[str]:
    """Cut `text` into pieces of up to `MAX_BLOCK_CHARS`, before white space where there is any.

    Returns: one piece or more; joined they are `text`.

    >>> [len(piece) for piece in pieces("word " * 1000)]
    [3999, 1001]
    """
    cut = []
    while len(text) > MAX_BLOCK_CHARS:
        at = max(text.rfind(space, 1, MAX_BLOCK_CHARS) for space in " \n\t")
        at = at if at > 0 else MAX_BLOCK_CHARS
        cut.append(text[:at])
        text = text[at:]
    return [*cut, text]


def _escape(found: re.Match[str]) -> str:
    if found["reserved"]:
        return f"\\{found[0]}"
    if found["hidden"]:
        return "[x" + ".".join(f"{ord(char):x}" for char in found[0]) + "]"
    return f"[{found[0]}]"


def _unescape(found: re.Match[str]) -> str:
    char, blank = found.groups()
    if char is not None:
        return str(char)
    if blank.startswith("x"):
        return "".join(chr(int(code, 16)) for code in blank[1:].split("."))
    return str(blank)
