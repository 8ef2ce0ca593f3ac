"""POST /api/translate, and the same work for a job."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal

from fastapi import APIRouter, Request, Response
from pydantic import ConfigDict, Field

from service.api.chosen import glossary_of
from service.api.native.failures import failures
from service.api.native.shapes import (
    MAX_TARGETS,
    Body,
    GlossaryChoice,
    Result,
    Results,
    Tag,
    Translated,
    check_texts,
    detected_out,
    one_or_many,
)
from service.api.state import Has, Server, Translator, answered
from service.detect import detect_all
from service.languages import canonical
from service.records import Caller, Markup, Order, as_dict
from service.store.translations import group_of

if TYPE_CHECKING:
    from service.records import Answer, Progress

router = APIRouter(tags=["native: translate"])

MAX_ALTERNATIVES = 10
_SAMPLE_CHARS = 10_000


class TranslateBody(Body):
    """What is to be translated, and how."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"text": "Donbass is a region. Kiev is a city.", "source": "en", "targets": ["es", "fr"]}
        },
    )

    text: str | None = Field(None, description="A text; the answer is one object.", examples=["Kiev is a city."])
    texts: list[str] | None = Field(None, description="Several texts instead; the answer has a list of objects.")
    source: str = Field(
        "auto", max_length=35, description="Language of the texts; auto detects each one's.", examples=["en"]
    )
    targets: list[Tag] = Field(
        min_length=1, max_length=MAX_TARGETS, description="Languages to translate into.", examples=[["es", "fr"]]
    )
    engine: str = Field("auto", max_length=100, description="auto, or the only engine that may be used.")
    glossary: GlossaryChoice = "house"
    format: Literal["text", "html", "xml"] = Field(
        "text", description="How the texts are read; tags stay on their words."
    )
    alternatives: int = Field(0, ge=0, le=MAX_ALTERNATIVES, description="Other translations wanted, at most.")
    context: str = Field(
        "", max_length=100_000, description="Text that stands around and is not translated; helps to tell the language."
    )
    split: bool = Field(True, description="False: each text is one sentence.")
    keep: bool = Field(True, description="Whether the translations are kept, for the history and to be compared.")


@router.post(
    "/translate",
    summary="Translate texts",
    response_model=Result | Results,
    responses=failures(404, 409, 500),
)
async def translate(request: Request, has: Has, caller: Translator, body: TranslateBody) -> Response:
    """Translate one text, or several, into each of the languages, and say what became of each name."""
    check_body(body, has, caller)
    found = await answered(request, translated(has, body, caller))
    return Response(found.model_dump_json(), media_type="application/json")  # FastAPI would validate it once more


def check_body(body: TranslateBody, has: Server, caller: Caller) -> tuple[str, ...]:
    """Return the texts of a body whose limits and languages hold.

    Raises: RequestError.
    """
    texts = one_or_many(body.text, body.texts)
    check_texts(texts, has=has, caller=caller)
    source_of(body)
    targets_of(body)
    return texts


def source_of(body: TranslateBody) -> str | None:
    """Return the canonical source language, None where it is to be detected."""
    return None if body.source == "auto" else canonical(body.source)


def targets_of(body: TranslateBody) -> tuple[str, ...]:
    """Return the canonical target languages, each once."""
    return tuple(dict.fromkeys(canonical(target) for target in body.targets))


async def translated(
    has: Server, body: TranslateBody, caller: Caller, *, progress: Progress | None = None
) -> Result | Results:
    """Translate what a body asks for, and keep it where that is wanted.

    Raises: RequestError, OverloadedError, EngineError, StoreError.
    """
    texts = one_or_many(body.text, body.texts)
    source, targets = source_of(body), targets_of(body)
    order = Order(
        texts=texts,
        targets=targets,
        source=source,
        engine=body.engine,
        glossary=await glossary_of(
            has, body.glossary, source=source or await _spoken(has, body, texts), targets=targets
        ),
        markup=None if body.format == "text" else Markup(kind=body.format),
        alternatives=body.alternatives,
        context=body.context,
        split=body.split,
    )
    answers = await has.desk.translate(order, caller=caller, progress=progress)
    ids = await asyncio.to_thread(_kept, has, body, texts, answers, caller) if body.keep else {}
    results = [_result(n, text, answer, ids) for n, (text, answer) in enumerate(zip(texts, answers, strict=True))]
    return results[0] if body.text is not None else Results(results=results)


async def _spoken(has: Server, body: TranslateBody, texts: tuple[str, ...]) -> str | None:
    """Return the language that all texts seem to be in, where a made glossary's dictionaries are chosen by it."""
    if body.glossary in ("house", False):
        return None
    samples = [text[:_SAMPLE_CHARS] for text in texts]
    langs = {found[0].lang for found in await has.desk.run(detect_all, samples) if found}
    return langs.pop() if len(langs) == 1 else None


def _kept(
    has: Server, body: TranslateBody, texts: tuple[str, ...], answers: list[Answer], caller: Caller
) -> dict[tuple[int, int], str]:
    """Keep translations, and return the id of each by the number of its text and of its target."""
    places = [(n, m) for n, answer in enumerate(answers) for m in range(len(answer.translations))]
    made = [(texts[n], answers[n].translations[m]) for n, m in places]
    kept = has.store.translations.keep_all(made, caller=caller, format=body.format)
    return {place: each.id for place, each in zip(places, kept, strict=False)}  # none are kept where the limit is 0


def _result(n: int, text: str, answer: Answer, ids: dict[tuple[int, int], str]) -> Result:
    alternatives = answer.alternatives or ((),) * len(answer.translations)
    return Result(
        source=answer.source,
        detected=detected_out(answer.detected),
        group=group_of(text, source=answer.source),
        translations=[
            Translated.model_validate(
                {
                    **as_dict(translation),
                    "id": ids.get((n, m)),
                    "alternatives": list(others),
                    "lost_marks": list(translation.lost_marks),
                }
            )
            for m, (translation, others) in enumerate(zip(answer.translations, alternatives, strict=True))
        ],
    )
