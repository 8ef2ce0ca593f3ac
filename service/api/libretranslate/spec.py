"""GET /spec: these routes as Swagger 2.0, which LibreTranslate answers; made from what OpenAPI 3.1 says of them.

Swagger 2.0 has no unions: a member that may be of several types is said to be of any, and its description says which.
"""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from service import __version__
from service.api.libretranslate.body import FORM, JSON, MULTIPART

router = APIRouter(include_in_schema=False)

_OURS = "LibreTranslate"
_KEPT = (
    "type", "format", "description", "enum", "default", "required", "minimum", "maximum", "minLength", "maxLength",
    "minItems", "maxItems",
)  # fmt: skip


@router.get("/spec")
def spec(request: Request) -> JSONResponse:
    """Answer the description."""
    document = request.app.openapi()
    paths = {
        path: {method: _operation(found) for method, found in methods.items() if _OURS in found.get("tags", ())}
        for path, methods in document["paths"].items()
    }
    schemas = document["components"]["schemas"]
    used = {path: methods for path, methods in paths.items() if methods}
    return JSONResponse(
        {
            "swagger": "2.0",
            "info": {"title": "exonym", "version": __version__, "description": "LibreTranslate's routes."},
            "basePath": request.scope.get("root_path") or "/",
            "consumes": [JSON, FORM, MULTIPART],
            "produces": [JSON],
            "paths": used,
            "definitions": {name: _schema(schemas[name]) for name in _referred(used, schemas)},
        }
    )


def _operation(found: dict[str, Any]) -> dict[str, Any]:
    content = found.get("requestBody", {}).get("content", {})
    operation: dict[str, Any] = {
        "tags": [_OURS],
        "summary": found["summary"],
        "description": found.get("description", ""),
        "parameters": [_parameter(each) for each in found.get("parameters", ())] + _fields(content),
        "responses": {status: _response(each) for status, each in found["responses"].items()},
    }
    if content:
        operation["consumes"] = [media_type for media_type in (FORM, MULTIPART) if media_type in content]
    produced = sorted({kind for each in found["responses"].values() for kind in each.get("content", {})})
    return {**operation, "produces": produced}


def _parameter(found: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {name: found[name] for name in ("name", "in", "description") if name in found}
    return {"type": "string", **_schema(found["schema"]), **kept, "required": found.get("required", False)}


def _fields(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the fields of a form, each of them a text: a body as JSON is told of in words."""
    schema = next(iter(content.values()))["schema"] if content else {"properties": {}}
    required = schema.get("required", ())
    return [
        {
            "in": "formData",
            "name": name,
            "type": "file" if about.get("format") == "binary" else "string",
            "required": name in required,
            "description": about.get("description", ""),
            **_choice(about),
        }
        for name, about in schema["properties"].items()
    ]


def _choice(about: dict[str, Any]) -> dict[str, Any]:
    values = next((each["enum"] for each in (about, *about.get("anyOf", ())) if "enum" in each), None)
    return {"enum": values} if values else {}


def _response(found: dict[str, Any]) -> dict[str, Any]:
    schema = next((each.get("schema") for each in found.get("content", {}).values()), None)
    described = {"description": found["description"]}
    if not schema:
        return described
    if schema.get("format") == "binary":
        return {**described, "schema": {"type": "file"}}
    return {**described, "schema": _schema(schema)}


def _schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema in the words of Swagger 2.0."""
    if "$ref" in schema:
        return {"$ref": f"#/definitions/{_name(schema['$ref'])}"}
    about = {name: schema[name] for name in _KEPT if name in schema}
    kinds = schema.get("anyOf", ())
    real = [each for each in kinds if each.get("type") != "null"]
    if len(real) == 1:
        about = {**_schema(real[0]), **about}
    if len(real) < len(kinds):
        about["x-nullable"] = True
        about.pop("default", None)
    if "items" in schema:
        about["items"] = _schema(schema["items"])
    if "properties" in schema:
        about["properties"] = {name: _schema(each) for name, each in schema["properties"].items()}
    if isinstance(schema.get("additionalProperties"), dict):
        about["additionalProperties"] = _schema(schema["additionalProperties"])
    return about


def _referred(paths: dict[str, Any], schemas: dict[str, Any]) -> list[str]:
    """Return the names of all definitions that paths lead to, by way of others too."""
    found: set[str] = set()
    waiting = set(re.findall(r"#/definitions/([\w.-]+)", str(paths)))
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= set(re.findall(r"#/components/schemas/([\w.-]+)", str(schemas[name]))) - found
    return sorted(found)


def _name(reference: str) -> str:
    return reference.rpartition("/")[2]
