"""What DeepL has and this server has not: a clear 404, never a 5xx, which its client would send five times more."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from service.errors import NotFoundError

router = APIRouter(include_in_schema=False)

_PATHS = (
    "/v2/write/{rest:path}",
    "/v3/style_rules",
    "/v3/style_rules/{rest:path}",
    "/v3/translation_memories",
    "/v3/translation_memories/{rest:path}",
)


async def absent() -> Any:  # noqa: ANN401 - it never returns
    """Say that there is nothing of the kind here."""
    raise NotFoundError(
        "not supported by this server: it translates texts and documents and keeps glossaries; writing, style rules "
        "and translation memories are DeepL's own"
    )


for _path in _PATHS:
    router.add_api_route(_path, absent, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
