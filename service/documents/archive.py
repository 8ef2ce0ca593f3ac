"""Zip archives from outside: read with every size bounded, written so that readers accept them.

Nothing is ever unpacked to a disk, so that no member's name can lead anywhere.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.errors import InputError, TooLongError

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_MEMBERS = 20_000
MAX_RATIO = 500  # a document of 20,000 equal paragraphs reaches 270; deflate ends at 1,032
_OWN_RATIO_BYTES = 1 << 20  # below, no ratio matters
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


@dataclass(frozen=True, slots=True)
class Archive:
    """The members of an archive by name, in its order."""

    infos: tuple[zipfile.ZipInfo, ...]
    members: Mapping[str, bytes]

    def written(self, changed: Mapping[str, bytes]) -> bytes:
        """Return the archive with the content of some members changed; a `mimetype` stays first and stored."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for info in sorted(self.infos, key=lambda info: info.filename != "mimetype"):
                new = zipfile.ZipInfo(info.filename, info.date_time)
                plain = info.filename == "mimetype" or info.compress_type == zipfile.ZIP_STORED
                new.compress_type = zipfile.ZIP_STORED if plain else zipfile.ZIP_DEFLATED
                new.external_attr = info.external_attr
                archive.writestr(new, changed.get(info.filename, self.members[info.filename]))
        return out.getvalue()


def open_archive(data: bytes, *, what: str, max_bytes: int) -> Archive:
    """Read all members of a zip archive.

    Args: max_bytes: what all members together may unpack to; declared sizes are not believed.
    Raises:
        InputError: no zip, broken, encrypted, or made to do harm.
        TooLongError: it would unpack to more than `max_bytes`.
    """
    if data[:8] == bytes.fromhex("d0cf11e0a1b11ae1"):
        raise InputError(
            f"the {what} is encrypted, or in the binary format of before 2007; save it anew without password"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            _check(infos, what, max_bytes)
            return Archive(tuple(infos), _members(archive, infos, what, max_bytes))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise InputError(
            f"the {what} is no {what}, or broken ({_reason(error)}); open it in its program and save it anew"
        ) from None


def _reason(error: Exception) -> str:
    # zipfile quotes what it found in the place of a name, which may be anything.
    return ascii(str(error))[1:101] or type(error).__name__


def _check(infos: list[zipfile.ZipInfo], what: str, max_bytes: int) -> None:
    if len(infos) > MAX_MEMBERS:
        raise InputError(f"the {what} has {len(infos)} parts, and {MAX_MEMBERS} are the limit")
    names = [info.filename for info in infos]
    if len(set(names)) < len(names):
        raise InputError(f"the {what} has two parts of the same name; open it in its program and save it anew")
    for info in infos:
        if _wanders(info):
            raise InputError(f"the {what} has a part named {info.filename[:100]!r}, which leads out of it")
        if info.flag_bits & 0x1:
            raise InputError(f"the {what} is encrypted; save it without password")
        if info.compress_type not in _METHODS:
            raise InputError(
                f"the {what} is packed by method {info.compress_type}; only stored and deflated can be read"
            )
    declared = sum(info.file_size for info in infos)
    if declared > max_bytes:
        raise TooLongError(_too_long(what, declared, max_bytes))


def _wanders(info: zipfile.ZipInfo) -> bool:
    name = info.filename.replace("\\", "/")
    link = stat.S_ISLNK(info.external_attr >> 16)
    return link or name.startswith("/") or name[1:2] == ":" or ".." in name.split("/")


def _members(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], what: str, max_bytes: int) -> dict[str, bytes]:
    members: dict[str, bytes] = {}
    left = max_bytes
    for info in infos:
        with archive.open(info) as member:
            content = member.read(left + 1)
        if len(content) > left:
            raise TooLongError(_too_long(what, max_bytes + 1, max_bytes))
        if len(content) > max(_OWN_RATIO_BYTES, MAX_RATIO * info.compress_size):
            raise InputError(f"the {what} holds a part packed more than {MAX_RATIO} times over: this is a zip bomb")
        members[info.filename] = content
        left -= len(content)
    return members


def _too_long(what: str, n_bytes: int, max_bytes: int) -> str:
    return (
        f"the {what} unpacks to at least {n_bytes >> 20} MiB, and {max_bytes >> 20} MiB are the limit; split it, "
        "or make its pictures smaller"
    )
