"""The glossary file: read it, with every problem at once.

A file is read whole or not at all: `load` returns a glossary only when nothing is wrong with any part of it, so the
glossary that is in force stays in force until a good one takes its place. Warnings do not keep a file from being used;
`examine` returns them.

A text is cut into its concepts (`pieces`). One that is written as nearly all are is read at once (`quick`); any other
becomes a tree with positions (`tree`), and the tree a record (`reader`), with every problem in it. The records are
compared with each other (`rules`). Editing is in `revise`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from glossary.errors import GlossaryFileError, Problem
from glossary.file import quick
from glossary.file.pieces import PLACEHOLDER, cut, parse_apart, parse_piece
from glossary.file.reader import read_concept
from glossary.file.report import Report, nearest, shown
from glossary.file.rules import check_rules
from glossary.file.tree import NULLS, Mapping, Point, Scalar, collector_paused, parse
from glossary.model import Glossary

if TYPE_CHECKING:
    from collections.abc import Callable

    from glossary.file.pieces import Piece, Pieces
    from glossary.file.tree import Node
    from glossary.model import Concept

MAX_FILE_BYTES = 64 * 2**20  # 100,000 concepts in ten languages take about half of it
VERSION = "1"

# What YAML 1.2 does not allow unescaped, and three line breaks that its two versions count differently.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_LINE_BREAK = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Examined:
    """What a file holds: the glossary, None when an error keeps it from being used, and every problem found."""

    glossary: Glossary | None
    problems: tuple[Problem, ...]


def shipped() -> Path:
    """Return the path of the glossary that comes with exonym."""
    return Path(__file__).parent.parent / "names.yaml"


def load(path: str | Path) -> Glossary:
    """Read a glossary file.

    Raises: GlossaryFileError with every error in it, each with its line, column, concept and remedy.
    """
    return _usable(examine(path), str(path))


def loads(text: str, *, path: str = "<text>") -> Glossary:
    """Read a glossary from text; `path` names it in errors.

    >>> loads("exonym: 1\\nconcepts:\\n  kyiv: {kind: place, names: {en: Kyiv, fr: Kiev}}").languages
    ('en', 'fr')
    """
    return _usable(examine_text(text), path)


def examine(path: str | Path) -> Examined:
    """Read a glossary file and return all that there is to say about it, warnings too; raises nothing."""
    report = Report()
    text = _read(Path(path), report)
    return Examined(None, report.problems()) if text is None else examine_text(text)


def examine_text(text: str) -> Examined:
    """Do for a text what `examine` does for a file."""
    report = Report()
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if _readable(text, report):
        with collector_paused():
            concepts = _concepts(text, report)
        glossary = Glossary(MappingProxyType(concepts))
    problems = report.problems()
    wrong = any(problem.severity == "error" for problem in problems)
    return Examined(None if wrong else glossary, problems)


def _usable(examined: Examined, path: str) -> Glossary:
    if examined.glossary is None:
        raise GlossaryFileError(path, [problem for problem in examined.problems if problem.severity == "error"])
    return examined.glossary


def _read(path: Path, report: Report) -> str | None:
    data = read_bytes(path, report)
    return None if data is None else decode(data, report)


def read_bytes(path: Path, report: Report) -> bytes | None:
    """Return the bytes of a file, None and a problem when it cannot be read or is too large."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        report.error("G101", f"the file cannot be read: {error.strerror}", "check the path and its permissions")
        return None
    if len(data) > MAX_FILE_BYTES:
        limit = f"{MAX_FILE_BYTES:,} bytes"
        report.error("G101", f"the file is larger than {limit}", "split it, or remove what it does not need")
        return None
    return data


