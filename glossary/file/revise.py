"""Change a glossary file: comments, order and quotes stay, nothing broken is written, and no edit is ever lost.

The new text is written beside the file, synced and renamed over it, so a reader, or a machine that loses its power,
sees the old file or the new one. Writers take turns by a lock on the folder; one that finds another file than the one
it read gets `GlossaryConflictError` and has written nothing. An editor that takes no lock could still slip between
the comparison and the renaming, some microseconds apart.
"""

from __future__ import annotations

import difflib
import fcntl
import functools
import glob
import os
import stat
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from glossary.errors import GlossaryConflictError, GlossaryError, GlossaryFileError
from glossary.file import decode, loads, read_bytes, splice
from glossary.file.reader import canonical_tag
from glossary.file.report import Report
from glossary.model import PersonNames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ruamel.yaml.comments import CommentedMap

    from glossary.errors import Problem
    from glossary.model import Concept, Glossary, Names

_LOCK_S = 10.0  # a save takes milliseconds; whoever holds the lock for so long is stuck


class GlossaryFile:
    """A glossary file that was read, and the edits made to it since; `glossary` is what they add up to.

    Whether they leave a good glossary is seen when it is asked for, and always before anything is written.
    """

    def __init__(self, path: Path, data: bytes, *, glossary: Glossary | None = None) -> None:
        """Take what a file holds; `glossary` is what that reads as, where the caller has read it already."""
        self.path = path
        self._data = data
        report = Report()
        text = decode(data, report)
        if text is None:
            raise GlossaryFileError(str(path), report.problems())
        self.text = text
        self._glossary: Glossary | None = glossary or loads(text, path=str(path))
        self._ids = set(self._glossary.concepts)

    @property
    def glossary(self) -> Glossary:
        """Return the glossary with the edits made so far.

        Raises: GlossaryFileError: an edit made a mistake; every one is named.
        """
        if self._glossary is None:
            self._glossary = loads(self.text, path=str(self.path))
        return self._glossary

    @classmethod
    def open(cls, path: str | Path) -> GlossaryFile:
        """Read the file.

        Raises: GlossaryFileError: it cannot be read, or has errors in it.
        """
        real = Path(path).resolve()  # through a link: the link stays, its target is replaced
        report = Report()
        data = read_bytes(real, report)
        if data is None:
            raise GlossaryFileError(str(path), report.problems())
        return cls(real, data)

    def set_names(self, concept: str, *, lang: str, names: Names | PersonNames) -> None:
        """Put names in place of those that the concept has in a language, or add them."""
        new = splice.plain(names)

        def change(concepts: CommentedMap) -> None:
            entries = concepts[concept]["names"]
            key = _key(entries, lang)
            entries[key] = splice.merged(entries[key], new) if key in entries else new

        self._change(concept, change)

    def remove_names(self, concept: str, *, lang: str) -> None:
        """Remove what the concept is called in a language."""

        def change(concepts: CommentedMap) -> None:
            entries = concepts[concept]["names"]
            key = _key(entries, lang)
            if key not in entries:
                raise GlossaryError(f"{concept} has no names in {lang}; it has {', '.join(entries)}")
            del entries[key]

        self._change(concept, change)

    def set_field(self, concept: str, key: str, value: str | bool | Mapping[str, Iterable[str]] | None) -> None:
        """Set `kind`, `match`, `romanise`, `note`, `source`, `except` or `near`; None removes it."""
        new = splice.quoted(value) if isinstance(value, str) else value
        new = new if isinstance(new, str | bool | None) else splice.by_language(new)

        def change(concepts: CommentedMap) -> None:
            fields = concepts[concept]
            if new is not None:
                fields[key] = splice.merged(fields[key], new) if key in fields else new
            elif key in fields:
                del fields[key]

        self._change(concept, change)

    def add(self, concepts: Iterable[Concept]) -> None:
        """Add concepts after the last one.

        Raises: GlossaryError: there is one of this id; nothing was added.
        """
        new: dict[str, CommentedMap] = {}
        for concept in concepts:
            if concept.id in self._ids or concept.id in new:
                raise GlossaryError(f"there is a concept {concept.id} already; `exonym glossary set` changes it")
            new[concept.id] = splice.concept_fields(concept)
        if new:
            self._adopt(splice.added(self.text, new))
            self._ids |= new.keys()

    def put(self, concept: Concept) -> None:
        """Put a whole concept in the place of the one of its id, or add it; what is the same stays as written."""
        if concept.id not in self._ids:
            self.add([concept])
            return
        new = splice.concept_fields(concept)

        def change(concepts: CommentedMap) -> None:
            old = concepts[concept.id]
            for key in ("names", "except", "near"):
                if key in old and key in new:
                    tags = {canonical_tag(str(tag)): tag for tag in old[key]}
                    new[key] = splice.renamed(new[key], tags)
            concepts[concept.id] = splice.merged(old, new)

        self._change(concept.id, change)

    def merge(self, concepts: Iterable[Concept]) -> tuple[Problem, ...]:
        """Add the new ones among the concepts, and bring their names to those that are there already.

        A name takes the role that it has in `concepts`; a preferred name that another replaces becomes admitted, and
        nothing else is taken away.

        Returns: for each concept that would have made a mistake, that mistake; it was left out, the others are in.
        """
        found: list[Problem] = []
        new: dict[str, Concept] = {}
        for concept in concepts:
            if concept.id in self._ids:
                problems = self._try(functools.partial(self._set_all, concept))
                found += [replace(problem, concept=concept.id) for problem in problems]
            else:
                new[concept.id] = concept
        while new:
            problems = self._try(functools.partial(self.add, new.values()))
            left_out = {problem.concept for problem in problems} & new.keys()
            found += [problem for problem in problems if problem.concept in left_out]
            if not problems:
                break
            if not left_out:
                raise GlossaryFileError(str(self.path), problems)
            new = {id_: concept for id_, concept in new.items() if id_ not in left_out}
        return tuple(found)

    def _set_all(self, concept: Concept) -> None:
        had = self.glossary.concepts[concept.id].names
        for lang, names in concept.names.items():
            self.set_names(concept.id, lang=lang, names=_joined(had[lang], names) if lang in had else names)

    def _try(self, edit: Callable[[], None]) -> list[Problem]:
        """Make an edit if it leaves a good glossary; otherwise return what would be wrong."""
        before = self.text, self._glossary, set(self._ids)
        edit()
        try:
            self._glossary = self.glossary
        except GlossaryFileError as error:
            self.text, self._glossary, self._ids = before
            return list(error.problems)
        return []

    def remove(self, concept: str) -> None:
        """Remove a concept, and the comment that stands directly above it."""
        self._known(concept)
        self._adopt(splice.removed(self.text, concept))
        self._ids.remove(concept)

    def save(self) -> None:
        """Write the edits, all or nothing.

        Raises:
            GlossaryConflictError: the file is no longer the one that was read; nothing was written.
            GlossaryFileError: the edits left mistakes; nothing was written.
        """
        good = self.glossary
        data = self.text.encode("utf-8")
        if data == self._data:
            return
        overwrite(self.path, data, expected=self._data)
        self._data, self._glossary = data, good

    def _known(self, concept: str) -> None:
        if concept not in self._ids:
            near = difflib.get_close_matches(concept, self._ids, 1)
            hint = f"did you mean {near[0]}?" if near else "`exonym glossary show` lists what there is"
            raise GlossaryError(f"there is no concept {concept!r} in {self.path}; {hint}")

    def _change(self, concept: str, change: splice._Change) -> None:
        self._known(concept)
        self._adopt(splice.changed(self.text, concept, change))

    def _adopt(self, text: str) -> None:
        self.text = text
        self._glossary = None


