"""Problems of a glossary file, gathered while it is read; every code that there is, and what it stands for."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, Protocol

from glossary.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_PROBLEMS = 1000

CODES = {
    "G101": "the file cannot be read, is too large, or is not UTF-8 text",
    "G102": "not YAML: brackets, quotes, indentation or tabs",
    "G103": "an anchor, alias, tag or merge key, none of which a glossary needs",
    "G104": "nested more deeply than a glossary is",
    "G105": "a key that stands twice",
    "G106": "a control character or an invisible line break in the file",
    "G107": "the version `exonym: 1` is missing or another one",
    "G108": "a key that means nothing here",
    "G109": "a value of the wrong type",
    "G110": "a concept id that cannot be used",
    "G111": "a concept without names",
    "G112": "not a language tag",
    "G113": "an empty name, or one without a letter or digit",
    "G114": "a character in a name that nobody sees: controls, direction marks, stray spaces",
    "G115": "a name or text that is too long",
    "G116": "a value that is none of those allowed",
    "G117": "a person's name in parts that lacks a part, or parts for what is no person",
    "G118": "a name that is preferred or admitted and deprecated at once",
    "G119": "a name that stands twice (warning)",
    "G120": "a form that two concepts own, with different consequences",
    "G121": "a form that two concepts share (warning)",
    "G122": "an `except` phrase that shields nothing (warning)",
    "G123": "words for a language in which the concept has no name (warning)",
    "G124": "a label in `forms` that stands for no case (warning)",
    "G125": "a romanisation that is another concept's name (warning)",
    "G199": "more problems than are shown",
    "G201": "a column of an imported table that means nothing",
    "G202": "a row or entry of an imported list that cannot be used; the rest is",
    "G203": "an imported file that is no TBX, or no safe XML",
}


class Place(Protocol):
    """Anything that knows where it stands: 1-based line and column."""

    line: int
    column: int


class Report:
    """What was found so far; keeps the first `MAX_PROBLEMS` and counts the rest."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []
        self._more = 0
        self.concept = ""

    def error(self, code: str, message: str, remedy: str, *, at: Place | None = None) -> None:
        """Add what keeps the file from being used."""
        self._add(Problem(code=code, message=message, remedy=remedy, **self._where(at)))

    def warning(self, code: str, message: str, remedy: str, *, at: Place | None = None) -> None:
        """Add what may stay, but is probably not meant."""
        self._add(Problem(code=code, message=message, remedy=remedy, severity="warning", **self._where(at)))

    def twice(self, key: str, first_line: int, *, at: Place) -> None:
        """Add that a key stands a second time."""
        remedy = f"it stands on line {first_line} already; keep one of the two"
        self.error("G105", f"the key {shown(key)} stands twice", remedy, at=at)

    def has(self, code: str) -> bool:
        """Say whether a problem of this code was found."""
        return any(problem.code == code for problem in self._problems)

    def take(self, other: Report) -> None:
        """Add all that another report holds."""
        for problem in other._problems:
            self._add(problem)
        self._more += other._more

    def problems(self) -> tuple[Problem, ...]:
        """Return the problems in the order of the file."""
        found = sorted(self._problems, key=lambda problem: (problem.line, problem.column))
        if self._more:
            rest = f"{self._more:,} more problems are not shown"
            found.append(Problem(code="G199", message=rest, remedy="mend these and check again"))
        return tuple(found)

    def _where(self, at: Place | None) -> dict[str, Any]:
        return {"concept": self.concept, "line": at.line if at else 0, "column": at.column if at else 0}

    def _add(self, problem: Problem) -> None:
        if len(self._problems) < MAX_PROBLEMS:
            self._problems.append(problem)
        else:
            self._more += 1


def shown(text: str, *, limit: int = 60) -> str:
    """Return a value as a message quotes it: escaped, and not longer than a line holds."""
    return repr(text if len(text) <= limit else text[: limit - 1] + "…")


def nearest(word: str, words: Iterable[str]) -> str:
    """Return advice for a word that is none of `words`: the nearest, or all of them."""
    offered = list(words)
    near = difflib.get_close_matches(word.lower(), offered, 1, 0.6)
    return f"did you mean {near[0]}?" if near else f"use one of {', '.join(offered)}"
