"""Errors as each family of routes has them: one table of statuses and one body a family.

Routes raise; nothing else in `service.api` builds an error body. Source for the two foreign families: what their
clients were seen to do with each status, in the tests of those families.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from glossary import GlossaryConflictError, GlossaryError, GlossaryFileError
from service import errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI, Request

_LOG = logging.getLogger(__name__)
_SHOWN_PROBLEMS = 50
_SHOWN_CHARS = 80

_STATUSES: dict[type[Exception], int] = {
    errors.RequestError: 422,
    errors.TooLongError: 413,
    errors.TooManyError: 413,
    errors.NotFoundError: 404,
    errors.ConflictError: 409,
    errors.PreconditionMissingError: 428,
    errors.PreconditionError: 412,
    errors.KeyMissingError: 401,
    errors.KeyInvalidError: 401,
    errors.ScopeError: 403,
    errors.RateLimitedError: 429,
    errors.OverloadedError: 503,
    errors.StoreError: 503,
    errors.ServiceError: 500,
    GlossaryError: 422,
    GlossaryConflictError: 412,
    RequestValidationError: 422,
}


@dataclass(frozen=True)
class Problem:
    """What went wrong with one request; `details` has one line, or one object, for each thing to mend."""

    code: str
    message: str
    details: tuple[dict[str, Any], ...] = ()
    request_id: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Family:
    """Routes that share their clients: how an error looks to them, and which statuses they understand."""

    name: str
    statuses: Mapping[type[Exception], int] = field(default_factory=dict)

    def status(self, error: Exception) -> int:
        """Return the status for an error: that of its nearest class that has one."""
        if isinstance(error, HTTPException):
            return error.status_code
        table = {**_STATUSES, **self.statuses}
        return next((table[cls] for cls in type(error).__mro__ if cls in table), 500)

    def body(self, problem: Problem) -> dict[str, Any]:
        """Return the body of an error."""
        if self.name == "libretranslate":
            return {"error": problem.message}
        if self.name == "deepl":
            detail = {"detail": "; ".join(_line(each) for each in problem.details)} if problem.details else {}
            return {"message": problem.message, **detail, "code": problem.code}
        body: dict[str, Any] = {"code": problem.code, "message": problem.message}
        if problem.details:
            body["problems"] = list(problem.details)
        return {**body, **problem.extra, "request_id": problem.request_id}


NATIVE = Family("native")

#: Its clients know 400, 403, 429 and 500; a missing key is 400 there and a wrong one 403.
LIBRETRANSLATE = Family(
    "libretranslate",
    {
        errors.RequestError: 400,
        errors.TooLongError: 400,
        errors.TooManyError: 400,
        errors.KeyMissingError: 400,
        errors.KeyInvalidError: 403,
        RequestValidationError: 400,
        GlossaryError: 400,
    },
)

#: The official client sends a request again, five times, on 429 and from 500 on: what would fail again is 4xx.
DEEPL = Family(
    "deepl",
    {
        errors.RequestError: 400,
        errors.KeyMissingError: 403,
        errors.KeyInvalidError: 403,
        errors.OverloadedError: 429,
        errors.EngineError: 422,
        RequestValidationError: 400,
        GlossaryError: 400,
    },
)


def family_of(path: str) -> Family:
    """Return the family that serves a path, given without the server's prefix.

    >>> family_of("/v2/translate").name, family_of("/api/info").name, family_of("/translate").name
    ('deepl', 'native', 'libretranslate')
    """
    if path.startswith(("/v2/", "/v3/")):
        return DEEPL
    return NATIVE if path.startswith("/api/") else LIBRETRANSLATE


def answer_errors(app: FastAPI) -> None:
    """Make every error of a route an answer of the route's family."""
    for kind in (errors.ServiceError, GlossaryError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, _answer)


async def _answer(request: Request, error: Exception) -> JSONResponse:
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    return answer(error, path=path, request_id=getattr(request.state, "request_id", ""))


def answer(error: Exception, *, path: str, request_id: str) -> JSONResponse:
    """Return the answer that the family of `path` gives for an error."""
    family = family_of(path)
    status = family.status(error)
    problem = _problem(error, request_id)
    if status >= 500 and not isinstance(error, errors.OverloadedError):
        known = isinstance(error, errors.ServiceError)
        _LOG.error(
            "%s %s: %s", request_id, path, error if known else type(error).__name__, exc_info=None if known else error
        )
    headers = dict(getattr(error, "headers", None) or {})
    if isinstance(error, errors.RateLimitedError | errors.OverloadedError):
        headers["Retry-After"] = str(error.retry_after_s)
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(family.body(problem), status_code=status, headers=headers)


def _problem(error: Exception, request_id: str) -> Problem:
    if isinstance(error, GlossaryFileError):
        return Problem(
            "glossary", _first_line(error), tuple(_glossary_problem(each) for each in error.problems), request_id
        )
    if isinstance(error, errors.ServiceError | GlossaryError):
        return Problem(error.code, _printable(str(error)), (), request_id, _extra(error))
    if isinstance(error, RequestValidationError):
        details = tuple(_field(each) for each in error.errors()[:_SHOWN_PROBLEMS])
        return Problem("request", "; ".join(map(_line, details[:3])) or "the request is not valid", details, request_id)
    if isinstance(error, HTTPException):
        code = {404: "not_found", 405: "method_not_allowed", 413: "too_long"}.get(error.status_code, "request")
        return Problem(code, _printable(str(error.detail)), (), request_id)
    return Problem(
        "internal", f"something went wrong here, not in the request; the log has it under {request_id}", (), request_id
    )


def _extra(error: Exception) -> dict[str, Any]:
    return {"current": error.current} if isinstance(error, errors.PreconditionError) and error.current else {}


def _first_line(error: Exception) -> str:
    return _printable(str(error).partition("\n")[0])


def _glossary_problem(problem: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return one problem of a glossary file as an object."""
    return {name: value for name, value in asdict(problem).items() if value is not None}


def _field(error: Mapping[str, Any]) -> dict[str, Any]:
    """Return one complaint of pydantic's: where, what, and the start of what was given."""
    where = ".".join(str(part) for part in error["loc"] if part not in ("body", "query", "path", "header"))
    given = "" if isinstance(error.get("input"), dict | list) else f" (given: {str(error.get('input'))[:_SHOWN_CHARS]})"
    shown = "" if error["type"] in ("missing", "json_invalid") else given
    return {"field": _printable(where[:_SHOWN_CHARS]) or "body", "message": _printable(f"{error['msg']}{shown}")}


def _line(detail: Mapping[str, Any]) -> str:
    return f"{detail['field']}: {detail['message']}" if "field" in detail else str(detail.get("message", detail))


def _printable(text: str) -> str:
    """Return a text that can be sent: half a surrogate pair has no UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")
