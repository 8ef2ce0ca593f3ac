"""POST /detect."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from service.api.libretranslate.body import Body, check_size, takes
from service.api.libretranslate.codes import code_of
from service.api.libretranslate.failures import failures
from service.api.libretranslate.translate import DetectedLanguage
from service.api.state import Has, answered
from service.detect import detect

router = APIRouter(tags=["LibreTranslate"])

_UNKNOWN = {"confidence": 0.0, "language": "en"}


class DetectBody(BaseModel):
    """A text."""

    model_config = ConfigDict(json_schema_extra={"example": {"q": "Доброго ранку, друзі"}})

    q: str | list[str] = Field(
        min_length=1, description="The text; in JSON also several, which are judged as one, as LibreTranslate does."
    )
    api_key: str | None = Field(None, description="API key, where the server needs one; may be a header instead.")


@router.post(
    "/detect",
    summary="Detect a language",
    response_model=list[DetectedLanguage],
    responses=failures(),
    openapi_extra=takes(DetectBody),
)
async def detected(request: Request, has: Has, sent: Body) -> JSONResponse:
    """Say which languages a text may be in, the likeliest first: up to three, `en` with 0 where nothing tells.

    They may be languages that this server does not translate.
    """
    caller = await has.guard.admit(request, scope="translate", key=sent.key)
    texts = sent.texts()
    check_size(texts, has, caller)
    found = await answered(request, has.desk.run(detect, "\n".join(texts)))
    router_ = has.pipeline.router
    return JSONResponse(
        [{"confidence": round(100 * guess.confidence, 1), "language": code_of(guess.lang, router_)} for guess in found]
        or [_UNKNOWN]
    )