def decode(data: bytes, report: Report) -> str | None:
    """Return the text of a file, None and a problem naming the byte when it is not UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        start = error.start
        message = f"byte {start} (0x{data[start]:02X}) is not UTF-8"
        report.error("G101", message, "save the file as UTF-8", at=_point(data[:start].decode("utf-8")))
        return None


def _point(before: str) -> Point:
    lines = _LINE_BREAK.split(before)
    return Point(len(lines), len(lines[-1]) + 1)


def _readable(text: str, report: Report) -> bool:
    """Report what libyaml and ruamel.yaml would stumble over, all of it and with its place."""
    if len(text) > MAX_FILE_BYTES:
        report.error("G101", f"more than {MAX_FILE_BYTES:,} characters", "split it, or remove what it does not need")
        return False
    fine = True
    for number, line in enumerate(_LINE_BREAK.split(text), 1) if _CONTROL.search(text) else ():
        for found in _CONTROL.finditer(line):
            fine = False
            what = f"the control character U+{ord(found.group()):04X}"
            report.error("G106", what, "remove it", at=Point(number, found.start() + 1))
    return fine


def _concepts(text: str, report: Report) -> dict[str, Concept]:
    pieces = None if "\r" in text else cut(text)  # a lone carriage return ends a line for libyaml only
    found = _in_pieces(pieces) if pieces else None
    if found is not None:
        concepts, locate, own = found
        report.take(own)
    else:
        root = _tree(text, report)
        nodes = _top(root, report) if root is not None or not report.problems() else {}
        read = {id_: read_concept(key, node, report=report) for id_, (key, node) in nodes.items()}
        concepts = {id_: concept for id_, concept in read.items() if concept is not None}

        def locate(id_: str) -> Node:
            return nodes[id_][1]

    check_rules(concepts, report=report, locate=locate)
    return concepts


def _in_pieces(pieces: Pieces) -> tuple[dict[str, Concept], Callable[[str], Node], Report] | None:
    """Read concept by concept; None when a piece, or what is around them, is not YAML by itself."""
    report = Report()
    frame = parse(pieces.frame, report=report)
    if report.has("G102") or not isinstance(frame, Mapping) or _top(frame, report).keys() != {PLACEHOLDER}:
        return None
    concepts: dict[str, Concept] = {}
    places: dict[str, Piece] = {}
    for piece in pieces.concepts:
        concept = quick.read(piece.text, line=piece.line)
        if concept is None:
            parsed = parse_piece(piece, report=report)
            if parsed is None:
                return None
            concept = read_concept(*parsed, report=report)
        if concept is not None and places.setdefault(concept.id, piece) is not piece:
            report.twice(concept.id, places[concept.id].line, at=Point(piece.line, 1))
        elif concept is not None:
            concepts[concept.id] = concept

    def locate(id_: str) -> Node:
        parsed = parse_piece(places[id_], report=Report())
        return parsed[1] if parsed else Scalar("", False, places[id_].line, 1)

    return concepts, locate, report


def _tree(text: str, report: Report) -> Node | None:
    whole = Report()
    root = parse(text, report=whole)
    apart = parse_apart(text, report=report) if whole.has("G102") and "\r" not in text else None
    if apart is not None:
        return apart
    report.take(whole)
    return root


def _top(root: Node | None, report: Report) -> dict[str, tuple[Scalar, Node]]:
    remedy = "begin the file with the lines `exonym: 1` and `concepts:`"
    if not isinstance(root, Mapping):
        report.error("G107", "the file is no glossary", remedy, at=root or Point(1, 1))
        return {}
    for text, (key, _) in root.items.items():
        if text not in ("exonym", "concepts"):
            report.error("G108", f"unknown key {shown(text)}", nearest(text, ("exonym", "concepts")), at=key)
    _version(root, report)
    if "concepts" not in root.items:
        report.error("G107", "the file has no concepts", remedy, at=root)
        return {}
    node = root.items["concepts"][1]
    if isinstance(node, Scalar) and node.text in NULLS:
        return {}
    if not isinstance(node, Mapping):
        report.error("G109", "concepts is no mapping", "write one indented `id:` for each concept", at=node)
        return {}
    return node.items


def _version(root: Mapping, report: Report) -> None:
    if "exonym" not in root.items:
        report.error("G107", "the version is missing", f"begin the file with `exonym: {VERSION}`", at=root)
        return
    node = root.items["exonym"][1]
    if not (isinstance(node, Scalar) and node.plain and node.text == VERSION):
        what = shown(node.text) if isinstance(node, Scalar) else "this"
        report.error("G107", f"{what} is no version of the format", f"write `exonym: {VERSION}`", at=node)
