"""Errors of the glossary.

GlossaryError                 anything wrong with names
├── GlossaryFileError         the file cannot be used; carries every problem found
└── GlossaryConflictError     the file changed on disk since it was read; nothing was written
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake in a glossary file: where it is, what it is and what to do about it.

    `line` and `column` are 1-based, 0 when the whole file is meant; `concept` is empty outside a concept; `code` is
    stable (G101, ...), so that tools can tell problems apart. An error keeps the file from being used; a warning does
    not. A concept that came as JSON has no lines: there `field` says where, such as `names.en.deprecated.0`.
    """

    code: str
    message: str
    remedy: str
    concept: str = ""
    line: int = 0
    column: int = 0
    severity: Literal["error", "warning"] = "error"
    field: str = ""

    def __str__(self) -> str:
        place = f"{self.line}:{self.column}: " if self.line else ""
        concept = f"{self.concept}: " if self.concept else ""
        return f"{place}{self.code} {concept}{self.message}; {self.remedy}"


class GlossaryError(Exception):
    """Something about the names is wrong; the message says what and what to do."""

    code = "glossary"


class GlossaryFileError(GlossaryError):
    """A glossary file that cannot be used, with every problem found in it."""

    code = "glossary_file"

    def __init__(self, path: str, problems: Sequence[Problem]) -> None:
        self.path = path
        self.problems = tuple(problems)
        lines = [f"{path}:{problem}" if problem.line else f"{path}: {problem}" for problem in self.problems]
        super().__init__("\n".join(lines))


class GlossaryConflictError(GlossaryError):
    """The file changed since it was read; read it again and repeat the edit."""

    code = "glossary_conflict"
