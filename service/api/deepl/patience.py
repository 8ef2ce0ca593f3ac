"""Answers that take long: begun early, so that a client with a time-out of ten seconds does not ask again.

The official client gives up after ten seconds without a byte and sends the same request five times more. White space
before a JSON value means nothing, so a slow answer begins with 200 and a space, and another every few seconds. The
price is that the status is fixed by then: everything that can be checked is checked before.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from glossary import GlossaryError
from service.api.problems import answer
from service.api.state import CLIENT_LEFT, left
from service.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

_LOG = logging.getLogger(__name__)
FIRST_BYTE_S = 5.0
BETWEEN_S = 3.0


async def patiently(request: Request, work: Awaitable[Any]) -> Response:
    """Answer with the JSON that `work` gives; cancel it when the client goes away. Read the request's body before.

    Returns: a plain answer where the work takes less than `FIRST_BYTE_S`, one that begins with white space otherwise.
    Raises: what `work` raises in that time; HTTPException: the client left.
    """
    task = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(left(request))
    patient = None
    try:
        await asyncio.wait({task, leaving}, timeout=FIRST_BYTE_S, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return JSONResponse(task.result())
        if leaving.done():
            raise HTTPException(CLIENT_LEFT, "the client went away before the answer was ready")
        patient = _Patient(request, task, leaving)
        return patient
    finally:
        if patient is None:
            task.cancel()
            leaving.cancel()


class _Patient(Response):
    """An answer whose JSON comes when `task` is done, with white space before it."""

    media_type = "application/json"

    def __init__(self, request: Request, task: asyncio.Future[Any], left: asyncio.Future[None]) -> None:
        super().__init__()
        del self.headers["content-length"]
        self._request, self._task, self._left = request, task, left

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, as ASGI has it."""
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            while not self._task.done() and not self._left.done():
                await send({"type": "http.response.body", "body": b" ", "more_body": True})
                await asyncio.wait({self._task, self._left}, timeout=BETWEEN_S, return_when=asyncio.FIRST_COMPLETED)
            if self._task.done():
                await send({"type": "http.response.body", "body": self._last(), "more_body": False})
        finally:
            self._task.cancel()
            self._left.cancel()

    def _last(self) -> bytes:
        """Return the JSON, or the error's: it cannot be a status any more."""
        try:
            return json.dumps(self._task.result(), ensure_ascii=False, separators=(",", ":")).encode()
        except (ServiceError, GlossaryError) as error:
            found: Exception = error
        except Exception as error:
            found = error
            _LOG.exception("an answer failed after it had begun")
        request_id = getattr(self._request.state, "request_id", "")
        return bytes(answer(found, path="/v2/translate", request_id=request_id).body)
