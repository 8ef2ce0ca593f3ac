"""POST /translate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from service.api.chosen import glossary_of
from service.api.libretranslate.body import (
    Body,
    Sent,
    check_size,
    engine,
    glossary_choice,
    languages,
    takes,
)
from service.api.libretranslate.codes import code_of
from service.api.libretranslate.failures import failures
from service.api.state import Has, Server, answered
from service.errors import InputError, TooManyError
from service.records import Markup, Order

if TYPE_CHECKING:
    from service.records import Answer, Caller

router = APIRouter(tags=["LibreTranslate"])

MAX_TARGETS = 50
T = TypeVar("T")


class TranslateBody(BaseModel):
    """What is to be translated, and how. Fields that are not listed are left alone; those of forms are texts."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"q": "The shelling of Donbass went on.", "source": "en", "target": "es"}}
    )

    q: str | list[str] = Field(min_length=1, description="The text; in JSON also several of them.")
    source: str = Field(description="Code of its language in any case, or auto: each text's is detected by itself.")
    target: str | None = Field(None, description="Code of the language to translate into; needed without `targets`.")
    format: Literal["text", "html"] | None = Field(
        None, description="html keeps tags on their words, and leaves what has translate=no. text where missing."
    )
    alternatives: int | str | None = Field(None, description="Other translations wanted of each text, at most.")
    api_key: str | None = Field(None, description="API key, where the server needs one; may be a header instead.")
    secret: str | None = Field(None, description="Taken and not read.")
    targets: list[str] | str | None = Field(
        None,
        description="Exonym's own: codes of several languages instead of `target`, in an array or with commas. The "
        "members of the answer, except detectedLanguage, are then objects with a member for each of the codes.",
        examples=[["es", "fr"]],
    )
    glossary: str | bool | None = Field(
        None,
        description="Exonym's own: false leaves names to the engine; the id or name of a glossary that was made over "
        "HTTP lays it over the house's, which holds where this is missing.",
    )
    names: bool | str | None = Field(
        None, description="Exonym's own: true answers with what became of each name, in `mentions`."
    )
    engine: str | None = Field(None, description="Exonym's own: the only engine that may be used.")


class DetectedLanguage(BaseModel):
    """The language that a text was found to be in."""

    confidence: float = Field(ge=0, le=100, description="From 0 to 100.", examples=[92.0])
    language: str = Field(description="Its code.", examples=["en"])


class LibreTranslation(BaseModel):
    """What became of `q`: one value where it was a text, a list in its order where it was an array.

    With `targets`, each member but detectedLanguage is an object of such values, by code.
    """

    translatedText: str | list[str] | dict[str, str | list[str]] = Field(  # noqa: N815 - its name outside
        description="The translation.", examples=["Los bombardeos del Donbás continuaron."]
    )
    detectedLanguage: DetectedLanguage | list[DetectedLanguage] | None = Field(  # noqa: N815
        None, description="Only where `source` was auto."
    )
    alternatives: list[Any] | dict[str, list[Any]] | None = Field(
        None, description="Only where they were asked for: a list of texts for each text. None in html."
    )
    mentions: list[Any] | dict[str, list[Any]] | None = Field(
        None,
        description="Only where `names` was true: for each text a list of its names, with concept, source, target, "
        "status and engine_wrote, as the native routes have them.",
    )
    lost_marks: list[Any] | dict[str, list[Any]] | None = Field(
        None, description="Only where `names` was true: tags that did not find their words again, in words."
    )
    signature: str | list[str] | dict[str, str | list[str]] | None = Field(
        None, description="Only where `names` was true: engines, models and glossary that made the text."
    )


@router.post(
    "/translate",
    summary="Translate text",
    response_model=LibreTranslation,
    responses=failures(404, 409, 500),
    openapi_extra=takes(TranslateBody),
)
async def translate(request: Request, has: Has, sent: Body) -> JSONResponse:
    """Translate one text or several, names as the house glossary has them.

    The fields may be JSON, a form of either kind, or a query.
    """
    q = sent.fields.get("q")
    n_requests = len(q) if isinstance(q, list) and q else 1
    caller = await has.guard.admit(request, scope="translate", key=sent.key, cost=n_requests)
    order, with_names = await _order(has, caller, sent), sent.switch("names")
    answers = await answered(request, has.desk.translate(order, caller=caller))
    return JSONResponse(_shaped(has, sent, order, answers, with_names=with_names))


async def _order(has: Server, caller: Caller, sent: Sent) -> Order:
    texts = sent.texts()
    source, targets = languages(sent, has, targets=_targets(sent))
    kind = sent.text("format") or "text"
    if kind not in ("text", "html"):
        raise InputError(f"{kind[:40]} format is not supported")
    alternatives = sent.number("alternatives")
    check_size(texts, has, caller)
    return Order(
        texts=texts,
        targets=targets,
        source=source,
        engine=engine(sent),
        glossary=await glossary_of(has, glossary_choice(sent), source=source, targets=targets),
        markup=Markup(kind="html") if kind == "html" else None,
        alternatives=alternatives,
    )


def _targets(sent: Sent) -> tuple[str, ...]:
    """Return what `targets` names, nothing where it is missing.

    Raises: InputError, TooManyError.
    """
    value = sent.fields.get("targets")
    if value is None:
        return ()
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise InputError("Invalid request: targets must be an array of codes, or a string of them with commas")
    if sent.fields.get("target"):
        raise InputError("Invalid request: send target or targets, not both")
    codes = tuple(part.strip() for part in parts if part.strip())
    if not codes:
        raise InputError("Invalid request: targets names no language")
    if len(codes) > MAX_TARGETS:
        raise TooManyError(f"Invalid request: request ({len(codes)}) exceeds targets limit ({MAX_TARGETS})")
    return codes


def _shaped(has: Server, sent: Sent, order: Order, answers: list[Answer], *, with_names: bool) -> dict[str, Any]:
    is_array, by_code = isinstance(sent.fields["q"], list), sent.fields.get("targets") is not None

    def shaped(value: Callable[[Answer, int], Any]) -> Any:  # noqa: ANN401 - as many layers as were asked for
        codes = [code_of(tag, has.pipeline.router) for tag in order.targets]
        found = {
            code: _one_or_all([value(answer, n) for answer in answers], is_array=is_array)
            for n, code in enumerate(codes)
        }
        return found if by_code else found[codes[0]]

    body = {"translatedText": shaped(lambda answer, n: answer.translations[n].text)}
    if order.source is None:
        detected = [_detected(has, answer) for answer in answers]
        body["detectedLanguage"] = _one_or_all(detected, is_array=is_array)
    if order.alternatives:
        body["alternatives"] = shaped(lambda answer, n: list(answer.alternatives[n]))
    if with_names:
        body["mentions"] = shaped(lambda answer, n: list(map(asdict, answer.translations[n].mentions)))
        body["lost_marks"] = shaped(lambda answer, n: list(answer.translations[n].lost_marks))
        body["signature"] = shaped(lambda answer, n: answer.translations[n].signature)
    return body


def _one_or_all(values: list[T], *, is_array: bool) -> T | list[T]:
    return values if is_array else values[0]


def _detected(has: Server, answer: Answer) -> dict[str, Any]:
    found = answer.detected
    confidence = found.confidence if found else 0.0
    return {"confidence": round(100 * confidence, 1), "language": code_of(answer.source, has.pipeline.router)}
