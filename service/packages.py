"""Installing Argos packages: from the index when there is a network, from a file when there is none.

A package is unpacked under a hidden name in the packages folder and renamed when it is whole, so that neither Exonym
nor Argos Translate ever sees half of one. The archive is not trusted: no path leaves the folder, there are no links,
and count and size are bounded while unpacking, whatever the archive claims.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import http.client
import shutil
import stat
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from service.engines.argos.index import Listed, find, open_url, read_index, unreachable
from service.engines.argos.packages import BrokenPackageError, Package, folders, read, scan
from service.errors import InputError, InstallError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.records import Progress
    from service.settings import Settings

_BLOCK_BYTES = 1 << 20
_ENTRY_BYTES = 512  # a file's line in an archive's list, with a name of usual length
_END_BYTES = 22 + 65_535 + 20  # an archive's end mark, its longest comment, and a 64-bit locator before them
_STALE_S = 24 * 3600.0
_STAGE_PREFIX = ".exonym-"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one package may hold; the largest in the Argos index unpacks to less than a tenth of this."""

    archive_bytes: int = 4 << 30
    unpacked_bytes: int = 8 << 30
    n_files: int = 2_000
    ratio: int = 200  # unpacked to packed; asked only above `unasked_bytes`, since a small file can pack very well
    unasked_bytes: int = 256 << 20


LIMITS = Limits()


def installed(settings: Settings) -> tuple[Package, ...]:
    """Return every installed package, sorted by pair and version; of several for a pair the highest is used."""
    return tuple(sorted(scan(folders(settings)).packages, key=lambda package: (package.pair, package.version)))


def install_file(path: Path, settings: Settings, *, limits: Limits = LIMITS) -> Package:
    """Install a `.argosmodel` file; one of the same name that is there already is replaced.

    Raises:
        InputError: there is no such file.
        InstallError: it is no package, or an unsafe one; or the packages folder cannot be written.
    """
    if not path.is_file():
        raise InputError(f"there is no file {path}; name a .argosmodel file, or two languages")
    with _stage(settings) as stage:
        return _install(path, stage, shown=str(path), limits=limits)


def install_from_index(
    source: str,
    target: str,
    settings: Settings,
    *,
    progress: Progress | None = None,
    index_url: str | None = None,
    limits: Limits = LIMITS,
) -> Package:
    """Download the newest package for a pair from the Argos index, and install it.

    Args:
        source, target: canonical BCP-47 tags.
        progress: called with the bytes that have come and the bytes in all, None if the server does not say.
        index_url: in place of the index that Argos Translate's settings name.
    Raises: InstallError: no network, no such package, or a download that is not what the index says.
    """
    listed = find(read_index(index_url), source=source, target=target)
    with _stage(settings) as stage:
        archive = stage / "download.argosmodel"
        _download(listed, archive, limits=limits, progress=progress or (lambda done, total: None))
        return _install(archive, stage, shown=listed.links[0], limits=limits, expect=listed)


