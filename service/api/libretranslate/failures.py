"""What can go wrong on LibreTranslate's routes, for the OpenAPI document; the bodies are made by `problems`."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from service.api.openapi import error


class LibreFailure(BaseModel):
    """The body of every error on these routes."""

    model_config = ConfigDict(json_schema_extra={"example": {"error": "Invalid request: missing q parameter"}})

    error: str = Field(description="What is wrong, in words.")


MEANINGS = {
    400: "The request is at fault, too long or without the API key that is needed.",
    403: "An unknown API key, one without the scope for this, or a route that is switched off.",
    404: "No such glossary or file.",
    408: "The body stopped coming.",
    409: "Several glossaries have this name.",
    413: "The body is larger than the limit.",
    415: "The body is compressed.",
    429: "More requests than this key or address may send; `Retry-After` says when there is room again.",
    500: "An engine failed on good text.",
    503: "Too much is waiting, or what is kept cannot be read or written just now; `Retry-After` says when to try.",
}
_ALWAYS = (400, 403, 408, 413, 415, 429, 503)


def failures(*more: int) -> dict[int | str, dict[str, Any]]:
    """Return the error statuses of a route with a body: those of all, and `more`."""
    return {status: error(LibreFailure, MEANINGS[status]) for status in sorted({*_ALWAYS, *more})}


def only(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the error statuses of a route that reads no body."""
    return {status: error(LibreFailure, MEANINGS[status]) for status in statuses}
