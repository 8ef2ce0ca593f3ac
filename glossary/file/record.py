"""A concept as JSON data with the keys of the file: what a form or another program reads and sends.

The reader of the file reads it, so that one set of rules holds; a problem has the `field` that it is about in the
place of a line.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from glossary.errors import GlossaryFileError
from glossary.file.reader import read_concept
from glossary.file.report import Report
from glossary.file.rules import check_against
from glossary.file.tree import MAX_DEPTH, Mapping, Point, Scalar, Sequence
from glossary.model import Glossary, PersonNames

if TYPE_CHECKING:
    from collections.abc import Mapping as Mapping_

    from glossary.errors import Problem
    from glossary.file.tree import Node
    from glossary.model import Concept, Names

# What YAML 1.2 does not allow unescaped, three line breaks that its versions count differently, and half characters.
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")

#: Names, words and keys that one concept may have; the largest in use has some hundreds.
MAX_VALUES = 5_000


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """What a record holds: the concept, None when an error keeps it from being used, and every problem found."""

    concept: Concept | None
    problems: tuple[Problem, ...]


def as_record(concept: Concept) -> dict[str, Any]:
    """Return a concept as JSON data, every key there; `romanise` is None where the kind decides.

    >>> from glossary.model import Concept, Names
    >>> as_record(Concept(id="kyiv", kind="place", names={"en": Names(preferred="Kyiv")}))["names"]["en"]["preferred"]
    'Kyiv'
    """
    return {
        "id": concept.id,
        "kind": concept.kind,
        "names": {lang: _as_entry(names) for lang, names in concept.names.items()},
        "except": {lang: list(phrases) for lang, phrases in concept.excepts.items()},
        "near": {lang: list(words) for lang, words in concept.near.items()},
        "match": concept.match,
        "romanise": concept.romanise,
        "note": concept.note,
        "source": concept.source,
    }


def _as_entry(names: Names | PersonNames) -> dict[str, Any]:
    if isinstance(names, PersonNames):
        return {"given": _as_entry(names.given), "family": _as_entry(names.family), "alone": names.alone}
    return {
        "preferred": names.preferred,
        "admitted": list(names.admitted),
        "deprecated": list(names.deprecated),
        "forms": dict(names.forms),
    }


def read_record(id_: str, data: Mapping_[str, Any], *, glossary: Glossary) -> ReadRecord:
    """Read a concept as `as_record` writes it, or as the file does, and see whether it fits the others.

    Args:
        data: JSON; null, like an empty list, stands for what is not there. An `id` in it has to be `id_`.
        glossary: into which the concept is to go, in the place of the one of this id if there is one.
    """
    record = _Record(id_)
    node = record.tree(data)
    concept = read_concept(Scalar(id_, False, 0, 1), node, report=record.report) if node else None
    if concept is not None and node is not None and not _errors(record.report.problems()):
        concept = replace(concept, line=0)
        record.check_among(concept, node, glossary)
    problems = record.problems()
    return ReadRecord(None if _errors(problems) else concept, problems)


def good_concept(id_: str, data: Mapping_[str, Any], *, glossary: Glossary) -> Concept:
    """Return the concept of a record.

    Raises: GlossaryFileError: it has mistakes; each has its field.
    """
    read = read_record(id_, data, glossary=glossary)
    if read.concept is None:
        raise GlossaryFileError("the concept", [problem for problem in read.problems if problem.severity == "error"])
    return read.concept


def with_record(glossary: Glossary, id_: str, data: Mapping_[str, Any]) -> Glossary:
    """Return a glossary in which a record's concept stands in the place of the one of its id, or is added.

    Raises: GlossaryFileError: it has mistakes; each has its field.
    """
    return Glossary({**glossary.concepts, id_: good_concept(id_, data, glossary=glossary)})


def merge_patch(record: Any, changes: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a record with changes made as RFC 7396 says.

    >>> merge_patch({"a": {"b": 1, "c": 2}}, {"a": {"b": None, "d": [3]}})
    {'a': {'c': 2, 'd': [3]}}
    """
    if not isinstance(changes, dict):
        return changes
    merged = dict(record) if isinstance(record, dict) else {}
    for key, value in changes.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def _is_small(data: Any) -> bool:  # noqa: ANN401 - any JSON
    """Tell whether a record is no larger than a concept can be, without walking through more than that."""
    level: list[Any] = [data]
    n_values = 0
    for _ in range(MAX_DEPTH):
        n_values += len(level)
        if n_values > MAX_VALUES:
            return False
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict | list):
                n_values += len(value) if isinstance(value, dict) else 0
                if len(value) > MAX_VALUES - len(below):
                    return False
                below += value.values() if isinstance(value, dict) else value
        level = below
    return not level