@contextlib.contextmanager
def _stage(settings: Settings) -> Iterator[Path]:
    """Make a hidden folder among the packages, and remove it in the end with all that is left in it.

    It lies inside the packages folder because that may be a volume of its own, across which nothing can be renamed.
    Argos Translate reads hidden folders too and fails at one without metadata, so it is marked as of no known kind.
    """
    folder = folders(settings)[0]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _remove_stale(folder)
        stage = Path(tempfile.mkdtemp(prefix=_STAGE_PREFIX, dir=folder))
        (stage / "metadata.json").write_text('{"type": "incomplete"}\n', encoding="utf-8")
    except OSError as error:
        raise InstallError(
            f"the packages folder {folder} cannot be written ({error.strerror}); "
            f"free it, or name another with --argos-packages or EXONYM_ARGOS_PACKAGES"
        ) from error
    try:
        yield stage
    except OSError as error:
        raise InstallError(f"the package could not be written to {folder}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _remove_stale(folder: Path) -> None:
    """Remove what an installation left that was killed; one that is younger than a day may still be running."""
    for path in folder.glob(f"{_STAGE_PREFIX}*"):
        with contextlib.suppress(FileNotFoundError):  # another installation removes them too
            if time.time() - path.stat().st_mtime > _STALE_S:
                shutil.rmtree(path, ignore_errors=True)


def _install(archive: Path, stage: Path, *, shown: str, limits: Limits, expect: Listed | None = None) -> Package:
    unpacked = stage / "package"
    unpacked.mkdir()
    try:
        name = _unpack(archive, unpacked, limits)
        package = read(unpacked / name)
    except (BrokenPackageError, _RefusedError) as error:
        raise InstallError(f"{shown} was not installed: {error}") from None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise InstallError(f"{shown} was not installed: the archive is damaged ({error}); fetch it again") from None
    if package is None:
        raise InstallError(f"{shown} was not installed: it is an Argos package of another kind, and translates nothing")
    if expect and package.pair != expect.pair:
        raise InstallError(f"{shown} was not installed: it translates {package.pair}, not {expect.pair}")
    final = stage.parent / name
    if final.exists():
        final.rename(stage / "replaced")
    try:
        (unpacked / name).rename(final)
    except OSError:
        if (stage / "replaced").exists():
            (stage / "replaced").rename(final)
        raise
    installed_package = read(final)
    if installed_package is None:  # cannot be: it was read a moment ago
        raise InstallError(f"{final} changed while it was installed; install it again")
    return installed_package


class _RefusedError(Exception):
    """The archive is no package, or an unsafe one."""


def _unpack(archive: Path, folder: Path, limits: Limits) -> str:
    """Unpack into `folder` and return the name of the one folder that it then holds."""
    if archive.stat().st_size > limits.archive_bytes:
        raise _RefusedError(f"it is larger than {limits.archive_bytes:,} bytes")
    if not zipfile.is_zipfile(archive):
        raise _RefusedError("it is no zip archive; an Argos package is one, with a metadata.json in it")
    if _directory_bytes(archive) > limits.n_files * _ENTRY_BYTES:
        raise _RefusedError(f"it lists more than {limits.n_files:,} files")
    with zipfile.ZipFile(archive) as opened:
        members = [(member, _safe(member)) for member in opened.infolist() if not member.is_dir()]
        _bound([member for member, _ in members], limits)
        if len({str(path).casefold() for _, path in members}) < len(members):
            raise _RefusedError("two of its files have one name")
        name = _top([path for _, path in members])
        free = shutil.disk_usage(folder).free
        need = sum(member.file_size for member, _ in members)
        if free < need:
            raise _RefusedError(f"it needs {need:,} bytes unpacked, and {free:,} are free in {folder.parent.parent}")
        for member, path in members:
            _write(opened, member, folder / path)
    return name


def _directory_bytes(archive: Path) -> int:
    """Return the size of the list of files; zipfile reads it whole before anything in it can be bounded."""
    with archive.open("rb") as file:
        file.seek(max(0, archive.stat().st_size - _END_BYTES))
        tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if end >= 20 and tail[end - 20 : end - 16] == b"PK\x06\x07":
        raise _RefusedError("it is a 64-bit zip archive; an Argos package is smaller than needs one")
    return int.from_bytes(tail[end + 12 : end + 16], "little") if end >= 0 else 0


def _safe(member: zipfile.ZipInfo) -> PurePosixPath:
    """Return where a member goes, relative to the folder."""
    name, path = member.orig_filename, PurePosixPath(member.orig_filename)
    mode = member.external_attr >> 16
    if member.flag_bits & 1:
        raise _RefusedError(f"{name!r} in it is encrypted")
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise _RefusedError(f"{name!r} in it is a link or a device")
    unusable = "\\" in name or ":" in name or not name.isprintable() or len(name) > 255
    if unusable or path.is_absolute() or ".." in path.parts or not path.parts or path.parts[0].startswith("."):
        raise _RefusedError(f"the name {name[:255]!r} in it does not stay inside the packages folder")
    return path


def _bound(members: list[zipfile.ZipInfo], limits: Limits) -> None:
    unpacked, packed = sum(each.file_size for each in members), sum(each.compress_size for each in members)
    if len(members) > limits.n_files:
        raise _RefusedError(f"it holds {len(members):,} files; the limit is {limits.n_files:,}")
    if unpacked > limits.unpacked_bytes:
        raise _RefusedError(f"it unpacks to {unpacked:,} bytes; the limit is {limits.unpacked_bytes:,}")
    if unpacked > limits.unasked_bytes and unpacked > limits.ratio * max(1, packed):
        raise _RefusedError(f"it unpacks to more than {limits.ratio} times its size; that is no model")


def _top(paths: list[PurePosixPath]) -> str:
    """Return the name of the one folder that holds everything, which must have a metadata.json directly in it."""
    tops = {path.parts[0] for path in paths}
    metadata = [path for path in paths if path.name == "metadata.json" and len(path.parts) == 2]
    if len(tops) != 1 or not metadata:
        raise _RefusedError(
            "it lacks metadata.json; an Argos package is one folder, with metadata.json and model/ in it"
        )
    return tops.pop()


def _write(opened: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> None:
    """Write one member; zipfile stops at the size that the member claims, and checks its sum."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with opened.open(member) as packed, path.open("xb") as file:
        shutil.copyfileobj(packed, file, _BLOCK_BYTES)


def _download(listed: Listed, archive: Path, *, limits: Limits, progress: Progress) -> None:
    """Fetch a package from the first of its links that gives it."""
    failures = []
    for link in listed.links:
        try:
            with open_url(link) as response, archive.open("wb") as file:
                sha256 = _copy(response, file, limits=limits, progress=progress)
        except InstallError as error:
            failures.append(str(error))
            continue
        if listed.sha256 and listed.sha256 != sha256:
            failures.append(f"{link} has the SHA-256 {sha256}, the index says {listed.sha256}")
            continue
        return
    raise InstallError("; ".join(failures))


def _copy(response: http.client.HTTPResponse, file: IO[bytes], *, limits: Limits, progress: Progress) -> str:
    """Copy a response into a file and return its SHA-256; what breaks off early is an error."""
    length = response.headers.get("Content-Length", "")
    total = int(length) if length.isdecimal() else None
    done, sha256 = 0, hashlib.sha256()
    try:
        while block := response.read(_BLOCK_BYTES):
            done += len(block)
            if max(done, total or 0) > limits.archive_bytes:
                raise InstallError(f"{response.url} is larger than {limits.archive_bytes:,} bytes")
            sha256.update(block)
            file.write(block)
            progress(done, total)
    except http.client.HTTPException as error:
        raise unreachable(response.url, error) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise unreachable(response.url, error) from error
    if total is not None and done < total:
        raise InstallError(f"{response.url} broke off after {done:,} of {total:,} bytes; try again")
    return sha256.hexdigest()
