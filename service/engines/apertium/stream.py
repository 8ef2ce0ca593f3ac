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

_HIDDEN = "~*@#\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
# A tilde wakes post-generation, which eats it; * @ # mark words that a stage does not know, and some pairs show the
# marks whatever they are told; U+FFFF reads as the end of the file; surrogates are no UTF-8.
# The parts of an address are no words; the lookbehind keeps the search linear.
_ADDRESS = r"https?://[^\s<>\"“”]*[^\s<>\"“”.,;:!?)’]|(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]+)+"
_ESCAPED = re.compile(rf"(?P<hidden>{_ADDRESS}|[{_HIDDEN}]+)|(?P<reserved>[\[\]{{}}^$/\\<>])|[^\S {_HIDDEN}]|  +")
# Spaces in a row are those of words that were dropped, * @ # are marks: what the source had of them is in a blank.
_UNESCAPED = re.compile(r"\\(.)|\[([^\]]*)\]|( ) +|[*@#]", re.DOTALL)
_SHORT_FORMS = "It|That|Let|He|She|There|Here|What|Who|Where|When|How|Why|This|Everyone|Everybody|Nobody|Somebody"
_POSSESSIVE = re.compile(rf"(?<!\w)(?!(?:{_SHORT_FORMS})['’])([A-ZÀ-ÞĀ-Ž]\w*)(?=['’]s(?!\w))")
_STRAY = (re.compile(r"(?<=[“‘«(¿¡]) "), re.compile(r" (?=[,.;:!?)”’»])"))
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


def possessives_apart(text: str) -> str:
    """Put a space before the 's of English names; without it Apertium glues words of the target to them.

    Seen: *Kharkiv’s mayor* became *Kharkivha* in Catalan and *Laurbestro* in Esperanto. Short forms (it’s, that’s) are
    left, since they are words of the dictionaries.

    >>> possessives_apart("It’s Kharkiv’s mayor.")
    'It’s Kharkiv ’s mayor.'
    """
    return _POSSESSIVE.sub(r"\1 ", text)


def tidied(text: str, *, source: str) -> str:
    """Put right what dropped words leave behind: a space inside quotes or before a comma, a small first letter.

    Only where `source` has the like nowhere.

    >>> tidied("“ somos aquí , dijo.", source="“We are here, he said.")
    '“Somos aquí, dijo.'
    """
    for space in _STRAY:
        if not space.search(source):
            text = space.sub("", text)
    first, wanted = _LETTER.search(text), _LETTER.search(source)
    if first and wanted and wanted[0].isupper() and first[0].islower():
        text = text[: first.start()] + first[0].upper() + text[first.end() :]
    return text


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
    char, blank, space = found.groups()
    if blank is None:
        return char or space or ""
    if blank.startswith("x"):
        return "".join(chr(int(code, 16)) for code in blank[1:].split("."))
    return str(blank)
