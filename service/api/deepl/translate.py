"""POST /v2/translate."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from service.api.chosen import Choice, laid, looked_up
from service.api.deepl.body import FORM, MULTIPART, Commas, DeeplTranslator, Single, Texts, reads, takes
from service.api.deepl.codes import routed, source_code, source_tag, target_tag
from service.api.deepl.failures import failures
from service.api.deepl.patience import patiently
from service.api.deepl.usage import count
from service.api.state import Has, Server
from service.errors import InputError, TooLongError, TooManyError
from service.records import Caller, Markup, Order

if TYPE_CHECKING:
    from service.records import Answer

router = APIRouter(tags=["DeepL: translate"])

MAX_GLOSSARIES = 5
_LINE_END = re.compile(r"[^\S\r\n]*(?:\r\n|\r|\n)(?!\s*[\r\n])")

Formality = Annotated[
    Literal["default", "less", "more", "prefer_less", "prefer_more"],
    BeforeValidator(lambda value: value.lower() if isinstance(value, str) else value),
]
Switch = Annotated[bool, Single]


class TranslateBody(BaseModel):
    """What is to be translated, and how. Members that are not listed here are taken and left alone."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"text": ["The shelling of Donbass went on."], "source_lang": "EN", "target_lang": "ES"}
        }
    )

    text: Annotated[list[str], Texts] = Field(
        min_length=1, description="The texts; answered in this order. A single text may stand without the list."
    )
    target_lang: Annotated[str, Single] = Field(
        description="Language to translate into, such as ES, EN-GB or zh-Hans; in any case.", examples=["ES"]
    )
    source_lang: Annotated[str | None, Single] = Field(
        None, description="Language of the texts; each text's is detected where this is missing.", examples=["EN"]
    )
    context: Annotated[str | None, Single] = Field(
        None, description="Text that stands around and is not translated; helps to tell the language."
    )
    split_sentences: Annotated[Literal["0", "1", "nonewlines", 0, 1] | None, Single] = Field(
        None,
        description="0: each text is one sentence. 1: sentences end at marks and at line ends. nonewlines: at marks.",
    )
    preserve_formatting: Switch | None = Field(
        None, description="Taken, and always so: white space and line ends come back as they were."
    )
    formality: Annotated[Formality | None, Single] = Field(
        None, description="No engine here has degrees of formality: less and more are refused, the others do nothing."
    )
    tag_handling: Annotated[Literal["xml", "html"] | None, Single] = Field(
        None, description="Reads the texts as mark-up; tags stay on their words, and their attributes as they were."
    )
    tag_handling_version: Annotated[Literal["v1", "v2"] | None, Single] = Field(
        None, description="Taken; there is one way of reading mark-up here."
    )
    outline_detection: Switch | None = Field(
        None, description="False: in XML, sentences end only at `splitting_tags`, not where the structure suggests it."
    )
    splitting_tags: Annotated[list[str] | None, Commas] = Field(
        None, description="XML elements at which sentences end.", examples=[["par", "title"]]
    )
    non_splitting_tags: Annotated[list[str] | None, Commas] = Field(
        None, description="XML elements at which no sentence ends.", examples=[["b"]]
    )
    ignore_tags: Annotated[list[str] | None, Commas] = Field(
        None, description="Elements whose content is copied as it is.", examples=[["x", "code"]]
    )
    model_type: (
        Annotated[Literal["quality_optimized", "latency_optimized", "prefer_quality_optimized"], Single] | None
    ) = Field(None, description="Taken and answered with `model_type_used`; a pair has one model here.")
    glossary_id: Annotated[str | None, Single] = Field(
        None,
        description="A glossary made on this server; needs `source_lang`. One that has no dictionary for the pair "
        "leaves the house glossary as it is, so that one glossary can be sent for every target.",
    )
    glossary_ids: Annotated[list[str] | None, Commas] = Field(
        None,
        description=f"Up to {MAX_GLOSSARIES} glossaries instead of `glossary_id`; the first that has a term counts.",
    )
    show_billed_characters: Switch | None = Field(None, description="Taken; they are always shown.")
    house_glossary: Switch = Field(
        True, description="Exonym's own: false leaves out the house glossary, which otherwise lies beneath any other."
    )
    names: Switch = Field(
        False, description="Exonym's own: true answers with what became of each name of the house and the glossaries."
    )
    engine: Annotated[str, Single] = Field("auto", description="Exonym's own: the only engine that may be used.")
    exonym_engine: Annotated[str | None, Single] = Field(None, description="Another name of `engine`, which wins.")


class Mentioned(BaseModel):
    """A name in a text, and what became of it."""

    concept: str = Field(description="Id of the name in the house glossary, or glossary: and the term.")
    status: Literal["kept", "rewritten", "inserted", "missing", "ambiguous"] = Field(description="What became of it.")
    source: dict[str, Any] = Field(description="Where it stands in the text: start, end in code points, and text.")
    target: dict[str, Any] | None = Field(description="Where it stands in the translation, null where it does not.")
    engine_wrote: str | None = Field(description="What the engine had written in its place.")


class Translated(BaseModel):
    """One text's translation."""

    text: str = Field(description="The translation.", examples=["Los bombardeos del Donbás continuaron."])
    detected_source_language: str = Field(description="Language of the text, without a region.", examples=["EN"])
    billed_characters: int = Field(description="Length of the text in code points; nothing is billed.", examples=[33])
    model_type_used: str | None = Field(None, description="Only where `model_type` was sent.")
    mentions: list[Mentioned] | None = Field(None, description="Only where `names` was true.")
    lost_marks: list[str] | None = Field(
        None, description="Only where `names` was true: tags that did not find their words again, in words."
    )
    engine: str | None = Field(None, description="Only where `names` was true: the engines on the way.")
    signature: str | None = Field(
        None, description="Only where `names` was true: engines, models and glossary that made this text."
    )


