"""What holds for every request, whichever family it belongs to: its path, its size, its time, its headers, its log.

Plain ASGI: the body is counted as it streams in, and answers that stream are not collected.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
import uuid
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from service.api import metrics
from service.api.problems import answer, family_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from service.settings import Settings

_LOG = logging.getLogger("exonym.request")
_MEBIBYTE = 1024 * 1024
_OWN_ID = re.compile(r"[\w.-]{1,64}")
_UPLOADS = re.compile(r"/translate_file|/v2/document|/api/documents")

_SECURITY = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)

#: What LibreTranslate sends with every answer; there are no cookies here that credentials could mean.
_LIBRETRANSLATE_CORS = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-headers", b"Authorization, Content-Type"),
    (b"access-control-expose-headers", b"Authorization"),
    (b"access-control-allow-methods", b"GET, POST"),
    (b"access-control-allow-credentials", b"true"),
    (b"access-control-max-age", b"1728000"),
)


def wrapped(app: ASGIApp, settings: Settings) -> ASGIApp:
    """Return the application with everything around it, the outermost last."""
    app = BodyLimits(app, settings)
    origins = [origin.strip() for origin in settings.cors_origins.split(",") if origin.strip()]
    if origins == ["*"]:
        app = OpenCors(app)
    elif origins:
        app = CORSMiddleware(app, allow_origins=origins, allow_methods=["*"], allow_headers=["*"], expose_headers=["*"])
    return Prefix(Watched(app), settings.url_prefix)


class Prefix:
    """Lets the server stand under a path: with the prefix left on by the proxy, or taken off."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app, self._prefix = app, prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        if scope["type"] in ("http", "websocket") and self._prefix:
            path = scope["path"]
            if path != self._prefix and not path.startswith(f"{self._prefix}/"):
                path = f"{self._prefix}{path}"
            scope = {**scope, "root_path": self._prefix, "path": path if path != self._prefix else f"{path}/"}
        await self._app(scope, receive, send)


class Watched:
    """Names each request, adds the headers that protect a browser, logs and counts the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 499
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = message.setdefault("headers", [])
                has = {name.lower() for name, _ in headers}
                headers.append((b"x-request-id", request_id.encode()))
                headers.extend(each for each in _SECURITY if each[0] not in has)
            await send(message)

        metrics.RUNNING.inc()
        try:
            await self._app(scope, receive, sending)
        finally:
            metrics.RUNNING.dec()
            seconds = time.perf_counter() - begun
            metrics.count(scope, status=status, seconds=seconds)
            _log(scope, status, seconds, request_id)


class BodyLimits:
    """Refuses bodies that are too long, too slow or compressed, in the family's own words."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            self._check_headers(scope)
        except HTTPException as error:
            response = answer(error, path=_path(scope), request_id=scope["state"]["request_id"])
            await response(scope, receive, send)
            return
        await self._app(scope, self._limited(scope, receive), send)

    def _check_headers(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        encoding = headers.get("content-encoding", "identity").strip().lower()
        if encoding not in ("", "identity"):
            raise HTTPException(415, f"Content-Encoding {encoding[:40]!r} is not taken; send the body uncompressed")
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length[:20]) > self._limit(scope):
            raise self._too_long(scope)

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        n_bytes, whole = 0, False

        async def receiving() -> Message:
            nonlocal n_bytes, whole
            if whole:
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), self._settings.body_timeout_s)
            except TimeoutError:
                wait_s = self._settings.body_timeout_s
                raise HTTPException(408, f"no byte of the body came for {wait_s:g} s; send it without pauses") from None
            n_bytes += len(message.get("body", b""))
            whole = message["type"] != "http.request" or not message.get("more_body", False)
            if n_bytes > self._limit(scope):
                raise self._too_long(scope)
            return message

        return receiving

    def _limit(self, scope: Scope) -> int:
        upload = _UPLOADS.fullmatch(_path(scope))
        return (self._settings.max_upload_mb if upload else self._settings.max_body_mb) * _MEBIBYTE

    def _too_long(self, scope: Scope) -> HTTPException:
        limit = self._limit(scope) // _MEBIBYTE
        name = "EXONYM_MAX_UPLOAD_MB" if _UPLOADS.fullmatch(_path(scope)) else "EXONYM_MAX_BODY_MB"
        return HTTPException(413, f"the body is longer than {limit} MiB; send less at a time, or have {name} raised")


class OpenCors:
    """Lets any web page call the routes of LibreTranslate and DeepL, and none but the server's own the native ones.

    A page from elsewhere must not read the history or change the glossary of a server on somebody's own machine.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        if scope["type"] != "http" or family_of(_path(scope)).name == "native":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": list(_LIBRETRANSLATE_CORS)})
            await send({"type": "http.response.body"})
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", []).extend(_LIBRETRANSLATE_CORS)
            await send(message)

        await self._app(scope, receive, sending)


def _path(scope: Scope) -> str:
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))


def _request_id(scope: Scope) -> str:
    """Return the id that a proxy gave, where it looks like one, or a new one."""
    given = Headers(scope=scope).get("x-request-id", "")
    return given if _OWN_ID.fullmatch(given) else uuid.uuid4().hex


def _log(scope: Scope, status: int, seconds: float, request_id: str) -> None:
    client = scope["client"][0] if scope.get("client") else "-"
    route = metrics.route_of(scope) or "(no route)"
    extra = {"request_id": request_id, "status": status, "ms": round(seconds * 1000, 1), "client": client}
    _LOG.info("%s %s %d %.1f ms %s %s", scope["method"], route, status, seconds * 1000, client, request_id, extra=extra)
