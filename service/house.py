"""The house's glossary while a server runs: read again when its file changes, changed without losing anybody's edit.

The file stays what counts: an editor, git and the server all write it. Who changes it through the server says which
version was seen (its etag, a hash of the file's bytes), and is refused when there is a newer one. Every version that
was noticed is kept as a revision.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import stat
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glossary import Concept, Glossary, GlossaryConflictError, GlossaryFileError
from glossary.file import decode, examine_text, read_bytes
from glossary.file.record import as_record, good_concept, merge_patch
from glossary.file.report import Report
from glossary.file.revise import GlossaryFile, overwrite
from service.errors import ConflictError, NotFoundError, PreconditionError, PreconditionMissingError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from glossary import Problem
    from service.store import Revisions

_LOG = logging.getLogger(__name__)
_LOOK_EVERY_S = 1.0
#: A file this young may be written again without its time changing, where clocks tick slowly.
_SETTLED_S = 2.0

DISK = "disk"
ON_DISK = "changed on disk"
AS_FOUND = "as it was before the first change"


@dataclass(frozen=True, slots=True)
class Version:
    """The file at one time: what it holds, and the glossary that is in force, which a broken file leaves the last good.

    `etag` is a hash of the bytes, empty where there is no file; `text` is None where the bytes are none; `problems`
    are the errors that keep the file from being used, and warnings.
    """

    etag: str
    text: str | None
    glossary: Glossary
    problems: tuple[Problem, ...]

    @property
    def is_broken(self) -> bool:
        """Say whether the file cannot be used as it is."""
        return any(problem.severity == "error" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Merged:
    """What bringing concepts in from elsewhere did: how many were new, how many changed, and what was left out."""

    version: Version
    n_added: int
    n_set: int
    problems: tuple[Problem, ...]


class House:
    """The glossary of a file, for many threads; edits are all or nothing.

    Args:
        revisions: where versions are kept; None keeps none.
    Raises: GlossaryFileError: the file cannot be used, with every problem in it.
    """

    def __init__(self, path: Path, *, revisions: Revisions | None = None) -> None:
        self.path = path
        self._revisions = revisions
        self._lock = threading.RLock()
        self._looked = time.monotonic()
        data, self._stamp = _read(path)
        self._data = data
        self._now = _version(data, path, Glossary())
        if self._now.is_broken:
            raise GlossaryFileError(
                str(path), [problem for problem in self._now.problems if problem.severity == "error"]
            )
        if self._revisions is not None and self._revisions.list(limit=1):
            self._record(DISK, ON_DISK, before=self._now)

    @property
    def glossary(self) -> Glossary:
        """Return the glossary that is in force; a change of the file is noticed within about a second.

        Never blocks an event loop: called from one, it has the file read by a thread and returns what it has.
        """
        if time.monotonic() - self._looked >= _LOOK_EVERY_S:
            self._looked = time.monotonic()
            if not _in_event_loop():
                self.look()
            elif not self._is_settled():
                threading.Thread(target=self.look, name="glossary", daemon=True).start()
        return self._now.glossary

    @property
    def etag(self) -> str:
        """Return the hash of the file's bytes as they were when it was last looked at."""
        return self._now.etag

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return what is wrong with the file as it was when it was last looked at."""
        return self._now.problems

    @property
    def writable(self) -> bool:
        """Say whether the file can be saved: a file that its owner made read-only stays as it is."""
        return self._why_not_writable() is None

    def look(self) -> Version:
        """Read the file if it has changed, and return it as it is now. Blocks."""
        with self._lock:
            self._looked = time.monotonic()
            if not self._is_settled():
                data, stamp = _read(self.path)
                if data != self._data:
                    self._adopt(data, _version(data, self.path, self._now.glossary), DISK, ON_DISK)
                self._stamp = stamp
            return self._now

    def put(self, id_: str, record: Mapping[str, Any], *, if_match: str | None, who: str) -> tuple[Version, bool]:
        """Put a concept, given as JSON, in the place of the one of its id, or add it.

        Args:
            if_match: the etag of the version that was seen; `*` takes any.
        Returns: the file as it is now, and whether the concept is new.
        Raises:
            GlossaryFileError: the concept has mistakes, each with its field.
            PreconditionMissingError, PreconditionError: `if_match` is missing, or is not what the file is now.
            ConflictError: the file is broken, or cannot be written.
        """
        is_new = False

        def change(file: GlossaryFile) -> str:
            nonlocal is_new
            concept = good_concept(id_, record, glossary=file.glossary)
            is_new = id_ not in file.glossary.concepts
            file.put(concept)
            return f"{'added' if is_new else 'changed'} {id_}"

        return self._edit(change, if_match=if_match, who=who, concept=id_), is_new

    def patch(self, id_: str, changes: Mapping[str, Any], *, if_match: str | None, who: str) -> Version:
        """Change some fields of a concept, as a JSON merge patch (RFC 7396) says: null removes.

        Raises: NotFoundError; and as `put`.
        """

        def change(file: GlossaryFile) -> str:
            record = merge_patch(as_record(_found(file.glossary, id_)), changes)
            concept = good_concept(id_, record, glossary=file.glossary)
            file.put(concept)
            return f"changed {id_}"

        return self._edit(change, if_match=if_match, who=who, concept=id_)

    def remove(self, id_: str, *, if_match: str | None, who: str) -> Version:
        """Remove a concept.

        Raises: NotFoundError; and as `put`.
        """

        def change(file: GlossaryFile) -> str:
            _found(file.glossary, id_)
            file.remove(id_)
            return f"removed {id_}"

        return self._edit(change, if_match=if_match, who=who, concept=id_)

    def merge(
        self, concepts: Iterable[Concept], *, if_match: str | None, who: str, summary: str, save: bool = True
    ) -> Merged:
        """Bring concepts in from elsewhere: new ones are added, names of the others join those that are there.

        Args:
            save: False only tells what would be done.
        Raises: as `put`; a concept that would make a mistake is left out, and its problem returned.
        """
        wanted = {concept.id: concept for concept in concepts}
        counts = (0, 0)
        problems: tuple[Problem, ...] = ()

        def change(file: GlossaryFile) -> str:
            nonlocal counts, problems
            before = file.glossary.concepts
            problems = file.merge(wanted.values())
            after = file.glossary.concepts
            n_set = sum(id_ in before and after[id_] != before[id_] for id_ in wanted)
            counts = len(after) - len(before), n_set
            return f"{summary}: {counts[0]} added, {counts[1]} changed"

        version = self._edit(change, if_match=if_match, who=who, save=save)
        return Merged(version, *counts, problems)

    def replace(self, text: str, *, if_match: str | None, who: str, summary: str = "whole file") -> Version:
        """Put a whole text in the place of the file, which may be broken.

        Raises: GlossaryFileError: the text has mistakes; and as `put`.
        """
        with self._lock:
            _check_seen(if_match, self.look().etag)
            self._check_writable()
            return self._write(text, who, summary)

    def restore(self, n: int | str, *, if_match: str | None, who: str) -> Version:
        """Make the file what it was at revision `n`; that is a new revision.

        Raises: NotFoundError; and as `replace`.
        """
        if self._revisions is None:
            raise NotFoundError("this server keeps no revisions")
        revision = self._revisions.get(n)
        return self.replace(revision.text or "", if_match=if_match, who=who, summary=f"restored revision {revision.n}")

    def _edit(
        self,
        change: Callable[[GlossaryFile], str],
        *,
        if_match: str | None,
        who: str,
        concept: str = "",
        save: bool = True,
    ) -> Version:
        with self._lock:
            before = self.look()
            if save:
                _check_seen(if_match, before.etag, current=lambda: _current(before.glossary, concept))
                self._check_writable()
            if before.is_broken:
                raise ConflictError(
                    f"{self.path} has errors since it was changed on disk, the first: {before.problems[0]}; "
                    "mend it there, put a whole good file in its place, or restore a revision"
                )
            file = GlossaryFile(self.path, self._data or b"", glossary=before.glossary)
            summary = change(file)
            return self._write(file.text, who, summary, concept=concept) if save else before

    def _write(self, text: str, who: str, summary: str, *, concept: str = "") -> Version:
        """Save a text if there is no mistake in it and the file is still the one that was read."""
        data = text.encode()
        if data == self._data:
            return self._now
        version = _version(data, self.path, self._now.glossary)
        if version.is_broken:
            raise GlossaryFileError(
                "the glossary", [problem for problem in version.problems if problem.severity == "error"]
            )
        try:
            overwrite(self.path, data, expected=self._data)
        except GlossaryConflictError as error:
            raise PreconditionError(str(error), current=_current(self.look().glossary, concept)) from None
        except OSError as error:
            raise _refused(self.path, error) from None
        return self._adopt(data, version, who, summary)

    def _adopt(self, data: bytes | None, version: Version, who: str, summary: str) -> Version:
        """Take over what the file holds now, and keep it as a revision if it is a glossary."""
        before, self._data, self._stamp, self._now = self._now, data, None, version
        if self._now.is_broken:
            _LOG.warning("%s has errors; the last good glossary stays in force: %s", self.path, self._now.problems[0])
        else:
            self._record(who, summary, before=before)
        return self._now

    def _record(self, who: str, summary: str, *, before: Version) -> None:
        """Keep the version that is now, and first of all the one before it; a store that fails takes no save back."""
        if self._revisions is None:
            return
        try:
            newest = self._revisions.list(limit=1)
            if not newest and not before.is_broken:
                self._revisions.add(who=DISK, summary=AS_FOUND, text=before.text or "", etag=before.etag)
            if not newest or newest[0].etag != self._now.etag:
                self._revisions.add(who=who, summary=summary, text=self._now.text or "", etag=self._now.etag)
        except StoreError as error:
            _LOG.error("the revision %r of %s could not be kept: %s", summary, self.path, error)

    def _is_settled(self) -> bool:
        """Tell whether the file is surely the one that was read."""
        stamp = _stamp(self.path)
        return stamp == self._stamp and (stamp is None or stamp[0] < time.time_ns() - _SETTLED_S * 1e9)

    def _check_writable(self) -> None:
        reason = self._why_not_writable()
        if reason:
            raise ConflictError(reason)

    def _why_not_writable(self) -> str | None:
        path = self.path.resolve()
        remedy = "make it writable for the user that runs the server, or set EXONYM_GLOSSARY to a copy that is"
        try:
            mode = path.stat().st_mode
        except OSError:
            mode = None
        if mode is not None and not (mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) and os.access(path, os.W_OK)):
            return f"the glossary file {self.path} is read-only; {remedy}"
        if not os.access(path.parent, os.W_OK | os.X_OK):
            return f"the folder of the glossary file {self.path} is read-only; {remedy}"
        return None


def _version(data: bytes | None, path: Path, last_good: Glossary) -> Version:
    report = Report()
    text = None
    if data is None:
        read_bytes(path, report)  # says why there is nothing
    else:
        text = decode(data, report)
    if text is None:
        return Version(_etag(data), None, last_good, report.problems())
    examined = examine_text(text)
    return Version(_etag(data), text, examined.glossary or last_good, examined.problems)


def _read(path: Path) -> tuple[bytes | None, tuple[int, ...] | None]:
    """Return the bytes of the file and its stamp from before they were read; None where it cannot be read."""
    stamp = _stamp(path)
    return read_bytes(path, Report()), stamp


def _stamp(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _etag(data: bytes | None) -> str:
    return "" if data is None else hashlib.sha256(data).hexdigest()[:32]


def _check_seen(if_match: str | None, etag: str, *, current: Callable[[], object] = lambda: None) -> None:
    if if_match is None:
        raise PreconditionMissingError(
            "say which version you change: send If-Match with the ETag of the answer that you read"
        )
    if if_match.strip() == "*":
        return
    seen = {tag.strip().removeprefix("W/").strip('"') for tag in if_match.split(",")}
    if etag not in seen:
        raise PreconditionError(
            f"somebody else saved first: the glossary is {etag!r} now and you saw {if_match[:80]}; "
            "read it again and repeat the change",
            current=current(),
        )


def _current(glossary: Glossary, concept: str) -> dict[str, Any] | None:
    found = glossary.concepts.get(concept)
    return None if found is None else as_record(found)


def _found(glossary: Glossary, id_: str) -> Concept:
    if id_ not in glossary.concepts:
        raise NotFoundError(f"there is no concept {id_[:100]!r} in the glossary; PUT adds one")
    return glossary.concepts[id_]


def _refused(path: Path, error: OSError) -> ConflictError:
    """Return in words why the operating system would not save."""
    return ConflictError(
        f"{path} cannot be saved: {error.strerror}; it is replaced by renaming, so its folder has to be writable "
        "and, in a container, mounted as a whole rather than the file alone"
    )


def _in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
