"""`/docs`: the routes to read and to try. The files of Swagger UI come from a package, so no network is needed."""

from __future__ import annotations

from importlib import resources
from typing import Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

router = APIRouter(include_in_schema=False)

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>exonym: HTTP interface</title>
<link rel="stylesheet" href="swagger-ui.css">
<div id="routes"></div>
<script src="swagger-ui-bundle.js"></script>
<script src="start.js"></script>
"""
_START = """SwaggerUIBundle({
  url: new URL("../api/openapi.json", location.href).href, dom_id: "#routes", filter: true, tryItOutEnabled: true,
  validatorUrl: null, docExpansion: "none", deepLinking: true
});
"""
#: Swagger UI sets style attributes; its scripts are files.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"
)
_DAY = {"Cache-Control": "public, max-age=86400"}


@router.get("/docs")
def slash(request: Request) -> RedirectResponse:
    """Send a reader to where the page's relative addresses are right."""
    return RedirectResponse(f"{request.scope.get('root_path', '')}/docs/")


@router.get("/docs/")
def page() -> HTMLResponse:
    """Answer the page."""
    return HTMLResponse(_PAGE, headers={"Content-Security-Policy": _POLICY})


@router.get("/docs/start.js")
def start() -> Response:
    """Answer the few lines that start Swagger UI."""
    return Response(_START, media_type="text/javascript")


@router.get("/docs/{name}")
def part(name: Literal["swagger-ui.css", "swagger-ui-bundle.js"]) -> Response:
    """Answer a file of Swagger UI."""
    data = resources.files("fastapi_swagger.resources").joinpath(name).read_bytes()
    return Response(data, media_type="text/css" if name.endswith(".css") else "text/javascript", headers=_DAY)
