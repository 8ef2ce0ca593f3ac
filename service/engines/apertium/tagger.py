"""Keep Apertium's statistical tagger from drifting while it runs.

A word can be several things at once; the set of them is its *ambiguity class*, and the model knows the classes of its
training text. When the tagger meets a class that the model lacks, it takes the nearest known one, and by a fault
overwrites with it the class that stands for every unknown word (`find_similar_ambiguity_class` in apertium 3.8.3
assigns through a reference). From then on the same sentence comes out otherwise, names first: of 700 sentences up to
134 did, by what had been translated before them.

So the tagger is asked to report new classes (`-d`). Each is added to a copy of the model in memory, with the
probabilities of the class that the tagger would have taken; the tagger starts anew with that copy, and the sentences
are done again. What is returned comes from runs that met no new class, so it does not depend on what ran before.
"""

from __future__ import annotations

import hashlib
import os
import re
import struct
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from service.engines.apertium.modes import Mode

_REPORT = re.compile(r"New ambiguity class: \{([^{}]*)\}")
_DOUBLE_BYTES = 8
_MAX_CLASSES = 5000


class Tagger:
    """The statistical tagger of one mode, and the ambiguity classes that it has been taught."""

    def __init__(self, mode: Mode, *, at: int, model: Path) -> None:
        self.at, self.model = at, model
        self._stages = mode.stages
        self._data = model.read_bytes()
        self._classes: frozenset[frozenset[str]] = frozenset()

    @property
    def classes(self) -> frozenset[frozenset[str]]:
        """Return every class that has been taught, as names of tags."""
        return self._classes

    def fingerprint(self) -> str:
        """Return a short text that changes with the model."""
        return f"{self.model.name}-{hashlib.sha256(self._data).hexdigest()[:12]}"

    def teach(self, classes: Iterable[frozenset[str]]) -> None:
        """Add classes, as those that another process has met."""
        if len(self._classes) < _MAX_CLASSES:
            self._classes |= frozenset(classes)

    def reported(self, lines: Iterable[str]) -> frozenset[frozenset[str]]:
        """Return the classes that the tagger reported as new on stderr."""
        found = (_REPORT.fullmatch(line) for line in lines)
        return frozenset(frozenset(match[1].split(",")) for match in found if match)

    @contextmanager
    def stages(self) -> Iterator[tuple[Sequence[Sequence[str]], Sequence[int]]]:
        """Yield the stages of the mode with the taught model, and the file descriptors that they must inherit."""
        fd = os.memfd_create("tagger")
        try:
            with os.fdopen(os.dup(fd), "wb") as file:
                file.write(taught(self._data, self._classes))
            program, flush, *options = self._stages[self.at]
            stage = (program, flush, "-d", *options[:-1], f"/proc/self/fd/{fd}")
            yield (*self._stages[: self.at], stage, *self._stages[self.at + 1 :]), (fd,)
        finally:
            os.close(fd)


def tagger_of(mode: Mode) -> Tagger | None:
    """Return the tagger of a mode if it is the statistical kind and its model can be read; None otherwise."""
    for at, (program, *options) in enumerate(mode.stages):
        if program == "apertium-tagger" and "-g" in options and options[-1].startswith("/"):
            try:
                tagger = Tagger(mode, at=at, model=Path(options[-1]))
                taught(tagger.model.read_bytes(), frozenset())
            except (OSError, ValueError, IndexError, struct.error):
                return None
            return tagger
    return None


def taught(data: bytes, classes: frozenset[frozenset[str]]) -> bytes:
    """Return the model in `data` with classes added to those that it knows.

    Raises: ValueError or IndexError: `data` is no model as apertium 3 writes it.
    """
    model = _Model.read(data)
    new = [tags for tags in sorted(map(sorted, map(model.numbers, classes))) if tags and set(tags) not in model.known]
    if not new:
        return data
    n_known = len(model.known)
    sets = b"".join(_number(len(tags)) + b"".join(map(_number, tags)) for tags in new)
    emissions = [
        _number(tag) + _number(n_known + n) + model.emissions[tag, like]
        for n, tags in enumerate(new)
        for like in [model.nearest(set(tags))]
        for tag in tags
        if (tag, like) in model.emissions
    ]
    return b"".join(
        [
            data[: model.sets_at],
            _number(n_known + len(new)),
            data[model.sets_at + len(_number(n_known)) : model.size_at],
            sets,
            _number(model.n_tags),
            _number(n_known + len(new)),
            data[model.transitions_at : model.emissions_at],
            _number(model.n_emissions + len(emissions)),
            data[model.emissions_at + len(_number(model.n_emissions)) : model.end_at],
            *emissions,
            data[model.end_at :],
        ]
    )


