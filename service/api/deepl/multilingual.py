"""DeepL's glossaries of many pairs, which can be changed: v3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from service.api.deepl.body import DeeplKeeper, DeeplReader, at_most, reads, takes
from service.api.deepl.entries import check_name, parsed, written
from service.api.deepl.failures import failures
from service.api.deepl.glossaries import pair_of, stamp
from service.api.state import Has
from service.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from service.store import Outline

router = APIRouter(tags=["DeepL: glossaries (v3)"])

_DICTIONARY: Any = {"source_lang": "EN", "target_lang": "ES", "entries": "Donbass\tDonbás", "entries_format": "tsv"}
_MAX_PAIRS = 500  # of one glossary; there are not as many languages that DeepL has


class DictionaryBody(BaseModel):
    """The terms of one pair."""

    model_config = ConfigDict(json_schema_extra={"example": _DICTIONARY})

    source_lang: str = Field(description="Language of the terms; a region is left out.")
    target_lang: str = Field(description="Language of the translations; a region is left out.")
    entries: str = Field(description="One term a line with its translation, each up to 1024 bytes and each term once.")
    entries_format: Literal["tsv", "csv"] = Field(
        "tsv", description="tsv: a tab between the two. csv: two columns, or four with the languages."
    )

    def pair_and_entries(self) -> tuple[tuple[str, str], dict[str, str]]:
        """Return the pair and its terms.

        Raises: InputError.
        """
        pair = pair_of(self.source_lang, self.target_lang)
        return pair, parsed(self.entries, form=self.entries_format, source=pair[0], target=pair[1])


class MultilingualBody(BaseModel):
    """A glossary to be made."""

    model_config = ConfigDict(json_schema_extra={"example": {"name": "Desk", "dictionaries": [_DICTIONARY]}})

    name: str = Field(description="What people call it; up to 1024 bytes in UTF-8.")
    dictionaries: Annotated[list[DictionaryBody], at_most(_MAX_PAIRS)] = Field(
        min_length=1, max_length=_MAX_PAIRS, description="Its dictionaries, one for each pair."
    )


class ChangeBody(BaseModel):
    """What is to be changed of a glossary: its name, the terms of one dictionary, or both."""

    model_config = ConfigDict(json_schema_extra={"example": {"name": "Foreign desk"}})

    name: str | None = Field(None, description="Its new name.")
    dictionaries: Annotated[list[DictionaryBody] | None, at_most(1)] = Field(
        None,
        max_length=1,
        description="One dictionary to be merged: a term that is there gets the new translation, the others stay.",
    )


class DictionaryInfo(BaseModel):
    """A dictionary without its entries."""

    source_lang: str = Field(description="Language of the terms.", examples=["en"])
    target_lang: str = Field(description="Language of the translations.", examples=["es"])
    entry_count: int = Field(description="How many terms it has.", examples=[1])


class MultilingualInfo(BaseModel):
    """A glossary without its entries."""

    glossary_id: str = Field(description="Its id, a UUID.", examples=["def3a26b-3e84-45b3-84ae-0c0aaf3525f7"])
    name: str = Field(description="What people call it.", examples=["Desk"])
    creation_time: str = Field(description="When it was made, in UTC.", examples=["2026-01-31T12:00:00.000Z"])
    dictionaries: list[DictionaryInfo] = Field(description="Its dictionaries.")


class MultilingualList(BaseModel):
    """All glossaries, the oldest first."""

    glossaries: list[MultilingualInfo] = Field(description="The glossaries, those made with v2 among them.")


class DictionaryEntries(BaseModel):
    """A dictionary with its entries."""

    source_lang: str = Field(description="Language of the terms.", examples=["en"])
    target_lang: str = Field(description="Language of the translations.", examples=["es"])
    entries: str = Field(description="One term a line, a tab, its translation.", examples=["Donbass\tDonbás"])
    entries_format: Literal["tsv"] = Field(description="Always tsv.")


class EntriesAnswer(BaseModel):
    """The dictionary that was asked for, in a list as DeepL's client wants it."""

    dictionaries: list[DictionaryEntries] = Field(description="One dictionary, or none.")


SourceLang = Annotated[str, Query(description="Language of the terms, in any case; a region is left out.")]
TargetLang = Annotated[str, Query(description="Language of the translations, in any case; a region is left out.")]


@router.post(
    "/v3/glossaries",
    summary="Make a glossary",
    status_code=201,
    response_model=MultilingualInfo,
    responses=failures(),
    openapi_extra=takes(MultilingualBody),
)
async def make(
    has: Has, caller: DeeplKeeper, body: Annotated[MultilingualBody, Depends(reads(MultilingualBody))]
) -> dict[str, Any]:
    """Make a glossary of one or more pairs; all of it, or nothing."""
    del caller
    return info(await has.desk.run(_made, has, body))


def _made(has: Has, body: MultilingualBody) -> Outline:
    name, dictionaries = check_name(body.name), {}
    for each in body.dictionaries:
        pair, entries = each.pair_and_entries()
        if pair in dictionaries:
            raise InputError(f"dictionaries has {pair[0]} to {pair[1]} twice; put them into one")
        dictionaries[pair] = entries
    return has.store.glossaries.add(name, dictionaries=dictionaries)


