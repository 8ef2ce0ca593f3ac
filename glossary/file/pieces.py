"""A glossary file cut into its concepts, so that a slip of the pen in one does not hide the mistakes of the others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from glossary.file.report import Report
from glossary.file.tree import Mapping, parse

if TYPE_CHECKING:
    from glossary.file.tree import Node, Scalar

_CONCEPTS = re.compile(r"^concepts:[ \t]*(?:#.*)?\r?$", re.MULTILINE)
_FIRST = re.compile(r"^( +)(?![\s#])", re.MULTILINE)
_TOP = re.compile(r"^(?=[^\s#])", re.MULTILINE)

PLACEHOLDER = "_"


class Piece(NamedTuple):
    """The lines of one concept, comments after it included; `line` is the first, 1-based."""

    line: int
    text: str


class Pieces(NamedTuple):
    """What stands around the concepts, with `PLACEHOLDER` as the only one in their place, and each concept."""

    frame: str
    concepts: list[Piece]


def cut(text: str) -> Pieces | None:
    """Cut a file at the lines on which a concept begins; None when it is not laid out one key below the other."""
    header = _CONCEPTS.search(text)
    first = _FIRST.search(text, header.end()) if header else None
    after = _TOP.search(text, header.end() + 1) if header else None
    end = after.start() if after else len(text)
    if first is None or first.start() >= end:
        return None
    begins = re.compile(rf"^{first.group(1)}(?![\s#])", re.MULTILINE)
    starts = [found.start() for found in begins.finditer(text, first.start(), end)]
    pieces, line = [], 1 + text.count("\n", 0, first.start())
    for start, stop in zip(starts, [*starts[1:], end], strict=True):
        pieces.append(Piece(line, text[start:stop]))
        line += text.count("\n", start, stop)
    gap = f"{first.group(1)}{PLACEHOLDER}:" + "\n" * text.count("\n", first.start(), end)
    return Pieces(text[: first.start()] + gap + text[end:], pieces)


def parse_piece(piece: Piece, *, report: Report) -> tuple[Scalar, Node] | None:
    """Return the id of a concept and what stands under it; None when the piece is not YAML by itself."""
    report.concept = piece.text.strip().partition(":")[0][:100]
    tree = parse(piece.text, report=report, first_line=piece.line)
    report.concept = ""
    return next(iter(tree.items.values())) if isinstance(tree, Mapping) and len(tree.items) == 1 else None


def parse_apart(text: str, *, report: Report) -> Mapping | None:
    """Parse concept by concept a text that is not YAML as a whole, and report what is wrong with each.

    Returns: the tree of what could be parsed; None, and nothing reported, when the text cannot be cut, or is fine in
    pieces and wrong only as a whole.
    """
    pieces = cut(text)
    if pieces is None:
        return None
    found = Report()
    frame = parse(pieces.frame, report=found)
    if not isinstance(frame, Mapping) or "concepts" not in frame.items:
        return None
    concepts: dict[str, tuple[Scalar, Node]] = {}
    for piece in pieces.concepts:
        parsed = parse_piece(piece, report=found)
        if parsed is not None and parsed[0].text in concepts:
            key = parsed[0]
            found.twice(key.text, concepts[key.text][0].line, at=key)
        elif parsed is not None:
            concepts[parsed[0].text] = parsed
    if not found.has("G102"):
        return None
    report.take(found)
    key = frame.items["concepts"][0]
    frame.items["concepts"] = (key, Mapping(concepts, key.line, key.column))
    return frame
