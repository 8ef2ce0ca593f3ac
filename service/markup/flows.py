"""Flows: stretches of mark-up through which sentences run, read as marked text and written back in place."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import regex

from service.markup.entities import Plain, read, spellings, written
from service.markup.marked import Mark, Marked, children

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from service.markup.elements import Elements
    from service.markup.marked import Carried

_MAX_MARKS = 400  # in one flow; a longer one is cut, so that placing stays quick whatever is sent
_MAX_NESTED = 64
_SPACE = " \t\n\r\f"
_SENTENCE_END = regex.compile(r"[.!?:;…。！？]\W*\Z")
_LOWER = regex.compile(r"\W*\p{Ll}")


@dataclass(frozen=True, slots=True)
class Flow:
    """`text[start:end]` of a mark-up text as a marked block.

    `before[i]` and `after[i]` are the mark-up that stands at the start and the end of mark i. `starts` and `ends` say
    where in the mark-up each character of the block stands; `escape` writes a character as mark-up. Marks
    in `instead` are written in the place of the white space that they stand on; `raw` text is that of a CDATA section.
    """

    start: int
    end: int
    block: Marked
    before: tuple[str, ...]
    after: tuple[str, ...]
    starts: Sequence[int]
    ends: Sequence[int]
    escape: Callable[[str], str]
    instead: frozenset[int] = frozenset()
    raw: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A flow written out: for each character of its translation, where it starts and ends in `text`."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Item:
    """Tokens first..last of a flow, taken as one: text, a tag, or something opaque."""

    kind: str
    first: int
    last: int


def offsets(numbers: Iterable[int]) -> Sequence[int]:
    """Return offsets in a quarter of the memory that a tuple of them takes."""
    return array("L", numbers)


def flows(text: str, found: Elements, *, html: bool) -> Iterator[Flow]:
    """Yield the flows of a text that hold something to translate, in its order."""
    for items in _runs(text, found, html=html):
        core = _peeled(text, found, items)
        if len(core) == 1 and found.tokens[core[0].first].kind == "cdata":
            yield _cdata(text, found, core[0])
        elif any(item.kind == "text" for item in core):
            yield _Reader(text, found, html=html).flow(core)


def write(flow: Flow, carried: Carried) -> Written:
    """Write a translated block as mark-up, each mark around the words that it has now."""
    out = _Writer(carried.translation.text, flow)
    out.under(-1, 0, len(carried.translation.text), carried.spans)
    return Written("".join(out.pieces), tuple(out.starts), tuple(out.ends))


def _runs(text: str, found: Elements, *, html: bool) -> Iterator[list[_Item]]:
    """Yield the items between boundaries."""
    tokens = found.tokens
    run: list[_Item] = []
    n = n_marks = 0
    while n < len(tokens):
        token = tokens[n]
        last = found.ends[n] - (n not in found.closed) if n in found.opaque else n
        breaks = n in found.boundaries or (html and token.name == "br" and _line_ends(text, found, n))
        if breaks or token.kind == "cdata" or n_marks > _MAX_MARKS:
            yield run
            run, n_marks = [], 0
        if token.kind == "cdata":
            yield [_Item("text", n, n)]
        elif not breaks:
            kind = "opaque" if n in found.opaque else token.kind
            run.append(_Item(kind, n, last))
            n_marks += kind != "text"
        n = last + 1
    yield run


def _line_ends(text: str, found: Elements, n: int) -> bool:
    """Tell whether a line break ends a sentence; a break in the middle of one goes on in lower case."""
    tokens = found.tokens
    before = tokens[n - 1] if n else None
    after = tokens[n + 1] if n + 1 < len(tokens) else None
    if before is None or after is None or before.kind != "text" or after.kind != "text":
        return True
    ended = _SENTENCE_END.search(text[max(before.start, before.end - 50) : before.end])
    return bool(ended) or not _LOWER.match(text, after.start, min(after.end, after.start + 200))


def _peeled(text: str, found: Elements, items: list[_Item]) -> list[_Item]:
    """Drop what stands before the first and after the last text, and tags around all of it."""
    lo, hi = 0, len(items)
    matching = {item.first: n for n, item in enumerate(items)}

    def blank(item: _Item) -> bool:
        token = found.tokens[item.first]
        return item.kind == "text" and token.kind == "text" and text[token.start : token.end].isspace()

    while lo < hi:
        first, last = items[lo], items[hi - 1]
        if blank(first) or first.kind in ("void", "other", "close"):
            lo += 1
        elif blank(last) or last.kind in ("void", "other"):
            hi -= 1
        elif first.kind == "open":
            end = matching.get(found.ends[first.first]) if first.first in found.closed else None
            if end == hi - 1:
                lo, hi = lo + 1, hi - 1
            elif end is not None and all(item.kind != "text" or blank(item) for item in items[lo + 1 : end]):
                break
            else:
                break
        else:
            break
    return items[lo:hi]


def _cdata(text: str, found: Elements, item: _Item) -> Flow:
    token = found.tokens[item.first]
    start, end = token.start + len("<![CDATA["), token.end - len("]]>")
    end = max(start, end)
    return Flow(
        start, end, Marked(text[start:end]), (), (), range(start, end), range(start + 1, end + 1), str, raw=True
    )


@dataclass
class _Reader:
    """Reads the items of one flow."""

    text: str
    found: Elements
    html: bool
    plain: Plain = field(default_factory=Plain)
    marks: list[Mark] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    open_: list[int] = field(default_factory=list)
    _closers: set[int] = field(default_factory=set)
    _instead: set[int] = field(default_factory=set)
    _spaced: bool = False

    def flow(self, items: Sequence[_Item]) -> Flow:
        tokens = self.found.tokens
        ending: dict[int, int] = {}
        for item in items:
            self._read(item, ending)
        for n in reversed(self.open_):
            self._close(n)
        start, end = tokens[items[0].first].start, tokens[items[-1].last].end
        block = Marked("".join(self.plain.chars), tuple(self.marks))
        spelt = spellings(self.text, self.plain)
        starts, ends = offsets(self.plain.starts), offsets(self.plain.ends)
        return Flow(
            start,
            end,
            block,
            tuple(self.before),
            tuple(self.after),
            starts,
            ends,
            partial(written, spelt=spelt),
            frozenset(self._instead),
        )

    def _read(self, item: _Item, ending: dict[int, int]) -> None:
        token = self.found.tokens[item.first]
        while self.open_ and item.first in ending and self.open_[-1] >= ending[item.first]:
            # Everything opened since is closed with it, by a tag or without.
            n = self.open_.pop()
            self._close(n, self._source(item) if n == ending[item.first] and item.first in self._closers else "")
            if n == ending[item.first] and item.first in self._closers:
                return
        if item.kind == "text":
            self._text(token.start, token.end, item.first in self.found.kept)
        elif item.kind == "open" and len(self.open_) < _MAX_NESTED:
            spaced = self._spaced
            n = self._mark(f"<{token.name}>", self._source(item))
            self._spaced = spaced  # white space is one space across a tag
            self.open_.append(n)
            end = self.found.ends[item.first]
            ending[end] = min(n, ending.get(end, n))
            if item.first in self.found.closed:
                self._closers.add(end)
        elif item.kind == "opaque":
            thing = item.first in self.found.things
            self._mark(f"<{token.name}>", self._source(item), held=None if thing else self._inner(item))
        elif token.name == "br" and self.html:
            self._break(item)
        else:
            silent = token.kind == "other" or token.name == "wbr"
            empty = token.kind == "void" and not self.html
            self._mark("" if silent else self._source(item), self._source(item), held="" if empty else None)

    def _break(self, item: _Item) -> None:
        """Read a line break inside a sentence: a space to the engine."""
        spaced = self._spaced
        n = self._mark("<br>", self._source(item))
        if not spaced:
            at = self.found.tokens[item.first].start
            self.plain.add(" ", at, self.found.tokens[item.last].end)
            self.marks[n] = replace(self.marks[n], end=len(self.plain.chars))
            self._instead.add(n)
        self._spaced = True

    def _source(self, item: _Item) -> str:
        tokens = self.found.tokens
        return self.text[tokens[item.first].start : tokens[item.last].end]

    def _inner(self, item: _Item) -> str:
        """Return the text that an opaque item shows."""
        plain = _Reader(self.text, self.found, html=self.html)
        for token in self.found.tokens[item.first : item.last + 1]:
            if token.kind == "text":
                plain._text(token.start, token.end, False)
        return "".join(plain.plain.chars).strip()

    def _mark(self, name: str, source: str, *, held: str | None = None) -> int:
        at = len(self.plain.chars)
        self._spaced = False
        self.marks.append(Mark(at, at, name, self.open_[-1] if self.open_ else -1, held))
        self.before.append(source)
        self.after.append("")
        return len(self.marks) - 1

    def _close(self, n: int, source: str = "") -> None:
        mark = self.marks[n]
        held = mark.held
        if mark.start == len(self.plain.chars) and n == len(self.marks) - 1 and source:
            held = ""  # an empty element inside a sentence is a placeholder for something
            self._spaced = False
        self.marks[n] = Mark(mark.start, len(self.plain.chars), mark.name, mark.parent, held)
        self.after[n] = source

    def _text(self, start: int, end: int, kept: bool) -> None:
        """Read text; in HTML, white space is one space unless the element keeps it."""
        for char, at, stop in read(self.text, start, end):
            if self.html and not kept and char in _SPACE and stop - at == 1:
                if self.plain.chars and self.plain.chars[-1] == " " and self._spaced:
                    if self.plain.ends[-1] == at:
                        self.plain.ends[-1] = stop
                    continue
                self.plain.add(" ", at, stop)
                self._spaced = True
            else:
                self.plain.add(char, at, stop)
                self._spaced = False


@dataclass
class _Writer:
    """Writes one translated flow."""

    text: str
    flow: Flow
    pieces: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    length: int = 0

    def under(self, parent: int, start: int, end: int, spans: Sequence[tuple[int, int]]) -> None:
        """Write the characters `start`..`end` and the marks under `parent` among them."""
        below = children(self.flow.block.marks)
        self._under(parent, start, end, spans, below)

    def _under(
        self, parent: int, start: int, end: int, spans: Sequence[tuple[int, int]], below: dict[int, list[int]]
    ) -> None:
        at = start
        for n in sorted(below.get(parent, ()), key=lambda n: (spans[n], n)):
            self._plain(at, spans[n][0])
            self._put(self.flow.before[n])
            if n not in self.flow.instead:
                self._under(n, *spans[n], spans, below)
            self._put(self.flow.after[n])
            at = spans[n][1]
        self._plain(at, end)

    def _put(self, piece: str) -> None:
        self.pieces.append(piece)
        self.length += len(piece)

    def _plain(self, start: int, end: int) -> None:
        for char in self.text[start:end]:
            self.starts.append(self.length)
            ends_section = self.flow.raw and char == ">" and "".join(self.pieces[-2:]).endswith("]]")
            self._put("]]><![CDATA[>" if ends_section else self.flow.escape(char))
            self.ends.append(self.length)
