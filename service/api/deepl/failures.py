"""What can go wrong on DeepL's routes, for the OpenAPI document; the bodies themselves are made by `problems`."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from service.api.openapi import error


class DeeplFailure(BaseModel):
    """The body of every error on these routes."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"message": "Value for 'target_lang' not supported: 'XX'; this server translates to ES, FR"}
        }
    )

    message: str = Field(description="What is wrong, with the value, the limit and what to do.")
    detail: str | None = Field(None, description="Each fault by itself, where there are several.")
    code: str | None = Field(None, description="A stable word for the kind of error; DeepL has none.")


_MEANINGS = {
    400: "The request is at fault; sending it again gives the same.",
    403: "No API key, an unknown one, or one without the scope for this.",
    404: "No such glossary or document, or this server has no such feature.",
    408: "The body stopped coming.",
    409: "Not in a state that allows this: a document that is not done, for instance.",
    413: "More text, more items or a larger file than the limits allow.",
    415: "The body is compressed or of a media type that is not read here.",
    422: "An engine failed on this text; sending it again gives the same.",
    429: "Too many requests, or too much waiting; `Retry-After` says when to try again.",
    503: "What is kept cannot be read or written just now.",
}
_ALWAYS = (400, 403, 408, 413, 415, 422, 429, 503)


def failures(*more: int) -> dict[int | str, dict[str, Any]]:
    """Return the error statuses of a route: those of all, and `more`."""
    return {status: error(DeeplFailure, _MEANINGS[status]) for status in sorted({*_ALWAYS, *more})}
