"""What can go wrong on native routes, for the OpenAPI document; the bodies themselves are made by `problems`."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from service.api.openapi import error


class Fault(BaseModel):
    """One thing to mend."""

    model_config = ConfigDict(extra="allow")

    message: str = Field(description="What is wrong, in words.")
    field: str | None = Field(None, description="The field that it is about, such as names.en.deprecated.0.")
    code: str | None = Field(None, description="Of a glossary: a stable code such as G120.")
    remedy: str | None = Field(None, description="Of a glossary: what to do about it.")
    concept: str | None = Field(None, description="Of a glossary: the concept that it is about.")
    line: int | None = Field(None, description="Of a glossary file: the line, from 1; 0 where the whole is meant.")
    severity: str | None = Field(None, description="Of a glossary: error or warning.")


class Failure(BaseModel):
    """The body of every error on native routes."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "code": "unsupported_pair",
                "message": "nothing installed translates en to xh, directly or in 3 hops; install a model",
                "request_id": "3f0c6f1f8a8b4d7f9d0a1c2b3e4f5a6b",
            }
        }
    )

    code: str = Field(description="A stable word for the kind of error.")
    message: str = Field(description="What is wrong, with the value, the limit and what to do.")
    problems: list[Fault] | None = Field(None, description="Each fault by itself, where there are several.")
    current: dict[str, Any] | None = Field(
        None, description="With 412: the concept that the change would have overwritten, as it is now."
    )
    request_id: str = Field(description="Under which the log has this request; also in the X-Request-ID header.")


_MEANINGS = {
    400: "The body is not what its media type says.",
    401: "The server wants an API key and none was sent, or it is not a good one.",
    403: "The API key may not do this.",
    404: "Nothing is kept under this id.",
    408: "The body stopped coming.",
    409: "In a state that forbids this: a finished job, a glossary that is read-only or broken on disk.",
    412: "Somebody else saved first; `current` is the concept as it is now. Read again and repeat the change.",
    413: "More text, more items or a larger body than the limits allow.",
    415: "The body is compressed, or of a media type that is not read here.",
    422: "Something in the request cannot be used; `problems` names each fault.",
    428: "Send If-Match with the ETag that you read.",
    429: "More requests than this key or address may send; `Retry-After` says when there is room again.",
    500: "An engine failed on good text.",
    503: "Too much is waiting, or what is kept cannot be read or written just now; `Retry-After` says when to try.",
}
_ALWAYS = (400, 401, 403, 408, 413, 415, 422, 429, 503)


def failures(*more: int) -> dict[int | str, dict[str, Any]]:
    """Return the error statuses of a route: those of all, and `more`."""
    return {status: error(Failure, _MEANINGS[status]) for status in sorted({*_ALWAYS, *more})}


#: What a change of the glossary can meet.
CHANGE = (404, 409, 412, 428)