class TranslateAnswer(BaseModel):
    """The translations."""

    translations: list[Translated] = Field(description="One for each text, in the same order.")


@router.post(
    "/v2/translate",
    summary="Translate texts",
    response_model=TranslateAnswer,
    responses=failures(404),
    openapi_extra=takes(TranslateBody, FORM, MULTIPART),
)
async def translate(
    request: Request, has: Has, caller: DeeplTranslator, body: Annotated[TranslateBody, Depends(reads(TranslateBody))]
) -> Response:
    """Translate texts into one language, names as the glossaries have them.

    An answer that takes long begins with white space before its JSON, so that no client's time-out runs out; should
    it fail after that, the status is 200 and the body `{"message": ...}`.
    """
    order, choice = await _order(has, caller, body)

    async def work() -> dict[str, Any]:
        whole = replace(order, glossary=await laid(has, choice))
        answers = await has.desk.translate(whole, caller=caller)
        count(has, caller, n_chars=sum(map(len, body.text)))
        return {"translations": [_shaped(text, each, body) for text, each in zip(body.text, answers, strict=True)]}

    return await patiently(request, work())


async def _order(has: Server, caller: Caller, body: TranslateBody) -> tuple[Order, Choice]:
    """Return what the desk is asked for, without its glossary, everything checked that can be before it begins."""
    _check_size(has, caller, body.text)
    target = target_tag(body.target_lang, has.pipeline.router)
    source = source_tag(body.source_lang, has.pipeline.router) if body.source_lang else None
    engine = body.exonym_engine or body.engine
    target = routed(source, target, has.pipeline.router, engine=engine)
    check_formality(body.formality, body.target_lang)
    ids = glossary_ids(body.glossary_id, body.glossary_ids, source)
    choice = await looked_up(has, ids, source=source, targets=[target], house=body.house_glossary)
    if choice.without and not body.house_glossary:
        raise InputError(
            f"Glossary dictionary not found: no dictionary for {body.source_lang} to {body.target_lang}, and "
            "house_glossary is false; add the dictionary, or leave house_glossary out"
        )
    plain = body.split_sentences == "nonewlines" and body.tag_handling is None
    order = Order(
        texts=tuple(_LINE_END.sub(" ", text) if plain else text for text in body.text),
        targets=(target,),
        source=source,
        engine=engine,
        markup=_markup(body),
        context=body.context or "",
        split=str(body.split_sentences) != "0",
    )
    return order, choice


def _check_size(has: Server, caller: Caller, texts: list[str]) -> None:
    if len(texts) > has.settings.max_items:
        raise TooManyError(f"{len(texts)} texts are more than {has.settings.max_items}; send them in several requests")
    limit = min(has.settings.max_chars, caller.max_chars or has.settings.max_chars)
    n_chars = sum(map(len, texts))
    if n_chars > limit:
        raise TooLongError(f"the texts have {n_chars:,} characters, the limit is {limit:,}; send them in parts")


def _markup(body: TranslateBody) -> Markup | None:
    if body.tag_handling is None:
        return None
    lower = body.tag_handling == "html"
    ignored, splitting, inline = (
        frozenset(tag.lower() if lower else tag for tag in tags or ())
        for tags in (body.ignore_tags, body.splitting_tags, body.non_splitting_tags)
    )
    return Markup(
        kind=body.tag_handling,
        ignore_tags=ignored,
        splitting_tags=splitting,
        non_splitting_tags=inline,
        outline=body.outline_detection is not False,
    )


def _shaped(text: str, answer: Answer, body: TranslateBody) -> dict[str, Any]:
    translation = answer.translations[0]
    shaped: dict[str, Any] = {
        "text": translation.text,
        "detected_source_language": source_code(answer.source),
        "billed_characters": len(text),
    }
    if body.model_type:
        shaped["model_type_used"] = body.model_type.removeprefix("prefer_")
    if body.names:
        shaped["mentions"] = [asdict(mention) for mention in translation.mentions]
        shaped["lost_marks"] = list(translation.lost_marks)
        shaped["engine"] = "+".join(dict.fromkeys(hop.engine for hop in translation.route))
        shaped["signature"] = translation.signature
    return shaped


def check_formality(formality: str | None, target_lang: str) -> None:
    """Refuse degrees that no engine has.

    Raises: InputError.
    """
    if formality in ("less", "more"):
        raise InputError(
            f"'formality' is not supported for given 'target_lang': Target language {target_lang[:40]!r} has no "
            "degrees of formality here; send default, prefer_less or prefer_more"
        )


def glossary_ids(one: str | None, several: list[str] | None, source: str | None) -> list[str]:
    """Return the glossaries of a request, which names one or several of them, and a source language.

    Raises: InputError.
    """
    if one and several:
        raise InputError("glossary_id and glossary_ids were both sent; send one of them")
    ids = [one] if one else list(several or ())
    if len(ids) > MAX_GLOSSARIES:
        raise InputError(f"glossary_ids has {len(ids)} glossaries; send up to {MAX_GLOSSARIES}")
    if ids and source is None:
        raise InputError("a glossary needs source_lang; send the language of the texts")
    return ids
