"""Argos packages on disk: where they lie, what they say of themselves, which are broken.

Reads the folders that Argos Translate and LibreTranslate read, and follows the same variables and settings file, but
does not import `argostranslate` for it: that creates folders in the user's home.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from service.errors import UnknownLanguageError
from service.languages import canonical
from service.records import Pair

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from service.settings import Settings

# Argos's own codes; all others are BCP-47 already. Source: the Argos package index, and LibreTranslate's aliases.
_TAGS = {"pb": "pt-BR", "zh": "zh-Hans", "zt": "zh-Hant"}
_MAX_METADATA_BYTES = 1_000_000
TOKENISERS = ("sentencepiece.model", "bpe.model")  # as argostranslate prefers them


@dataclass(frozen=True, slots=True)
class Package:
    """One installed translation package.

    `source_code` and `target_code` are Argos's codes, `pair` their BCP-47 tags. `tokeniser` is the name of its file.
    `stamp` changes when the model's file is replaced.
    """

    path: Path
    pair: Pair
    source_code: str
    target_code: str
    version: str
    target_prefix: str
    tokeniser: str
    stamp: int

    def __str__(self) -> str:
        return f"{self.pair} {self.version} ({self.path.name})"


class BrokenPackageError(Exception):
    """A folder among the packages that is none; the message says why."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What some folders hold: every readable package, and one line for each that is broken."""

    packages: tuple[Package, ...]
    problems: tuple[str, ...]

    def best(self) -> dict[Pair, Package]:
        """Return the package to use for each pair: the highest version, then the first folder."""
        best: dict[Pair, Package] = {}
        for package in self.packages:
            if package.pair not in best or version_key(best[package.pair].version) < version_key(package.version):
                best[package.pair] = package
        return best


def tag_of(code: str) -> str:
    """Return the canonical BCP-47 tag of an Argos code; a tag is given back canonical.

    Raises: UnknownLanguageError: it is neither.

    >>> tag_of("pb"), tag_of("zt"), tag_of("zh"), tag_of("zh-Hant"), tag_of("en")
    ('pt-BR', 'zh-Hant', 'zh-Hans', 'zh-Hant', 'en')
    """
    return _TAGS.get(code) or canonical(code)


def version_key(version: str) -> tuple[int, ...]:
    """Return what orders versions: `1.10` after `1.9`.

    >>> version_key("1.10") > version_key("1.9"), version_key("")
    (True, ())
    """
    return tuple(int(number) for number in re.findall(r"\d{1,9}", version))


def folders(settings: Settings) -> tuple[Path, ...]:
    """Return the folders to look in; new packages go into the first. They need not exist."""
    return (settings.argos_packages,) if settings.argos_packages else argos_folders(os.environ)


def argos_folders(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Return where argostranslate would look under these environment variables.

    Source: argostranslate/settings.py of argos-translate-lt 1.12.1; a test compares the two.
    """
    snap = environ.get("SNAP")
    home = Path(environ["SNAP_USER_DATA"]) if snap and "SNAP_USER_DATA" in environ else Path.home()
    data = Path(environ.get("XDG_DATA_HOME", home / ".local" / "share")) / "argos-translate"
    config = Path(environ.get("XDG_CONFIG_HOME", home / ".config")) / "argos-translate"
    own = environ.get("ARGOS_PACKAGES_DIR", _configured(config / "settings.json", "ARGOS_PACKAGES_DIR"))
    first = Path(own) if own is not None else data / "packages"
    if not snap:
        return (first,)
    bundled, content = Path(snap, "snap_custom", "packages"), Path(snap, "snap_custom", "content_snap_packages")
    return (first, *_if_folder(bundled), *(path for path in _children(content) if path.is_dir()))


def _configured(path: Path, key: str) -> str | None:
    try:
        value = json.loads(path.read_bytes())[key]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    return value if isinstance(value, str) else None


def _if_folder(path: Path) -> tuple[Path, ...]:
    return (path,) if path.is_dir() else ()


def _children(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def scan(places: Iterable[Path]) -> Shelf:
    """Read every package in some folders; a broken one becomes a problem and spoils no other.

    Names that begin with a dot are passed over: packages are unpacked under such names.
    """
    packages, problems = [], []
    for path in (child for place in places for child in _children(place)):
        if path.name.startswith(".") or not path.is_dir():
            continue
        try:
            package = read(path)
        except BrokenPackageError as error:
            problems.append(f"the Argos package {path} is left out: {error}")
        else:
            packages += [package] if package else []
    return Shelf(tuple(packages), tuple(problems))


def read(path: Path) -> Package | None:
    """Read one package folder; None for a package of another kind, such as a sentence splitter.

    Raises: BrokenPackageError: something that translating needs is not there or makes no sense.
    """
    metadata = _metadata(path / "metadata.json")
    if metadata.get("type", "translate") != "translate":
        return None
    source, target = _text(metadata, "from_code"), _text(metadata, "to_code")
    if not source or not target:
        raise BrokenPackageError("metadata.json names no from_code and to_code; install the package again")
    try:
        pair = Pair(tag_of(source), tag_of(target))
    except UnknownLanguageError as error:
        raise BrokenPackageError(f"metadata.json: {error}") from None
    tokeniser = next((name for name in TOKENISERS if (path / name).is_file()), None)
    if tokeniser is None:
        raise BrokenPackageError(f"it has neither {' nor '.join(TOKENISERS)}; install the package again")
    model = path / "model" / "model.bin"
    if not model.is_file():
        raise BrokenPackageError("it has no model/model.bin; install the package again")
    version, prefix = _text(metadata, "package_version"), _text(metadata, "target_prefix")
    return Package(path, pair, source, target, version, prefix, tokeniser, model.stat().st_mtime_ns)


def _metadata(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_METADATA_BYTES + 1)
        metadata = json.loads(content) if len(content) <= _MAX_METADATA_BYTES else None
    except FileNotFoundError:
        raise BrokenPackageError("it has no metadata.json; install the package again") from None
    except OSError as error:
        raise BrokenPackageError(f"metadata.json cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError) as error:
        raise BrokenPackageError(f"metadata.json is no JSON ({error}); install the package again") from None
    if not isinstance(metadata, dict):
        raise BrokenPackageError("metadata.json is no JSON object of at most 1 MB; install the package again")
    return metadata


def _text(metadata: Mapping[str, Any], key: str) -> str:
    """Return a text of the metadata; numbers stand there too (`"package_version": 1.0`)."""
    value = metadata.get(key)
    return str(value) if isinstance(value, str | int | float) else ""


def digest(package: Package) -> str:
    """Return 12 hexadecimal digits that are the same for the same model, tokeniser and metadata on any machine.

    Reads the files whole, 0.1 s for a usual package, once for each state of them.
    """
    files = [package.path / "metadata.json", package.path / package.tokeniser]
    files += sorted(path for path in (package.path / "model").iterdir() if path.is_file())
    states = tuple((path, path.stat().st_size, path.stat().st_mtime_ns) for path in files)
    return _digest(states)


@functools.lru_cache(maxsize=256)
def _digest(states: tuple[tuple[Path, int, int], ...]) -> str:
    whole = hashlib.sha256()
    for path, size, _ in states:
        with path.open("rb") as file:
            whole.update(f"{path.name} {size} ".encode())
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()[:12]
