"""What Prometheus sees of the requests; queue, batches, engines and names are counted where they happen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

from service.api.state import Has, Reader
from service.errors import NotFoundError

if TYPE_CHECKING:
    from starlette.types import Scope

_REQUESTS = Counter("exonym_http_requests", "Requests answered.", ["method", "route", "status"])
_SECONDS = Histogram(
    "exonym_http_request_seconds",
    "Seconds from a request's headers to the end of its answer.",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)
RUNNING = Gauge("exonym_http_requests_running", "Requests that are being answered.")

ROOMS = ("/api", "/v2", "/v3")

router = APIRouter()


def count(scope: Scope, *, status: int, seconds: float) -> None:
    """Count one request under the route that it matched; paths that match none share a name, so that they stay few."""
    route = route_of(scope)
    _REQUESTS.labels(scope["method"] if route else "any", route or "none", str(status)).inc()
    _SECONDS.labels(route or "none").observe(seconds)


def route_of(scope: Scope) -> str:
    """Return the template of the route that a request matched, empty where there was none."""
    template = str(getattr(scope.get("route"), "path", ""))
    # FastAPI names the route as its own room has it; without this, /api/translate and /translate would be one.
    first = str(scope["path"]).removeprefix(scope.get("root_path", "")).split("/")[1]
    inside = template and f"/{first}" in ROOMS and not template.startswith(f"/{first}/")
    return f"/{first}{template}" if inside else template


@router.get("/metrics", include_in_schema=False)
def metrics(has: Has, caller: Reader) -> Response:
    """Answer Prometheus; needs a key that may read where the server needs keys."""
    del caller
    if not has.settings.metrics:
        raise NotFoundError("metrics are off on this server; its operator can set EXONYM_METRICS=true")
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
