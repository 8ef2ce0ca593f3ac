"""DeepL's first glossaries, of one pair each and never changed: v2. Those of several pairs are v3's alone."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from service.api.deepl.body import FORM, DeeplKeeper, DeeplReader, Single, reads, takes
from service.api.deepl.codes import dictionary_code
from service.api.deepl.entries import TSV, check_name, parsed, written
from service.api.deepl.failures import failures
from service.api.state import Has
from service.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from datetime import datetime

    from service.store import Outline

router = APIRouter(tags=["DeepL: glossaries (v2)"])

_EXAMPLE: Any = {
    "name": "Desk",
    "source_lang": "EN",
    "target_lang": "ES",
    "entries": "Donbass\tDonbás\nKiev\tKyiv",
    "entries_format": "tsv",
}


class GlossaryBody(BaseModel):
    """A glossary to be made."""

    model_config = ConfigDict(json_schema_extra={"example": _EXAMPLE})

    name: Annotated[str, Single] = Field(description="What people call it; up to 1024 bytes in UTF-8.")
    source_lang: Annotated[str, Single] = Field(description="Language of the terms; a region is left out.")
    target_lang: Annotated[str, Single] = Field(description="Language of the translations; a region is left out.")
    entries: Annotated[str, Single] = Field(
        description="One term a line with its translation, each up to 1024 bytes and each term once."
    )
    entries_format: Annotated[Literal["tsv", "csv"], Single] = Field(
        description="tsv: a tab between the two. csv: two columns, or four with the languages."
    )


class GlossaryInfo(BaseModel):
    """A glossary of one pair, without its entries."""

    glossary_id: str = Field(description="Its id, a UUID.", examples=["def3a26b-3e84-45b3-84ae-0c0aaf3525f7"])
    name: str = Field(description="What people call it.", examples=["Desk"])
    ready: bool = Field(description="Always true: it can be used at once.")
    source_lang: str = Field(description="Language of the terms.", examples=["en"])
    target_lang: str = Field(description="Language of the translations.", examples=["es"])
    creation_time: str = Field(description="When it was made, in UTC.", examples=["2026-01-31T12:00:00.000Z"])
    entry_count: int = Field(description="How many terms it has.", examples=[2])


class GlossaryList(BaseModel):
    """All glossaries of one pair, the oldest first."""

    glossaries: list[GlossaryInfo] = Field(description="The glossaries.")


@router.post(
    "/v2/glossaries",
    summary="Make a glossary",
    status_code=201,
    response_model=GlossaryInfo,
    responses=failures(),
    openapi_extra=takes(GlossaryBody, FORM),
)
async def make(
    has: Has, caller: DeeplKeeper, body: Annotated[GlossaryBody, Depends(reads(GlossaryBody))]
) -> dict[str, Any]:
    """Make a glossary of one pair."""
    del caller
    made = await has.desk.run(_made, has, body)
    return info(made)


def _made(has: Has, body: GlossaryBody) -> Outline:
    source, target = pair_of(body.source_lang, body.target_lang)
    entries = parsed(body.entries, form=body.entries_format, source=source, target=target)
    return has.store.glossaries.add(check_name(body.name), dictionaries={(source, target): entries})


@router.get("/v2/glossaries", summary="List glossaries", response_model=GlossaryList, responses=failures())
def list_all(has: Has, caller: DeeplReader) -> dict[str, Any]:
    """List the glossaries of one pair, those made with v3 among them."""
    del caller
    return {"glossaries": [info(each) for each in has.store.glossaries.list() if len(each.n_entries) == 1]}


@router.get("/v2/glossaries/{glossary_id}", summary="Show one", response_model=GlossaryInfo, responses=failures(404))
def show(has: Has, caller: DeeplReader, glossary_id: str) -> dict[str, Any]:
    """Show a glossary of one pair, without its entries."""
    del caller
    return info(_of_one_pair(has, glossary_id))


@router.get(
    "/v2/glossaries/{glossary_id}/entries",
    summary="Show its entries",
    response_class=Response,
    responses={
        **failures(404),
        200: {
            "description": "The entries as TSV.",
            "content": {"text/tab-separated-values": {"schema": {"type": "string"}, "example": "Donbass\tDonbás"}},
        },
    },
)
def entries_of(has: Has, caller: DeeplReader, glossary_id: str) -> Response:
    """Answer with the entries as TSV, one a line."""
    del caller
    pair = next(iter(_of_one_pair(has, glossary_id).n_entries))
    entries = has.store.glossaries.get(glossary_id).dictionaries.get(pair, {})
    return Response(written(entries), headers={"Content-Type": TSV})


@router.delete("/v2/glossaries/{glossary_id}", summary="Delete one", status_code=204, responses=failures(404))
def delete(has: Has, caller: DeeplKeeper, glossary_id: str) -> None:
    """Delete a glossary of one pair."""
    del caller
    has.store.glossaries.delete(_of_one_pair(has, glossary_id).id)


def _of_one_pair(has: Has, glossary_id: str) -> Outline:
    found = has.store.glossaries.outline(glossary_id)
    if len(found.n_entries) != 1:
        raise NotFoundError(
            f"the glossary {found.id} has {len(found.n_entries)} dictionaries; v2 shows those that have one, so use v3"
        )
    return found


def info(glossary: Outline) -> dict[str, Any]:
    """Return a glossary of one pair as v2 has it."""
    ((source, target), n_entries) = next(iter(glossary.n_entries.items()))
    return {
        "glossary_id": glossary.id,
        "name": glossary.name,
        "ready": True,
        "source_lang": source,
        "target_lang": target,
        "creation_time": stamp(glossary.created),
        "entry_count": n_entries,
    }


def stamp(moment: datetime) -> str:
    """Return a moment as DeepL's client reads it: with a fraction, even of nothing, and a zone."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def pair_of(source_lang: str, target_lang: str) -> tuple[str, str]:
    """Return the pair of a dictionary.

    Raises: InputError: one of them is no language, or both are the same.
    """
    source = dictionary_code(source_lang, field="source_lang")
    target = dictionary_code(target_lang, field="target_lang")
    if source == target:
        raise InputError(f"Unsupported glossary source and target language pair: both are {source!r}")
    return source, target