def _errors(problems: tuple[Problem, ...]) -> bool:
    return any(problem.severity == "error" for problem in problems)


class _Record:
    """A record as a tree whose "lines" count the values, so that a problem leads back to its field."""

    def __init__(self, id_: str) -> None:
        self._id = id_
        self._fields: list[str] = [""]
        self.report = Report()

    def tree(self, data: Mapping_[str, Any]) -> Node | None:
        """Return the tree, without what no file can hold; None when it is too large."""
        fields = {key: value for key, value in data.items() if value is not None and key != "id"}
        said = data.get("id", self._id)
        if said != self._id:
            self._wrong("G110", f"the id {json.dumps(said)[:60]} is not {self._id!r}", "leave it out", "id")
        if not _is_small(fields):
            limit = f"{MAX_VALUES:,} values, {MAX_DEPTH} levels deep"
            self._wrong("G104", f"the concept is larger than {limit}", "split it, or shorten its lists", "")
            return None
        return self._node(fields, "")

    def check_among(self, concept: Concept, node: Node, glossary: Glossary) -> None:
        """Report what the concept and the others contradict each other in."""
        others = {id_: other for id_, other in glossary.concepts.items() if id_ != concept.id}

        def locate(id_: str) -> Node:
            return node if id_ == concept.id else Scalar("", False, others[id_].line, 1)

        found = Report()
        check_against(concept, others.values(), report=found, locate=locate)
        for problem in found.problems():
            if problem.concept == concept.id:
                at = Point(problem.line, 1)
                self.report.concept = concept.id
                add = self.report.error if problem.severity == "error" else self.report.warning
                add(problem.code, problem.message, problem.remedy, at=at)

    def problems(self) -> tuple[Problem, ...]:
        """Return what was found, each with its field."""
        return tuple(
            replace(problem, concept=self._id, line=0, column=0, field=self._fields[problem.line])
            for problem in self.report.problems()
        )

    def _node(self, value: Any, field: str) -> Node:  # noqa: ANN401 - any JSON
        self._fields.append(field)
        at = len(self._fields) - 1
        if isinstance(value, dict):
            found = {}
            for key, item in value.items():
                if item is not None:
                    inner = self._node(item, f"{field}.{self._safe(key, field)}".lstrip("."))
                    found[key] = (Scalar(key, False, inner.line, 1), inner)
            return Mapping(found, at, 1)
        if isinstance(value, list):
            return Sequence([self._node(item, f"{field}.{n}") for n, item in enumerate(value)], at, 1)
        if isinstance(value, str):
            return Scalar(self._safe(value, field), False, at, 1)
        plain = "" if value is None else json.dumps(value)[:60]
        return Scalar(".inf" if plain.endswith("y") or plain == "NaN" else plain, True, at, 1)  # as YAML writes them

    def _safe(self, text: str, field: str) -> str:
        """Return a text that a file can hold; one that it cannot is reported."""
        found = _UNSAFE.search(text)
        if found:
            self._wrong("G106", f"the control character U+{ord(found.group()):04X}", "remove it", field)
        return _UNSAFE.sub("", text)

    def _wrong(self, code: str, message: str, remedy: str, field: str) -> None:
        self._fields.append(field)
        self.report.error(code, message, remedy, at=Point(len(self._fields) - 1, 1))