@dataclass(frozen=True)
class _Model:
    """What of a model file is needed, and where in it the numbers stand that grow with a class.

    Source: `TaggerDataHMM::read`, `Collection::read` and `Compression::multibyte_read` of apertium 3 and lttoolbox.
    """

    open_class: frozenset[int]
    tag_numbers: dict[str, int]
    known: list[set[int]]
    emissions: dict[tuple[int, int], bytes]  # by tag and class, as the file has them
    n_tags: int
    n_emissions: int
    sets_at: int
    size_at: int
    transitions_at: int
    emissions_at: int
    end_at: int

    @classmethod
    def read(cls, data: bytes) -> _Model:
        file = _Reader(data)
        open_class, value = set(), 0
        for _ in range(file.number()):
            value += file.number()
            open_class.add(value)
        file.skip(2 * file.number())  # forbidden bigrams
        for _ in range(file.number()):
            file.text()
        tag_numbers = {file.text().removeprefix("TAG_"): file.number() for _ in range(file.number())}
        for _ in range(file.number()):  # enforced bigrams
            file.number()
            file.skip(file.number())
        for _ in range(file.number()):  # preferences
            file.text()
        for _ in range(file.number()):  # constants
            file.text()
            file.number()
        sets_at = file.at
        known = [{file.number() for _ in range(file.number())} for _ in range(file.number())]
        size_at = file.at
        n_tags, n_classes = file.number(), file.number()
        if n_classes != len(known) or n_tags != len(tag_numbers):
            raise ValueError(f"a model of {n_tags} tags and {n_classes} classes that names {len(known)}")
        transitions_at = file.at
        file.at += n_tags * n_tags * _DOUBLE_BYTES
        emissions_at = file.at
        n_emissions = file.number()
        emissions = {(file.number(), file.number()): file.double() for _ in range(n_emissions)}
        return cls(
            frozenset(open_class), tag_numbers, known, emissions, n_tags, n_emissions,
            sets_at, size_at, transitions_at, emissions_at, file.at,
        )  # fmt: skip

    def numbers(self, names: frozenset[str]) -> frozenset[int]:
        """Return the tags with these names; empty when one is unknown."""
        numbers = frozenset(self.tag_numbers[name] for name in names if name in self.tag_numbers)
        return numbers if len(numbers) == len(names) else frozenset()

    def nearest(self, tags: set[int]) -> int:
        """Return the class that the tagger would take for one that it does not know: the first of the smallest
        that hold all its tags, else the open class."""
        near = [(len(known), n) for n, known in enumerate(self.known) if known >= tags]
        size, n = min(near, default=(len(self.open_class), -1))
        return n if size < len(self.open_class) else self.known.index(set(self.open_class))


class _Reader:
    """Numbers and texts as lttoolbox compresses them: the first two bits say how many bytes follow."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def number(self) -> int:
        n_bytes = (self._data[self.at] >> 6) + 1
        value = int.from_bytes(self._data[self.at : self.at + n_bytes]) & ((1 << (8 * n_bytes - 2)) - 1)
        self.at += n_bytes
        return value

    def skip(self, n: int) -> None:
        for _ in range(n):
            self.number()

    def text(self) -> str:
        return "".join(chr(self.number()) for _ in range(self.number()))

    def double(self) -> bytes:
        self.at += _DOUBLE_BYTES
        return self._data[self.at - _DOUBLE_BYTES : self.at]


def _number(value: int) -> bytes:
    """Compress a number.

    >>> _number(5), _number(300)
    (b'\\x05', b'A,')
    """
    for n_bytes in range(1, 5):
        if value < 1 << (8 * n_bytes - 2):
            return (value | (n_bytes - 1) << (8 * n_bytes - 2)).to_bytes(n_bytes)
    raise ValueError(f"{value} is more than a model can hold")
