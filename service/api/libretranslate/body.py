"""What a request carries: a JSON object, or fields of the query and of a form; and its API key, which is among them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request
from pydantic import BaseModel
from starlette.datastructures import UploadFile

from service.api.libretranslate.codes import AUTO, check_pair, tag_of
from service.errors import InputError, TooLongError, TooManyError

if TYPE_CHECKING:
    from service.api.state import Server
    from service.records import Caller

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
_FIELDS = 1000  # of a form; those that nobody reads are dropped
_MEBIBYTE = 1024 * 1024
_TRUE, _FALSE = frozenset({"true", "1", "yes", "on"}), frozenset({"", "false", "0", "no", "off"})


@dataclass(frozen=True, slots=True)
class Sent:
    """The fields of a request; in a form each of them is a text."""

    fields: Mapping[str, Any]
    is_json: bool
    file: UploadFile | None = None

    @property
    def key(self) -> str | None:
        """Return the API key, None where it is missing, null or empty."""
        return self.text("api_key") or None

    def text(self, name: str) -> str:
        """Return a field that is a text; empty where it is missing.

        Raises: InputError: it is something else.
        """
        value = self.fields.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise InputError(f"Invalid request: {name} must be a string")
        return value

    def required(self, name: str) -> str:
        """Return a field that is a text and must be there.

        Raises: InputError.
        """
        value = self.text(name)
        if not value:
            raise missing(name)
        return value

    def switch(self, name: str) -> bool:
        """Return a field that is true or false, false where it is missing.

        Raises: InputError: it is something else.
        """
        value = self.fields.get(name, False)
        if isinstance(value, bool) or value is None:
            return bool(value)
        word = self.text(name).strip().lower()
        if word not in _TRUE | _FALSE:
            raise InputError(f"Invalid request: {name} must be true or false")
        return word in _TRUE

    def number(self, name: str) -> int:
        """Return a field that is a whole number, or digits; 0 where it is missing or negative.

        Raises: InputError: it is something else.
        """
        value = self.fields.get(name)
        if isinstance(value, bool) or not isinstance(value, int | str | None):
            raise InputError(f"Invalid request: {name} must be a whole number")
        try:
            return max(0, int(value or 0))
        except ValueError:
            raise InputError(f"Invalid request: {name} must be a whole number") from None

    def texts(self) -> tuple[str, ...]:
        """Return what `q` holds: one text, or those of an array, which only JSON can have.

        Raises: InputError: it is missing or empty, or something else.
        """
        value = self.fields.get("q")
        if not value:
            raise missing("q")
        if isinstance(value, str):
            # LibreTranslate's rule for forms, whose line ends browsers make CRLF.
            return (value if self.is_json else "\n".join(value.splitlines()),)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise InputError("Invalid request: q must be a string or an array of strings")
        return tuple(value)


def missing(name: str) -> InputError:
    """Return the error for a field that is not there."""
    return InputError(f"Invalid request: missing {name} parameter")


async def _sent(request: Request) -> AsyncIterator[Sent]:
    """Read a request, and close what was uploaded with it in the end."""
    try:
        yield await _read(request)
    finally:
        await request.close()


Body = Annotated[Sent, Depends(_sent)]


async def _read(request: Request) -> Sent:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == JSON or (media_type.startswith("application/") and media_type.endswith("+json")):
        return Sent(_object(await request.body()), is_json=True)
    pairs, file = list(request.query_params.multi_items()), None
    if media_type in (FORM, MULTIPART):
        limit = request.app.state.server.settings.max_body_mb * _MEBIBYTE
        form = await request.form(max_fields=_FIELDS, max_part_size=limit)
        pairs += [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
        sent_file = form.get("file")
        file = sent_file if isinstance(sent_file, UploadFile) else None
    return Sent(dict(reversed(pairs)), is_json=False, file=file)  # of a field that repeats, the first counts


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise InputError("Invalid JSON format") from None
    if not isinstance(found, dict):
        raise InputError("Invalid JSON format; send an object")
    return found


def check_size(texts: tuple[str, ...], has: Server, caller: Caller) -> None:
    """Hold texts against the limits of the server, and of the key: how many, and how long each.

    Raises: TooManyError, TooLongError.
    """
    if len(texts) > has.settings.max_items:
        raise TooManyError(_exceeds(len(texts), has.settings.max_items))
    limit = min(has.settings.max_chars, caller.max_chars or has.settings.max_chars)
    longest = max(map(len, texts))
    if longest > limit:
        raise TooLongError(_exceeds(longest, limit))


def _exceeds(n: int, limit: int) -> str:
    return f"Invalid request: request ({n}) exceeds text limit ({limit})"


def languages(sent: Sent, has: Server, *, targets: tuple[str, ...] = ()) -> tuple[str | None, tuple[str, ...]]:
    """Return the source, None where it is to be detected, and the targets: `targets`, or else the field `target`.

    Raises: InputError, UnknownLanguageError, UnsupportedPairError, UnknownEngineError.
    """
    router = has.pipeline.router
    asked = sent.required("source"), targets or (sent.required("target"),)
    source = None if asked[0].lower() == AUTO else tag_of(asked[0], router)
    tags = tuple(dict.fromkeys(tag_of(code, router) for code in asked[1]))
    for tag in tags:
        if source is not None:
            check_pair(source, tag, router, engine=engine(sent))
    return source, tags


def engine(sent: Sent) -> str:
    """Return the engine that a request asks for."""
    return sent.text("engine") or AUTO


def glossary_choice(sent: Sent) -> Any:  # noqa: ANN401 - a name, an id, or False
    """Return `house`, False, or the name or id of a glossary.

    Raises: InputError.
    """
    value = sent.fields.get("glossary", "house")
    if value is None or value is True:
        return "house"
    if value is False or (not sent.is_json and value == "false"):
        return False
    return sent.text("glossary") or "house"


def takes(model: type[BaseModel], *media_types: str) -> dict[str, Any]:
    """Return what a route adds to the OpenAPI document for a body that it reads by itself."""
    schema = model.model_json_schema()
    content = {media_type: {"schema": schema} for media_type in media_types or (JSON, FORM, MULTIPART)}
    return {"requestBody": {"required": True, "content": content}}