def overwrite(path: Path, data: bytes, *, expected: bytes | None) -> None:
    """Put `data`, which the caller knows to be a good glossary, in the place of a file that may be broken, or gone.

    Args:
        expected: what the file holds; None where there is none.
    Raises: GlossaryConflictError: it holds something else; nothing was written. OSError: it cannot be written.
    """
    real = path.resolve()
    with _locked(real):
        _compare(real, expected)
        _replace(real, data)


def _key(entries: CommentedMap, lang: str) -> str:
    """Return the tag under which a language stands in the file, however it is written there."""
    return next((key for key in entries if canonical_tag(str(key)) == canonical_tag(lang)), lang)


def _joined(old: Names | PersonNames, new: Names | PersonNames) -> Names | PersonNames:
    """Return the names of both, in the roles that the new ones have."""
    if isinstance(old, PersonNames) and isinstance(new, PersonNames):
        return replace(new, given=_both(old.given, new.given), family=_both(old.family, new.family))
    if isinstance(old, PersonNames) or isinstance(new, PersonNames):
        return new if isinstance(new, PersonNames) or new.preferred != old.preferred else old
    return _both(old, new)


def _both(old: Names, new: Names) -> Names:
    fresh = {new.preferred, *new.admitted, *new.deprecated}
    admitted = dict.fromkeys((*new.admitted, *(name for name in (old.preferred, *old.admitted) if name not in fresh)))
    deprecated = dict.fromkeys((*(name for name in old.deprecated if name not in fresh), *new.deprecated))
    forms = old.forms if old.preferred == new.preferred else {}
    return replace(new, admitted=tuple(admitted), deprecated=tuple(deprecated), forms={**forms, **new.forms})


def _compare(path: Path, expected: bytes | None) -> None:
    try:
        now = path.read_bytes()
    except OSError:
        now = None
    if now != expected:
        raise GlossaryConflictError(
            f"{path} was changed by someone else since it was read; nothing was written: "
            "read it again and repeat the edit"
        )


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock on the folder of `path`: no file is left behind, and a process that dies lets go of it."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        deadline = time.monotonic() + _LOCK_S
        while True:
            try:
                fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise GlossaryConflictError(
                        f"another process has been saving in {path.parent} for {_LOCK_S:.0f} s; nothing was written"
                    ) from None
                time.sleep(0.005)
        yield
    finally:
        os.close(folder)


def _replace(path: Path, data: bytes) -> None:
    """Put `data` in the place of the file, durably; the lock is held."""
    for stale in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        stale.unlink(missing_ok=True)  # of a writer that was killed: whoever holds the lock is the only one
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            with suppress(FileNotFoundError):
                os.fchmod(file.fileno(), stat.S_IMODE(path.stat().st_mode))
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
