"""Markdown (CommonMark 0.31, with GitHub's tables): translated in place, whatever is no text copied byte for byte.

markdown-it-py says which lines hold paragraphs, headings and cells; code, front matter, HTML blocks and link
definitions are none of those. Inside a paragraph emphasis and links are marks, and code is held.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import regex
from markdown_it import MarkdownIt

from service.documents.texts import decode
from service.markup.flows import Flow, offsets, write
from service.markup.marked import Mark, Marked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.markup import Carried

_FRONT = regex.compile(
    r"\A(?:---[ \t]*\r?\n.*?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)|\+\+\+[ \t]*\r?\n.*?\n\+\+\+[ \t]*(?:\r?\n|\Z))",
    regex.DOTALL,
)
_TOKEN = regex.compile(
    r"(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<code>(?<!`)(`++)(?!`).*?(?<!`)\3(?!`))"
    r"|(?P<auto><[a-zA-Z][a-zA-Z0-9+.-]*:[^\s<>]*>|<[\w.+-]+@[\w.-]+>|https?://[^\s<>()\]]*+[^\s<>()\].,;:!?'\"])"
    r"|(?P<html></?[a-zA-Z][^<>]*+>|<!--.*?-->)"
    r"|(?P<note>\[\^[^\]\s]+\])"
    r"|(?P<open>!?\[)"
    r"|(?P<close>\](?:\((?:[^()\\\n]|\\.|\((?:[^()\\\n]|\\.)*+\))*+\)|\[[^\[\]\n]*+\])?)"
    r"|(?P<mark>\*{1,3}|(?<!\w)_{1,3}|_{1,3}(?!\w)|~~)"
    r"|(?P<break>(?:\\|[ ]{2,})\r?\n[ \t]*)"
    r"|(?P<line>\r?\n)",
    regex.DOTALL,
)
_NAMES = {"[": "link", "![": "picture", "*": "emphasis", "_": "emphasis", "~": "strike-through"}
_MAX_NESTED = 32


class Markdown:
    """An .md file."""

    def __init__(self, data: bytes, *, what: str, max_bytes: int) -> None:
        del max_bytes
        self._text, self._bom, self._encoding = decode(data, what=what)
        self._flows = [flow for span in _spans(self._text) for flow in _read(self._text, span)]
        self.blocks = [flow.block for flow in self._flows]

    def written(self, carried: Sequence[Carried | None]) -> bytes:
        """Return the file with its translated text."""
        out: list[str] = []
        at = 0
        for flow, done in zip(self._flows, carried, strict=True):
            if done is not None and done.translation.text != flow.block.text:
                out += self._text[at : flow.start], write(flow, done).text
                at = flow.end
        return self._bom + "".join([*out, self._text[at:]]).encode(self._encoding)


def _spans(text: str) -> Iterator[list[tuple[int, int]]]:
    """Yield, for each paragraph, heading and cell, where its lines stand, prefixes such as `> ` left out."""
    front = _FRONT.match(text)
    start = front.end() if front else 0
    body = text[start:]
    # markdown-it counts lines by \n alone, after it has made \r\n one.
    lines = [start, *(found.end() for found in regex.finditer(r"\r\n|\n|\r", text, pos=start)), len(text) + 1]
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    at: dict[int, int] = {}
    for token in parser.parse(body):
        if token.type == "inline" and token.map and token.content.strip():
            yield _located(text, token.content, token.map[0], lines, at)


def _located(text: str, content: str, first: int, lines: Sequence[int], at: dict[int, int]) -> list[tuple[int, int]]:
    found = []
    for offset, line in enumerate(content.split("\n")):
        number = first + offset
        if number + 1 >= len(lines):
            break
        start = text.find(line.strip(), max(lines[number], at.get(number, 0)), lines[number + 1])
        if start < 0 or not line.strip():
            continue
        end = start + len(line.strip())
        at[number] = end
        found.append((start, end))
    return found


def _read(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[Flow]:
    """Yield the flows of a paragraph: one, unless hard line breaks end sentences in it."""
    if not spans:
        return
    reader = _Reader(text)
    for (start, end), following in zip(spans, [*spans[1:], None], strict=True):
        reader.line(start, end)
        if following:
            gap = text[end : following[0]]
            hard = gap.startswith("  ") or text[end - 1 : end] == "\\"
            if hard:
                yield from reader.flow()
                reader = _Reader(text)
            else:
                reader.gap(end, following[0])
    yield from reader.flow()


class _Reader:
    """Reads one flow."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[tuple[str, int, int]] = []
        self._chars: list[str] = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._marks: list[Mark] = []
        self._before: list[str] = []
        self._after: list[str] = []
        self._open: list[int] = []

    def line(self, start: int, end: int) -> None:
        """Read a line."""
        end -= self._text[end - 1 : end] == "\\"
        at = start
        for found in _TOKEN.finditer(self._text, start, end):
            self._tokens += ("text", at, found.start()), (found.lastgroup or "text", found.start(), found.end())
            at = found.end()
        self._tokens.append(("text", at, end))

    def gap(self, start: int, end: int) -> None:
        """Read what stands between two lines: a space to the engine."""
        self._tokens.append(("gap", start, end))

    def _pairs(self) -> dict[int, int]:
        """Return the tokens that open something, and those that close it; all other marks are plain characters."""
        pairs: dict[int, int] = {}
        open_: list[tuple[int, str]] = []
        for n, (kind, start, end) in enumerate(self._tokens):
            source = self._text[start:end]
            wanted = ("[", "![") if kind == "close" else (source,)
            places = [place for place, (_, mark) in enumerate(open_) if mark in wanted]
            if kind == "close" or (kind == "mark" and places and self._text[start - 1 : start].strip()):
                if places:
                    pairs[open_[places[-1]][0]] = n
                    del open_[places[-1] :]
            elif (kind == "open" or (kind == "mark" and self._text[end : end + 1].strip())) and len(
                open_
            ) < _MAX_NESTED:
                open_.append((n, source))
        return pairs

    def _read(self) -> None:
        pairs = self._pairs()
        closers = set(pairs.values())
        for n, (kind, start, end) in enumerate(self._tokens):
            source = self._text[start:end]
            if n in pairs:
                self._open.append(self._mark(_NAMES.get(source, _NAMES.get(source[0], "")), source))
            elif n in closers:
                last = self._open.pop()
                self._marks[last] = replace(self._marks[last], end=len(self._chars))
                self._after[last] = source
            else:
                self._token(kind, source, start, end)

    def _token(self, kind: str, source: str, start: int, end: int) -> None:
        if kind == "escape":
            self._add(source[1], start, end)
        elif kind == "gap":
            self._add(" ", start, end)
        elif kind in ("code", "auto"):
            self._mark("code" if kind == "code" else "address", source, held=source.strip("`<>").strip())
        elif kind in ("html", "note"):
            self._mark("footnote mark" if kind == "note" else source, source)
        elif kind == "close" and len(source) > 1:  # an address: no text even where nothing opened it
            self._mark("", source)
        else:
            for n in range(start, end):
                self._add(self._text[n], n, n + 1)

    def _add(self, char: str, start: int, end: int) -> None:
        self._chars.append(char)
        self._starts.append(start)
        self._ends.append(end)

    def _mark(self, name: str, source: str, *, held: str | None = None) -> int:
        at = len(self._chars)
        self._marks.append(Mark(at, at, name, self._open[-1] if self._open else -1, held))
        self._before.append(source)
        self._after.append("")
        return len(self._marks) - 1

    def flow(self) -> Iterator[Flow]:
        """Yield what was read, if there is anything to translate in it."""
        self._read()
        if not "".join(self._chars).strip():
            return
        # What the original escapes is escaped everywhere, and so is what the engine brings that would be a mark.
        spelt = {char: f"\\{char}" for char in "*_`[]<\\" if char not in self._chars}
        for char, start, end in zip(self._chars, self._starts, self._ends, strict=True):
            if self._text[start:end] == f"\\{char}":
                spelt[char] = f"\\{char}"
        block = Marked("".join(self._chars), tuple(self._marks))
        before, after = tuple(self._before), tuple(self._after)
        starts, ends = offsets(self._starts), offsets(self._ends)
        yield Flow(
            self._tokens[0][1],
            self._tokens[-1][2],
            block,
            before,
            after,
            starts,
            ends,
            lambda char: spelt.get(char, char),
        )
