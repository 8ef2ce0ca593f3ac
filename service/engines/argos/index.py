"""The Argos package index: what can be downloaded, and from where. Only `exonym install` asks it.

Its address is argostranslate's own setting, so that a LibreTranslate user's mirror is used here too.
"""

from __future__ import annotations

import http.client
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service import __version__
from service.engines.argos.packages import tag_of, version_key
from service.errors import InstallError, UnknownLanguageError
from service.records import Pair

if TYPE_CHECKING:
    from collections.abc import Iterable

_TIMEOUT_S = 30.0
_MAX_INDEX_BYTES = 32 << 20
_OFFLINE = (
    "without a network, fetch the .argosmodel file on another machine, bring it here and run "
    "exonym install FILE.argosmodel"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A package of the index; `sha256` is empty where the index gives none."""

    pair: Pair
    version: str
    links: tuple[str, ...]
    sha256: str


def read_index(url: str | None) -> tuple[Listed, ...]:
    """Download the index and return the translation packages in it; entries that make no sense are left out.

    Args: url: None for the one that argostranslate's settings name.
    Raises: InstallError: there is no network, or what came is no index.
    """
    url = url or _configured_url()
    with open_url(url) as response:
        try:
            content = response.read(_MAX_INDEX_BYTES + 1)
        except (OSError, http.client.HTTPException) as error:
            raise unreachable(url, error) from error
    if len(content) > _MAX_INDEX_BYTES:
        raise InstallError(f"the index {url} is larger than {_MAX_INDEX_BYTES:,} bytes; {_OFFLINE}")
    try:
        entries = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InstallError(f"the index {url} is no JSON ({error}); {_OFFLINE}") from None
    if not isinstance(entries, list):
        raise InstallError(f"the index {url} is no list of packages; {_OFFLINE}")
    return tuple(listed for entry in entries if isinstance(entry, dict) for listed in _listed(entry))


def _configured_url() -> str:
    try:
        from argostranslate import settings  # creates Argos Translate's folders, where `install` may want them
    except (OSError, ValueError, KeyError) as error:
        raise InstallError(f"argostranslate's settings cannot be read ({error}); {_OFFLINE}") from error
    return str(settings.remote_package_index)


def _listed(entry: dict[str, Any]) -> Iterable[Listed]:
    codes = entry.get("from_code"), entry.get("to_code")
    if entry.get("type", "translate") != "translate" or not all(isinstance(code, str) for code in codes):
        return
    links = entry.get("links")
    usable = [link for link in links if _is_http(link)] if isinstance(links, list) else []
    try:
        pair = Pair(tag_of(str(codes[0])), tag_of(str(codes[1])))
    except UnknownLanguageError:
        return
    sha256 = str(entry.get("sha256") or "").lower()
    yield Listed(pair, str(entry.get("package_version", "")), tuple(usable), sha256)


def _is_http(link: object) -> bool:
    return isinstance(link, str) and re.match(r"https?://[^/\s]", link) is not None


def find(listed: Iterable[Listed], *, source: str, target: str) -> Listed:
    """Return the newest package for a pair.

    Raises: InstallError: the index has none; the message names the two that pivot through English, if it has those.
    """
    usable = [each for each in listed if each.links]
    wanted = [each for each in usable if each.pair == Pair(source, target)]
    if wanted:
        return max(wanted, key=lambda each: version_key(each.version))
    pairs = {each.pair for each in usable}
    if Pair(source, "en") in pairs and Pair("en", target) in pairs:
        advice = f"install both ways through English: exonym install {source} en, and exonym install en {target}"
    else:
        targets = " ".join(sorted({pair.target for pair in pairs if pair.source == source}))
        sources = " ".join(sorted({pair.source for pair in pairs if pair.target == target}))
        advice = f"from {source} it goes to: {targets or 'nothing'}; to {target} it comes from: {sources or 'nothing'}"
    raise InstallError(f"the Argos index has no package from {source} to {target}; {advice}")


def open_url(url: str) -> http.client.HTTPResponse:
    """Open a connection for reading.

    Raises: InstallError: it cannot be reached, or is no http address.
    """
    if not _is_http(url):
        raise InstallError(f"{url!r} is no http address; set ARGOS_PACKAGE_INDEX to one, or unset it")
    request = urllib.request.Request(url, headers={"User-Agent": f"exonym/{__version__}"})
    try:
        response: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=_TIMEOUT_S)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise unreachable(url, error) from error
    return response


def unreachable(url: str, error: Exception) -> InstallError:
    """Return the error that says what could not be fetched, why, and how to do without a network."""
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    # Nothing after the path: it may hold a key.
    shown = urllib.parse.urlsplit(url)._replace(query="", fragment="").geturl()
    return InstallError(f"{shown} could not be fetched ({reason}); {_OFFLINE}")
