"""YAML text as a tree in which every node knows its line and column.

libyaml's events are read directly: a tree with positions for 100,000 concepts takes a fraction of what a round-trip
parser needs. What a glossary has no use for is refused where it stands: anchors, aliases (and with them the bombs that
grow out of aliases), tags, merge keys, several documents, deep nesting.
"""

from __future__ import annotations

import gc
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glossary.file.report import Report

MAX_DEPTH = 12  # a person's deprecated given name stands at 7

# PyYAML's wheels all carry libyaml; a build without it still reads the file, ten times slower.
_Loader = getattr(yaml, "CLoader", yaml.Loader)

NULLS = ("", "~", "null", "Null", "NULL")
# What the core schema of YAML 1.2 (section 10.3.2) takes for something else than text.
_NO_TEXT = re.compile(
    r"~|null|Null|NULL|true|True|TRUE|false|False|FALSE"
    r"|[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|"
)


@dataclass(slots=True)
class Scalar:
    """A text; `plain` when it stands without quotes and could be a number, true or null."""

    text: str
    plain: bool
    line: int
    column: int

    @property
    def is_text(self) -> bool:
        """Say whether YAML 1.2 takes this for text rather than a number, a truth value or nothing."""
        return not (self.plain and _NO_TEXT.fullmatch(self.text))


@dataclass(slots=True)
class Sequence:
    """A list."""

    items: list[Node]
    line: int
    column: int


@dataclass(slots=True)
class Mapping:
    """Keys and values in the order of the file; a key that stood twice is here once, with its first value."""

    items: dict[str, tuple[Scalar, Node]]
    line: int
    column: int


Node: TypeAlias = Scalar | Sequence | Mapping


@dataclass(slots=True)
class Point:
    """A place in the file, 1-based."""

    line: int
    column: int


def parse(text: str, *, report: Report, first_line: int = 1) -> Node | None:
    """Return the tree of one YAML document, None when it is empty or a problem ended it.

    Args:
        first_line: the line of the file on which `text` begins.
    """
    try:
        return _Builder(text, report, first_line - 1).build()
    except yaml.MarkedYAMLError as error:
        _syntax(error, text, report, first_line)
    except yaml.YAMLError as error:
        report.error("G102", f"not YAML: {str(error).splitlines()[0]}", "mend the line", at=Point(first_line, 1))
    return None


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the garbage collector from walking a growing tree again and again: a third of the time without it."""
    with _pause.lock:
        if _pause.holders == 0:
            _pause.was_enabled = gc.isenabled()
            gc.disable()
        _pause.holders += 1
    try:
        yield
    finally:
        with _pause.lock:
            _pause.holders -= 1
            if _pause.holders == 0 and _pause.was_enabled:
                gc.enable()


@dataclass(slots=True)
class _Pause:
    lock: threading.Lock
    holders: int = 0
    was_enabled: bool = True


_pause = _Pause(threading.Lock())


class _Builder:
    """Turns events into nodes, without recursion."""

    def __init__(self, text: str, report: Report, lines_before: int) -> None:
        self._parser = _Loader(text)
        self._report = report
        self._before = lines_before + 1

    def build(self) -> Node | None:
        try:
            return self._document()
        finally:
            self._parser.dispose()

    def _document(self) -> Node | None:
        next_event, before = self._parser.get_event, self._before
        children: list[Node] = []
        open_nodes: list[tuple[object, list[Node]]] = []
        while True:
            event = next_event()
            kind = event.__class__
            if kind is yaml.ScalarEvent:
                mark = event.start_mark
                if event.anchor or event.tag:
                    self._refuse(event)
                children.append(Scalar(event.value, event.implicit[0], mark.line + before, mark.column + 1))
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                if event.anchor or event.tag:
                    self._refuse(event)
                open_nodes.append((event, children))
                children = []
                if len(open_nodes) > MAX_DEPTH:
                    self._too_deep(event)
                    return None
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                start, outer = open_nodes.pop()
                outer.append(self._close(start, children))
                children = outer
            elif kind is yaml.AliasEvent:
                self._refuse(event)
                children.append(Scalar("", False, event.start_mark.line + before, event.start_mark.column + 1))
            elif kind is yaml.DocumentEndEvent:
                break
            elif kind is yaml.StreamEndEvent:
                return None
        self._no_more_documents()
        return children[0]

    def _close(self, start: object, children: list[Node]) -> Node:
        mark = start.start_mark  # type: ignore[attr-defined]
        line, column = mark.line + self._before, mark.column + 1
        if isinstance(start, yaml.SequenceStartEvent):
            return Sequence(children, line, column)
        items: dict[str, tuple[Scalar, Node]] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Scalar):
                self._report.error("G109", "a key must be one word", "write KEY: VALUE", at=key)
            elif key.text in items:
                self._report.twice(key.text, items[key.text][0].line, at=key)
            else:
                items[key.text] = (key, value)
        return Mapping(items, line, column)

    def _no_more_documents(self) -> None:
        event = self._parser.get_event()
        if not isinstance(event, yaml.StreamEndEvent):
            self._report.error("G102", "a second document begins here", "keep one document", at=self._point(event))

    def _refuse(self, event: yaml.NodeEvent) -> None:
        if isinstance(event, yaml.AliasEvent):
            what, remedy = f"the alias *{event.anchor}", "write the value out"
        elif event.anchor:
            what, remedy = f"the anchor &{event.anchor}", "remove it; a glossary has no aliases"
        else:
            what, remedy = "a tag (a word after !)", "remove it; all values are plain text"
        self._report.error("G103", f"{what[:60]} is not allowed", remedy, at=self._point(event))

    def _too_deep(self, event: yaml.Event) -> None:
        message = f"nested more than {MAX_DEPTH} levels deep"
        self._report.error("G104", message, "a glossary needs no more than 7; mend the brackets", at=self._point(event))

    def _point(self, event: yaml.Event) -> Point:
        mark = event.start_mark
        return Point(mark.line + self._before, mark.column + 1) if mark else Point(self._before, 1)


def _syntax(error: yaml.MarkedYAMLError, text: str, report: Report, first_line: int) -> None:
    mark = error.problem_mark or error.context_mark
    if error.context_mark and ("end of stream" in str(error.problem) or "flow" in str(error.context)):
        mark = error.context_mark  # where the quotation mark or bracket stands that is never closed
    at = Point(first_line + mark.line, mark.column + 1) if mark else Point(first_line, 1)
    line = _line(text, mark.line) if mark else ""
    if "\t" in line[: at.column]:
        report.error("G102", "a tab where only spaces may stand", "indent with two spaces a level", at=at)
        return
    context = f" {error.context}" if error.context else ""
    remedy = _REMEDIES.get(str(error.problem), "check the indentation, brackets and quotes here and on the line before")
    report.error("G102", f"not YAML{context}: {error.problem}", remedy, at=at)


_REMEDIES = {
    "found unexpected end of stream": "close the quotation mark",
    "did not find expected ',' or '}'": "close the bracket, or put a comma between the entries",
    "did not find expected ',' or ']'": "close the bracket, or put a comma between the entries",
    "mapping values are not allowed in this context": "put a value with a colon in quotes, or mend the indentation",
    "found character that cannot start any token": "put a value that begins with @, ` or % in quotes",
    "found unknown escape character": "use single quotes, or double the backslash",
}


def _line(text: str, number: int) -> str:
    lines = re.split(r"\r\n|\n|\r", text, maxsplit=number + 1)
    return lines[number] if number < len(lines) else ""
