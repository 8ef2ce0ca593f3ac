"""Subtitles: SubRip (.srt) and WebVTT (W3C WebVTT). Times stay; a sentence may run over several cues.

Cues that one sentence runs through are translated together, and the translation is dealt out again in the proportions
of the original, at a mark of punctuation where one is near.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import regex

from service.documents.texts import decode
from service.errors import InputError
from service.markup import Mark, Marked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.markup import Carried

_TIME = regex.compile(
    r"^\s*(?:\d+:)?\d{1,3}:\d\d[.,]\d{1,3}\s*-->\s*(?:\d+:)?\d{1,3}:\d\d[.,]\d{1,3}.*$", regex.MULTILINE
)
_TAG = regex.compile(r"</?[a-zA-Z][^<>\n]*+>|<\d[^<>\n]*+>|\{\\[^{}\n]*+\}")
_ENDS = regex.compile(r"[.!?…。！？♪:][\"'”’»)\]]*\s*\Z")
_SPEAKS = regex.compile(r"\s*(?:[-–—]|[A-Z][\w .]{0,30}:\s|[♪#\[(])")
_MAX_CUES = 6  # one sentence seldom runs through more
_LINE_CHARS = 42
_EDGE_CHARS, _COMMA_CHARS = 12, 6
_GAP = regex.compile(r"\s+|(?<=[\p{Han}\p{Hiragana}\p{Katakana}])(?=\w)")


@dataclass(frozen=True, slots=True)
class _Piece:
    """Text of one cue, or of one speaker in it: `source[start:end]`, in `n_lines` lines, without and with its tags."""

    start: int
    end: int
    text: str
    tags: tuple[tuple[int, str], ...]
    newline: str
    n_lines: int
    number: int


class Subtitles:
    """An .srt or .vtt file."""

    def __init__(self, data: bytes, *, what: str, max_bytes: int) -> None:
        del max_bytes
        self._text, self._bom, self._encoding = decode(data, what=what)
        pieces = list(_pieces(self._text))
        if not pieces:
            raise InputError(f"the {what} has no cues: no line has two times with --> between them")
        self._groups = list(_groups(pieces))
        self.blocks = [_block(group) for group in self._groups]

    def written(self, carried: Sequence[Carried | None]) -> bytes:
        """Return the file with its translated text."""
        out: list[str] = []
        at = 0
        for group, block, done in zip(self._groups, self.blocks, carried, strict=True):
            if done is None or done.translation.text == block.text:
                continue
            for piece, text in zip(group, _dealt(group, block, done), strict=True):
                out += self._text[at : piece.start], text
                at = piece.end
        return self._bom + "".join([*out, self._text[at:]]).encode(self._encoding)


def _pieces(source: str) -> Iterator[_Piece]:
    newline = "\r\n" if "\r\n" in source else "\n"
    for number, time in enumerate(_TIME.finditer(source)):
        start = source.find("\n", time.end() - 1) + 1
        if not start:
            continue
        end = _cue_end(source, start)
        body = source[start:end]
        lines = body.split(newline)
        cuts = [n for n, line in enumerate(lines) if n and _SPEAKS.match(_TAG.sub("", line))]
        for first, last in zip([0, *cuts], [*cuts, len(lines)], strict=True):
            text = newline.join(lines[first:last])
            at = start + len(newline.join(lines[:first])) + (len(newline) if first else 0)
            yield _piece(at, text, newline, number)


def _cue_end(source: str, start: int) -> int:
    """Return where a cue ends: before an empty line, or before the number and time of a cue without one."""
    blank = regex.compile(
        r"\r?\n[ \t]*\r?\n|\r?\n[ \t]*\Z|(?<=\A|\n)[ \t]*\r?\n|\r?\n\d+[ \t]*\r?\n(?=[\d: ]+[.,]\d+\s*-->)"
    ).search(source, max(start, 0))
    return max(blank.start(), start) if blank else len(source)


def _piece(at: int, source: str, newline: str, number: int) -> _Piece:
    pieces: list[str] = []
    tags: list[tuple[int, str]] = []
    length = position = 0
    for found in [*_TAG.finditer(source), None]:
        text = source[position : found.start() if found else len(source)].replace(newline, " ")
        pieces.append(text)
        length += len(text)
        if found:
            tags.append((length, found[0]))
            position = found.end()
    return _Piece(at, at + len(source), "".join(pieces), tuple(tags), newline, source.count(newline) + 1, number)


def _groups(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    group: list[_Piece] = []
    for piece in pieces:
        before = group[-1] if group else None
        goes_on = (
            before
            and before.number == piece.number - 1
            and len(group) < _MAX_CUES
            and before.text.strip()
            and not _ENDS.search(before.text)
            and not _SPEAKS.match(piece.text)
            and piece.text.strip()
        )
        if group and not goes_on:
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _block(group: Sequence[_Piece]) -> Marked:
    """Join the cues of a sentence; tags that run over the edge of cues become one mark each."""
    text = " ".join(piece.text for piece in group)
    marks: list[Mark] = []
    open_: list[int] = []
    at = 0
    for piece in group:
        for offset, tag in piece.tags:
            name = regex.match(r"</?([\w.]*)", tag)
            if tag.startswith("</") and open_ and name and marks[open_[-1]].name.startswith(f"<{name[1]}"):
                n = open_.pop()
                marks[n] = Mark(marks[n].start, at + offset, marks[n].name, marks[n].parent)
            else:
                marks.append(Mark(at + offset, at + offset, tag, open_[-1] if open_ else -1))
                if not tag.startswith(("</", "{", "<0", "<1", "<2")) and len(open_) < 16:
                    open_.append(len(marks) - 1)
        at += len(piece.text) + 1
    for n in open_:
        marks[n] = Mark(marks[n].start, len(text), marks[n].name, marks[n].parent)
    return Marked(text, tuple(marks))


def _dealt(group: Sequence[_Piece], block: Marked, done: Carried) -> list[str]:
    """Return what stands in each cue of a group now."""
    text = done.translation.text
    cuts = [0, *_cuts(group, text, done.spans), len(text)]
    return [_shown(piece, start, end, block, done) for piece, start, end in zip(group, cuts, cuts[1:], strict=False)]


def _cuts(group: Sequence[_Piece], text: str, spans: Sequence[tuple[int, int]]) -> list[int]:
    """Return where a translation is cut, best where tags begin or end, or after a comma."""
    total = sum(len(piece.text) for piece in group) or 1
    places = [found.end() for found in _GAP.finditer(text) if 0 < found.end() < len(text)]
    edges = {at for span in spans for at in span}
    cuts: list[int] = []
    share = first = 0
    for n, piece in enumerate(group[:-1]):
        share += len(piece.text)
        wanted = len(text) * share / total
        # Every cue that follows needs a word of its own.
        free = range(first, max(first, len(places) - (len(group) - 2 - n)))
        if not free:
            cuts.append(cuts[-1] if cuts else len(text))
            continue
        best = min(free, key=lambda place: abs(places[place] - wanted) - _worth(text, places[place], edges))
        cuts.append(places[best])
        first = best + 1
    return cuts


def _worth(text: str, at: int, edges: set[int]) -> int:
    """Return how many characters off its place a cut may be for the sake of standing here."""
    end = at
    while end and text[end - 1].isspace():
        end -= 1
    if at in edges or end in edges:
        return _EDGE_CHARS
    return _COMMA_CHARS if end and text[end - 1] in ",;:—–" else 0


def _shown(piece: _Piece, start: int, end: int, block: Marked, done: Carried) -> str:
    text = done.translation.text
    while end > start and text[end - 1].isspace():
        end -= 1
    events: list[tuple[int, int, int, str]] = []
    for n, (mark, (first, last)) in enumerate(zip(block.marks, done.spans, strict=True)):
        point = mark.start == mark.end
        if point and (start <= first < end or (first == end and end == len(text.rstrip())) or (start == end == first)):
            events.append((first, 1, n, mark.name))
        elif not point and first < end and last > start:
            events += (max(first, start), 1, n, mark.name), (min(last, end), 0, -n, _closing(mark.name))
        elif not point and first == last and start <= first < max(end, start + 1):
            events += (first, 1, n, mark.name), (first, 2, -n, _closing(mark.name))
    pieces: list[str] = []
    at = start
    for position, _, _, tag in sorted(events):
        pieces += text[at:position], tag
        at = position
    return _wrapped("".join([*pieces, text[at:end]]), piece.n_lines, piece.newline)


def _closing(tag: str) -> str:
    name = regex.match(r"<([\w]*)", tag)
    return f"</{name[1]}>" if name else ""


def _wrapped(text: str, n_lines: int, newline: str) -> str:
    """Break a cue into as many lines as it had, of about one length, unless it is short enough for fewer."""
    plain = len(_TAG.sub("", text))
    if n_lines < 2 or plain <= _LINE_CHARS // 2:
        return text
    lines: list[str] = []
    rest = text
    for left in range(n_lines, 1, -1):
        # A space inside a tag is no place to break.
        inside = [found.span() for found in _TAG.finditer(rest)]
        spaces = [
            found.start() for found in regex.finditer(" ", rest) if not any(a < found.start() < b for a, b in inside)
        ]
        if not spaces:
            break
        cut = min(spaces, key=lambda at: abs(len(_TAG.sub("", rest[:at])) - plain / left))
        lines.append(rest[:cut])
        rest = rest[cut + 1 :]
        plain = len(_TAG.sub("", rest))
    return newline.join([*lines, rest])
