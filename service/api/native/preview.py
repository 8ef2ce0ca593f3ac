"""What a change of the glossary would do to texts that are there already."""

from __future__ import annotations

import asyncio
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from glossary import normalise
from glossary.check import check
from glossary.file.record import with_record
from service.api.native.concepts import Record
from service.api.native.failures import failures
from service.api.native.shapes import Body, Tag, check_texts
from service.api.state import Has, Server, Translator
from service.errors import InputError
from service.languages import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glossary import Edit, Glossary

router = APIRouter(tags=["native: glossary"])

MAX_TRANSLATIONS = 50
_SHOWN_CHANGES = 100
_AROUND_CHARS = 40


class PreviewBody(Body):
    """A concept as it is to be, and the texts that are looked through: kept translations, or a text of its own."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "concept": {
                    "id": "kyiv",
                    "kind": "place",
                    "names": {"en": {"preferred": "Kyiv", "deprecated": ["Kiev"]}},
                },
                "text": "Kiev is a city.",
                "lang": "en",
            }
        },
    )

    concept: Record
    translations: list[str] | None = Field(
        None,
        max_length=MAX_TRANSLATIONS,
        description="Ids of kept translations; without them and without a text: those of the newest text.",
    )
    text: str | None = Field(None, description="A text instead; needs lang.")
    lang: Tag | None = Field(None, description="Language of the text.")


class Change(BaseModel):
    """One place that would be another."""

    start: int = Field(description="Where it starts in the text, in code points.")
    end: int = Field(description="Where it ends, exclusive.")
    before: str = Field(description="The place with what stands around it, as it is with the glossary of now.")
    after: str = Field(description="The same as it would be.")
    concept: str = Field(description="The concept on whose behalf.")


class Previewed(BaseModel):
    """What would become of one text."""

    id: str | None = Field(description="Of the kept translation; null for a text of one's own.")
    lang: str = Field(description="Language of the text that would change.")
    n_changes: int = Field(description="How many places would be others.")
    changes: list[Change] = Field(description=f"The first {_SHOWN_CHANGES} of them.")


class Preview(BaseModel):
    """What a change would do."""

    items: list[Previewed] = Field(description="One for each text.")


@dataclass(frozen=True, slots=True)
class _Text:
    """A text, and what it is a translation of where that is known."""

    id: str | None
    text: str
    lang: str
    source: str | None = None
    source_lang: str | None = None


@router.post("/glossary/preview", summary="See what a change would do", responses=failures(404))
async def preview(has: Has, caller: Translator, body: PreviewBody) -> Preview:
    """Say which places of kept translations, or of a text, would be others with this concept; nothing is saved."""
    id_ = body.concept.get("id")
    if not isinstance(id_, str):
        raise InputError("the concept has no id; give the one that it has, or is to have")
    texts = await asyncio.to_thread(_texts, has, body)
    check_texts([text.text for text in texts] or [""], has=has, caller=caller)
    now = has.house.glossary
    then = await has.desk.run(functools.partial(with_record, now, id_, body.concept))
    items = [await has.desk.run(_previewed, text, now, then) for text in texts]
    return Preview(items=items)


def _texts(has: Server, body: PreviewBody) -> list[_Text]:
    if body.text is not None:
        if body.lang is None or body.translations is not None:
            raise InputError("a text goes with its lang, and without translations")
        return [_Text(None, body.text, canonical(body.lang))]
    ids = body.translations
    if ids is None:
        newest = has.store.translations.list(limit=1)
        same = has.store.translations.list(group=newest[0].group, limit=MAX_TRANSLATIONS) if newest else ()
        ids = [each.id for each in {each.target: each for each in reversed(same)}.values()]
    kept = [has.store.translations.get(each) for each in ids]
    return [_Text(each.id, each.text, each.target, each.source_text, each.source) for each in kept]


def _previewed(text: _Text, now: Glossary, then: Glossary) -> Previewed:
    changes = list(_changes(text.text, _edits(text, now), _edits(text, then)))
    return Previewed(id=text.id, lang=text.lang, n_changes=len(changes), changes=changes[:_SHOWN_CHANGES])


def _edits(text: _Text, glossary: Glossary) -> dict[tuple[int, int], Edit]:
    if text.source is None:
        edits = normalise(text.text, glossary=glossary, lang=text.lang).edits
    else:
        found = check(text.text, glossary=glossary, lang=text.lang, source=text.source, source_lang=text.source_lang)
        edits = found.edits
    return {(edit.start, edit.end): edit for edit in edits}


def _changes(text: str, now: dict[tuple[int, int], Edit], then: dict[tuple[int, int], Edit]) -> Iterator[Change]:
    """Yield the places at which the two glossaries make something else of a text."""
    for start, end in sorted({*now, *then}):
        old, new = now.get((start, end)), then.get((start, end))
        edit = new or old
        before = old.after if old else text[start:end]
        after = new.after if new else text[start:end]
        if edit and before != after:
            head, tail = text[max(0, start - _AROUND_CHARS) : start], text[end : end + _AROUND_CHARS]
            yield Change(
                start=start, end=end, before=head + before + tail, after=head + after + tail, concept=edit.concept
            )
