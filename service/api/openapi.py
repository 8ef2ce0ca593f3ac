"""The OpenAPI document where FastAPI's own way would cost: the errors that every route can answer.

Given as models, FastAPI would build a validator for each status of each route, some seven hundred, whenever a server
starts; nothing that answers an error is ever validated by them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic.json_schema import models_json_schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import FastAPI
    from pydantic import BaseModel

_REFERENCE = "#/components/schemas/{model}"


def error(model: type[BaseModel], meaning: str) -> dict[str, Any]:
    """Return what OpenAPI says of an answer whose body is a `model` that `describe` knows."""
    schema = {"$ref": _REFERENCE.format(model=model.__name__)}
    return {"description": meaning, "content": {"application/json": {"schema": schema}}}


def describe(app: FastAPI, models: Sequence[type[BaseModel]]) -> None:
    """Have an application's document hold the schemas of `models` too."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        if not app.openapi_schema:
            _, found = models_json_schema([(model, "serialization") for model in models], ref_template=_REFERENCE)
            made()["components"]["schemas"].update(found["$defs"])
        return made()

    app.openapi = openapi  # type: ignore[method-assign]
