"""What a request carries: JSON or a form, read into a model; and its API key, which may be in the body too."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, BeforeValidator, ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from service.api.guard import Scope, sent_key
from service.api.state import Has, Server, server
from service.errors import InputError
from service.records import Caller

if TYPE_CHECKING:
    from collections.abc import Mapping

_JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
_SPARE_FIELDS = 100  # of a form, beside its texts
_MEBIBYTE = 1024 * 1024

Model = TypeVar("Model", bound=BaseModel)


async def members(request: Request) -> dict[str, Any]:
    """Return the members of a JSON body, or the fields of a form: each of them a list of what was sent.

    Raises: InputError: the body is not what its media type says; HTTPException 415: another media type.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == _JSON or media_type.endswith("+json"):
        return _object(await request.body())
    if media_type in (FORM, MULTIPART):
        settings = (await server(request)).settings
        form = await request.form(
            max_fields=settings.max_items + _SPARE_FIELDS, max_part_size=settings.max_body_mb * _MEBIBYTE
        )
        return {name: form.getlist(name) for name in form}
    if not await request.body():
        return {}
    raise HTTPException(415, f"a body of type {media_type[:60] or 'unknown'!r} is not read here; send {_JSON}")


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise InputError("the body is no JSON that can be read; send an object in UTF-8") from None
    if not isinstance(found, dict):
        raise InputError(f"the body is a JSON {type(found).__name__}; send an object")
    return found


def reads(model: type[Model]) -> Callable[[Request], Awaitable[Model]]:
    """Return the dependency that reads a body into `model`.

    Raises: RequestValidationError: with each fault, from the dependency.
    """

    async def read(request: Request) -> Model:
        found = await members(request)
        try:
            return model.model_validate(found)
        except ValidationError as error:
            raise RequestValidationError(error.errors(include_url=False)) from None

    return read


def takes(model: type[BaseModel], *media_types: str) -> dict[str, Any]:
    """Return what a route adds to the OpenAPI document for a body that it reads by itself."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})
    inlined = _inlined(schema, parts)
    return {
        "requestBody": {
            "required": True,
            "content": {media_type: {"schema": inlined} for media_type in (_JSON, *media_types)},
        }
    }


def _inlined(schema: Any, parts: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(schema, list):
        return [_inlined(each, parts) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(parts[schema["$ref"].rpartition("/")[2]], parts)
    return {name: _inlined(value, parts) for name, value in schema.items()}


def _first(value: object) -> object:
    """Return what a field of a form holds; a member of a JSON body is that already."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _several(value: object) -> object:
    """Return the items of a list, or of a text with commas, as forms have it."""
    found = _texts(value)
    if not isinstance(found, list):
        return found
    return [part.strip() for item in found for part in item.split(",") if part.strip()]


def _texts(value: object) -> object:
    """Return a list of texts; what is none is one fault, for the faults of a million items would take memory."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list) and not all(isinstance(item, str) for item in value):
        raise ValueError("every item must be a text")
    return value


def at_most(n_items: int) -> BeforeValidator:
    """Return what refuses a longer list before it looks at its items."""

    def check(value: object) -> object:
        if isinstance(value, list) and len(value) > n_items:
            raise ValueError(f"{len(value)} items; the limit is {n_items}")
        return value

    return BeforeValidator(check)


#: Marks a member that forms send as a list of one.
Single = BeforeValidator(_first)
#: Marks a list whose items may come apart, or in one text with commas.
Commas = BeforeValidator(_several)
#: Marks a list of which a single text is the short form.
Texts = BeforeValidator(_texts)


def _admitted(scope: Scope) -> Callable[..., AsyncIterator[Caller]]:
    async def admit(request: Request, has: Has) -> AsyncIterator[Caller]:
        try:
            key = sent_key(request) or (await _body_key(request, has))
            yield await has.guard.admit(request, scope=scope, key=key)
        finally:
            await request.close()  # what was uploaded, if anything

    return admit


async def _body_key(request: Request, has: Server) -> str | None:
    """Return the key that old clients send in the body; looked for only where a key is needed."""
    if not has.guard.required or request.headers.get("content-length", "0") == "0":
        return None
    found = _first((await members(request)).get("auth_key"))
    return None if isinstance(found, UploadFile) or not found else str(found)


DeeplReader = Annotated[Caller, Depends(_admitted("read"))]
DeeplTranslator = Annotated[Caller, Depends(_admitted("translate"))]
DeeplKeeper = Annotated[Caller, Depends(_admitted("glossary"))]
