"""GET /v2/languages, /v2/usage and /v2/glossary-language-pairs."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from glossary.fold import base
from service.api.deepl.body import DeeplReader, members
from service.api.deepl.codes import coded, source_code, sources, targets
from service.api.deepl.failures import failures
from service.api.deepl.usage import NO_LIMIT, used
from service.api.state import Has
from service.errors import InputError
from service.languages import name

router = APIRouter(tags=["DeepL: languages and usage"])


class Language(BaseModel):
    """A language that can be translated from, or to."""

    language: str = Field(description="Its code, as `source_lang` and `target_lang` take it.", examples=["EN-GB"])
    name: str = Field(description="Its English name.", examples=["English (United Kingdom)"])
    supports_formality: bool | None = Field(
        None, description="Only of targets: whether `formality` has a degree for it; none has."
    )


class GlossaryPair(BaseModel):
    """A pair for which a dictionary is of use."""

    source_lang: str = Field(description="Source language, without a region.", examples=["en"])
    target_lang: str = Field(description="Target language, without a region.", examples=["es"])


class GlossaryPairs(BaseModel):
    """The pairs for which a dictionary is of use."""

    supported_languages: list[GlossaryPair] = Field(description="The pairs.")


class Usage(BaseModel):
    """What the caller has used since the server started; no limit can be reached."""

    character_count: int = Field(description="Characters translated for this key, or this address.", examples=[1200])
    character_limit: int = Field(description="What DeepL shows for no limit.", examples=[NO_LIMIT])
    document_count: int = Field(description="Documents translated for this key, or this address.", examples=[2])
    document_limit: int = Field(description="What DeepL shows for no limit.", examples=[NO_LIMIT])


@router.get(
    "/v2/languages",
    summary="List languages",
    response_model=list[Language],
    responses=failures(),
    response_model_exclude_none=True,
)
async def languages(
    request: Request,
    has: Has,
    caller: DeeplReader,
    type: Literal["source", "target"] | None = Query(
        None, description="Which list: sources where it is missing. May be a field of a form in the body too."
    ),
) -> JSONResponse:
    """List the languages that can be translated from, or to.

    The official client sends `type` as a form in the body of its GET.
    """
    del caller
    wanted = type or await _sent_type(request)
    router = has.pipeline.router
    if wanted == "source":
        return JSONResponse([{"language": source_code(tag), "name": name(tag)} for tag in sources(router)])
    return JSONResponse(
        [{"language": coded(tag), "name": name(tag), "supports_formality": False} for tag in targets(router)]
    )


async def _sent_type(request: Request) -> str:
    if not request.headers.get("content-type") or not await request.body():
        return "source"
    sent = (await members(request)).get("type", "source")
    wanted = sent[0] if isinstance(sent, list) and sent else sent
    if wanted not in ("source", "target"):
        raise InputError(f"Value for 'type' not supported: {str(wanted)[:40]!r}; send source or target")
    return str(wanted)


@router.get(
    "/v2/glossary-language-pairs",
    summary="List pairs for glossaries",
    response_model=GlossaryPairs,
    responses=failures(),
)
def pairs(has: Has, caller: DeeplReader) -> dict[str, Any]:
    """List the pairs that can be translated, without regions; a dictionary may be of any other pair too."""
    del caller
    found = {
        (base(source), base(target))
        for source, reached in has.pipeline.router.directions.items()
        for target in reached
        if base(source) != base(target)
    }
    return {"supported_languages": [{"source_lang": a, "target_lang": b} for a, b in sorted(found)]}


@router.get("/v2/usage", summary="Say how much was used", response_model=Usage, responses=failures())
async def usage(has: Has, caller: DeeplReader) -> dict[str, int]:
    """Say how much was translated for this key or address since the server started."""
    found = used(has, caller)
    return {
        "character_count": found.n_chars,
        "character_limit": NO_LIMIT,
        "document_count": found.n_documents,
        "document_limit": NO_LIMIT,
    }
