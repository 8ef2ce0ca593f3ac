"""Apertium's mode files: which pairs are installed, and the stages of each.

A mode file is one shell pipeline. It is read, never run: words are taken apart by `shlex`, a file that uses anything
of the shell beyond quotes, `|`, `$1` and `$2` is left out.
"""

from __future__ import annotations

import hashlib
import re
import shlex
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from service.errors import UnknownLanguageError
from service.languages import canonical
from service.records import Pair

if TYPE_CHECKING:
    from collections.abc import Iterator

# A language, perhaps with a region or with Valencian; all else (bytecode, cg, iec2017, uni, eco-...) are
# other builds of a pair, not other languages.
_NAME = re.compile(r"([a-z]{2,3})(?:_([A-Z]{2}|valencia))?-([a-z]{2,3})(?:_([A-Z]{2}|valencia))?")
_WEAK = {("eng", "hbs"), ("en", "sh")}  # English to Serbo-Croatian leaves every other word as it was
_ARGUMENTS = {"$1": "-n", "$2": None}  # $1: generate without marks for unknown words; $2: options of the tagger


@dataclass(frozen=True)
class Mode:
    """One installed pair: its stages as argument lists, each flushing at NUL."""

    name: str
    pair: Pair
    stages: tuple[tuple[str, ...], ...]
    text: str = field(repr=False)

    def fault(self) -> str | None:
        """Say what is missing on this machine to run the mode; None when nothing is."""
        for program, *arguments in self.stages:
            if shutil.which(program) is None:
                return f"the program {program} is not installed"
            for file in map(Path, arguments):
                if file.is_absolute() and not file.exists():
                    return f"the file {file} does not exist; its Debian package is faulty"
        return None

    def fingerprint(self) -> str:
        """Return a short text that changes with the mode file, the data files and the programs."""
        digest = hashlib.sha256(self.text.encode())
        for word in dict.fromkeys(word for stage in self.stages for word in stage):
            path = word if word.startswith("/") else shutil.which(word)
            try:
                stat = Path(path).stat() if path else None
            except OSError:
                stat = None
            if stat:
                digest.update(f"{path}:{stat.st_size}:{stat.st_mtime_ns}\n".encode())
        return f"{self.name}-{digest.hexdigest()[:12]}"


def read_modes(folder: Path) -> dict[Pair, Mode]:
    """Return the modes in `folder` that translate from one language to another, by pair; empty without Apertium."""
    modes: dict[Pair, Mode] = {}
    try:
        files = sorted(folder.glob("*.mode"))
    except OSError:
        return modes
    for file in files:
        pair = _pair(file.stem)
        stages = _stages(file) if pair else None
        # Of two modes for one pair the later is the one with codes of three letters: the newer package.
        if pair and stages:
            modes[pair] = Mode(file.stem, pair, stages, file.read_text(encoding="utf-8"))
    return modes


def _pair(name: str) -> Pair | None:
    match = _NAME.fullmatch(name)
    if not match or (match[1], match[3]) in _WEAK:
        return None
    try:
        source, target = (canonical("-".join(filter(None, side))) for side in (match.group(1, 2), match.group(3, 4)))
    except UnknownLanguageError:
        return None
    return Pair(source, target) if source != target else None


def _stages(file: Path) -> tuple[tuple[str, ...], ...] | None:
    """Return the argument lists of a mode file, None when it is more than a pipeline of programs."""
    try:
        return tuple(_stage(words) for words in _split(file.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def _split(text: str) -> Iterator[list[str]]:
    lexer = shlex.shlex(text, posix=True, punctuation_chars="|&;<>()")
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    for word in lexer:
        if word == "|":
            yield words
            words = []
        else:
            words.append(word)
    yield words


def _stage(words: list[str]) -> tuple[str, ...]:
    """Fill in the arguments and ask for a flush at NUL, which all of Apertium's tools understand.

    Raises: ValueError: no program, or more shell than that.
    """
    given = [_ARGUMENTS.get(word, word) for word in words]
    program, *arguments = [word for word in given if word is not None]
    if any(set(word) & set("|&;<>()$`") for word in (program, *arguments)):
        raise ValueError(f"more than a pipeline: {words}")
    return (program, "-z", *arguments)
