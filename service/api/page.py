"""The page at `/`: static files of the package, with what keeps a browser from running anything else.

The page names its files, and the server, by addresses relative to its own, so it works under any prefix.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

router = APIRouter(include_in_schema=False)

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_INDEX = "index.html"
_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it is answered."""

    data: bytes
    media_type: str
    etag: str


@router.api_route("/", methods=["GET", "HEAD"])
def index(request: Request) -> Response:
    """Answer the page; send a reader whose address lacks the last slash to where relative addresses are right."""
    prefix = request.scope.get("root_path", "")
    if prefix and request.scope.get("raw_path", b"").split(b"?")[0] == prefix.encode():
        return RedirectResponse(f"{prefix}/", status_code=308)
    return _answer(request, _INDEX)


@router.api_route("/static/{name}", methods=["GET", "HEAD"])
def part(request: Request, name: str) -> Response:
    """Answer a file of the page."""
    return _answer(request, name)


def _answer(request: Request, name: str) -> Response:
    file = _files().get(name)
    if file is None:
        raise HTTPException(404, f"the page has no file {name[:100]!r}")
    # Asked for again each time, answered with 304: a page and its modules are never of two versions.
    headers = {"ETag": file.etag, "Cache-Control": "no-cache", "Content-Security-Policy": POLICY}
    if _has(request.headers.get("if-none-match", ""), file.etag):
        return Response(status_code=304, headers=headers)
    return Response(file.data, media_type=file.media_type, headers=headers)


def _has(if_none_match: str, etag: str) -> bool:
    seen = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag in seen or "*" in seen


@cache
def _files() -> dict[str, _File]:
    """Return the page's files by name, read once; a name that is not among them is no path to anything."""
    found = {}
    for each in resources.files("service").joinpath("web").iterdir():
        suffix = each.name.rpartition(".")[2]
        if each.is_file() and suffix in _TYPES:
            data = each.read_bytes()
            found[each.name] = _File(data, _TYPES[suffix], f'"{hashlib.sha256(data).hexdigest()[:20]}"')
    return found
