"""GET /languages and /frontend/settings, POST /suggest."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from service.api.libretranslate.body import Body, Sent, takes
from service.api.libretranslate.codes import AUTO, listed, name_in, preferred, tag_of
from service.api.libretranslate.failures import failures, only
from service.api.state import Has, Server
from service.documents import SUFFIXES
from service.errors import TooLongError

router = APIRouter(tags=["LibreTranslate"])

_MAX_SUGGESTED_CHARS = 10_000  # anybody can send them
_PAGE_TIMEOUT_MS = 500  # LibreTranslate's own page waits this long after a key before it translates


class LibreLanguage(BaseModel):
    """A language that can be translated from, or only to: then it is its own only target."""

    code: str = Field(description="What to send as `source` or `target`.", examples=["en"])
    name: str = Field(description="Its name, in the language of the request.", examples=["English"])
    targets: list[str] = Field(description="Codes of all that it can be translated into, itself among them.")


class Choice(BaseModel):
    """A language that is chosen before anybody chooses."""

    code: str = Field(description="Its code, or auto.", examples=["auto"])
    name: str = Field(description="Its name, in the language of the request.", examples=["Auto Detect"])


class Choices(BaseModel):
    """The languages that are chosen before anybody chooses."""

    source: Choice = Field(description="To translate from.")
    target: Choice = Field(description="To translate into.")


class FrontendSettings(BaseModel):
    """What a page has to know of this server."""

    charLimit: int = Field(description="Longest text, in characters.", examples=[20_000_000])  # noqa: N815
    frontendTimeout: int = Field(  # noqa: N815
        description="Milliseconds to wait after a key is pressed before a text is sent.", examples=[500]
    )
    apiKeys: bool = Field(description="Whether there are API keys.")  # noqa: N815
    keyRequired: bool = Field(description="Whether a request needs one.")  # noqa: N815
    suggestions: bool = Field(description="Whether /suggest takes suggestions.")
    filesTranslation: bool = Field(description="Whether files are translated.")  # noqa: N815
    supportedFilesFormat: list[str] = Field(description="Endings of their names.", examples=[[".txt"]])  # noqa: N815
    language: Choices = Field(description="What is chosen at first.")


class SuggestBody(BaseModel):
    """A better translation."""

    q: str = Field(description="The text.", examples=["Kiev is a city."])
    s: str = Field(description="How it should be translated.", examples=["Kyiv es una ciudad."])
    source: str = Field(description="Code of the text's language, or auto.", examples=["en"])
    target: str = Field(description="Code of the translation's language.", examples=["es"])
    api_key: str | None = Field(None, description="API key, where the server needs one; may be a header instead.")


class SuggestAnswer(BaseModel):
    """It is kept."""

    success: bool = Field(description="True.")


#: Read by hand: no value of these is a fault, and FastAPI would say that one could be.
_NAMED = {
    "parameters": [
        {"in": place, "name": name, "required": False, "description": about, "schema": {"type": "string"}}
        for place, name, about in (
            ("query", "lang", "The language in which names are given; wins over headers."),
            ("header", "X-Override-Accept-Language", "The same, for pages that cannot set the other header."),
            ("header", "Accept-Language", "Languages in which names are given; English where none is known."),
        )
    ]
}


def _shown_in(request: Request) -> str:
    """Return the language in which a request wants names."""
    headers = request.headers
    return preferred(
        request.query_params.get("lang")
        or headers.get("x-override-accept-language")
        or headers.get("accept-language", "")
    )


@router.get("/languages", summary="List languages", responses=only(413, 415), openapi_extra=_NAMED)
def languages(request: Request, has: Has) -> list[LibreLanguage]:
    """List the languages with those that each can be translated into, through others where it has to be."""
    shown = _shown_in(request)
    return [
        LibreLanguage(code=code, name=name_in(code, shown), targets=targets)
        for code, targets in listed(has.pipeline.router).items()
    ]


@router.get("/frontend/settings", summary="What a page has to know", responses=only(413, 415), openapi_extra=_NAMED)
def frontend_settings(request: Request, has: Has) -> FrontendSettings:
    """Return the limits and features of this server, as LibreTranslate's own page reads them."""
    shown = _shown_in(request)
    known = listed(has.pipeline.router)
    target = "en" if "en" in known else next(iter(known), "en")
    choices = Choices(
        source=Choice(code=AUTO, name="Auto Detect"), target=Choice(code=target, name=name_in(target, shown))
    )
    return FrontendSettings(
        charLimit=has.settings.max_chars,
        frontendTimeout=_PAGE_TIMEOUT_MS,
        apiKeys=has.guard.required,
        keyRequired=has.guard.required,
        suggestions=has.settings.suggestions,
        filesTranslation=True,
        supportedFilesFormat=sorted(f".{suffix}" for suffix in SUFFIXES),
        language=choices,
    )


@router.post(
    "/suggest",
    summary="Suggest a better translation",
    response_model=SuggestAnswer,
    responses=failures(),
    openapi_extra=takes(SuggestBody),
)
async def suggest(request: Request, has: Has, sent: Body) -> dict[str, Any]:
    """Keep a better translation for whoever keeps the glossary; nothing changes by itself."""
    await has.guard.admit(request, scope="translate", key=sent.key)
    if not has.settings.suggestions:
        raise HTTPException(403, "Suggestions are disabled on this server.")
    await run_in_threadpool(has.store.suggestions.add, *_suggestion(has, sent))
    return {"success": True}


def _suggestion(has: Server, sent: Sent) -> tuple[str, str, str, str]:
    """Return text, translation, source and target of a suggestion.

    Raises: InputError, TooLongError, UnknownLanguageError.
    """
    q, s, source, target = (sent.required(name) for name in ("q", "s", "source", "target"))
    longest = max(len(q), len(s))
    if longest > _MAX_SUGGESTED_CHARS:
        raise TooLongError(f"Invalid request: request ({longest}) exceeds text limit ({_MAX_SUGGESTED_CHARS})")
    router_ = has.pipeline.router
    return q, s, AUTO if source.lower() == AUTO else tag_of(source, router_), tag_of(target, router_)