@router.get("/v3/glossaries", summary="List glossaries", response_model=MultilingualList, responses=failures())
def list_all(has: Has, caller: DeeplReader) -> dict[str, Any]:
    """List all glossaries that were made over HTTP."""
    del caller
    return {"glossaries": [info(each) for each in has.store.glossaries.list()]}


@router.get(
    "/v3/glossaries/{glossary_id}", summary="Show one", response_model=MultilingualInfo, responses=failures(404)
)
def show(has: Has, caller: DeeplReader, glossary_id: str) -> dict[str, Any]:
    """Show a glossary, without its entries."""
    del caller
    return info(has.store.glossaries.outline(glossary_id))


@router.patch(
    "/v3/glossaries/{glossary_id}",
    summary="Rename it, or merge terms into it",
    response_model=MultilingualInfo,
    responses=failures(404),
    openapi_extra=takes(ChangeBody),
)
async def change(
    has: Has, caller: DeeplKeeper, glossary_id: str, body: Annotated[ChangeBody, Depends(reads(ChangeBody))]
) -> dict[str, Any]:
    """Give a glossary another name, or merge one dictionary into it; a pair that it has not is added."""
    del caller
    return info(await has.desk.run(_changed, has, glossary_id, body))


def _changed(has: Has, glossary_id: str, body: ChangeBody) -> Outline:
    if body.name is None and not body.dictionaries:
        raise InputError("nothing to change; send name, or dictionaries with one dictionary")
    name = None if body.name is None else check_name(body.name)
    found: Outline | None = None
    for each in body.dictionaries or ():
        (source, target), entries = each.pair_and_entries()
        found = has.store.glossaries.merge_dictionary(glossary_id, source=source, target=target, entries=entries)
    if name is not None:
        found = has.store.glossaries.rename(glossary_id, name=name)
    return found or has.store.glossaries.outline(glossary_id)


@router.delete("/v3/glossaries/{glossary_id}", summary="Delete one", status_code=204, responses=failures(404))
def delete(has: Has, caller: DeeplKeeper, glossary_id: str) -> None:
    """Delete a glossary with all its dictionaries."""
    del caller
    has.store.glossaries.delete(glossary_id)


@router.get(
    "/v3/glossaries/{glossary_id}/entries",
    summary="Show the entries of a dictionary",
    response_model=EntriesAnswer,
    responses=failures(404),
)
def entries_of(
    has: Has, caller: DeeplReader, glossary_id: str, source_lang: SourceLang, target_lang: TargetLang
) -> dict[str, Any]:
    """Answer with the entries of one dictionary."""
    del caller
    pair = pair_of(source_lang, target_lang)
    made = has.store.glossaries.get(glossary_id)
    if pair not in made.dictionaries:
        pairs = ", ".join(f"{a} to {b}" for a, b in made.dictionaries) or "none"
        raise NotFoundError(f"Glossary dictionary not found: {pair[0]} to {pair[1]}; the glossary has {pairs}")
    entries = written(made.dictionaries[pair])
    source, target = pair
    return {
        "dictionaries": [
            {"source_lang": source, "target_lang": target, "entries": entries, "entries_format": "tsv"},
        ]
    }


@router.put(
    "/v3/glossaries/{glossary_id}/dictionaries",
    summary="Put a dictionary in the place of another",
    response_model=DictionaryInfo,
    responses=failures(404),
    openapi_extra=takes(DictionaryBody),
)
async def put_dictionary(
    has: Has, caller: DeeplKeeper, glossary_id: str, body: Annotated[DictionaryBody, Depends(reads(DictionaryBody))]
) -> dict[str, Any]:
    """Put a dictionary in the place of the one for its pair, or add it."""
    del caller
    return await has.desk.run(_put, has, glossary_id, body)


def _put(has: Has, glossary_id: str, body: DictionaryBody) -> dict[str, Any]:
    (source, target), entries = body.pair_and_entries()
    has.store.glossaries.put_dictionary(glossary_id, source=source, target=target, entries=entries)
    return {"source_lang": source, "target_lang": target, "entry_count": len(entries)}


@router.delete(
    "/v3/glossaries/{glossary_id}/dictionaries",
    summary="Delete a dictionary",
    status_code=204,
    responses=failures(404),
)
def delete_dictionary(
    has: Has, caller: DeeplKeeper, glossary_id: str, source_lang: SourceLang, target_lang: TargetLang
) -> None:
    """Delete the dictionary of a pair; the glossary stays, even without any."""
    del caller
    source, target = pair_of(source_lang, target_lang)
    has.store.glossaries.delete_dictionary(glossary_id, source=source, target=target)


def info(glossary: Outline) -> dict[str, Any]:
    """Return a glossary as v3 has it, in codes without regions: DeepL's client compares them with a target's."""
    return {
        "glossary_id": glossary.id,
        "name": glossary.name,
        "creation_time": stamp(glossary.created),
        "dictionaries": [
            {"source_lang": source, "target_lang": target, "entry_count": n_entries}
            for (source, target), n_entries in glossary.n_entries.items()
        ],
    }
