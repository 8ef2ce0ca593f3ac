"""The glossary's entries over HTTP: search, read, put, patch, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Body, Header, Query, Response
from pydantic import BaseModel, Field, WithJsonSchema
from starlette.concurrency import run_in_threadpool

from glossary.file.record import as_record
from glossary.file.schema import schema
from glossary.model import PersonNames
from service.api.native.failures import CHANGE, failures
from service.api.native.shapes import ConceptRecord
from service.api.state import Has, Keeper, Reader
from service.errors import NotFoundError
from service.languages import canonical
from service.store.translations import fold

if TYPE_CHECKING:
    from glossary import Concept, Glossary
    from service.house import Version

router = APIRouter(tags=["native: glossary"])

_EXAMPLE = {"kind": "place", "names": {"en": {"preferred": "Kyiv", "deprecated": ["Kiev"]}, "uk": "Київ"}}


def _inlined(part: Any, defs: dict[str, Any]) -> Any:  # noqa: ANN401 - a JSON Schema
    """Return a part of the file's schema by itself, with what it refers to written out."""
    if isinstance(part, list):
        return [_inlined(item, defs) for item in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return {**_inlined(defs[part["$ref"].rpartition("/")[2]], defs), **{k: part[k] for k in part if k != "$ref"}}
    return {key: _inlined(value, defs) for key, value in part.items()}


def _record_schema() -> dict[str, Any]:
    defs = schema()["$defs"]
    record: dict[str, Any] = _inlined(defs["concept"], defs)
    id_ = {"type": "string", "description": "May be given; it has to be the one in the address."}
    romanise = {**record["properties"]["romanise"], "type": ["boolean", "null"]}
    properties = {"id": id_, **record["properties"], "romanise": romanise}
    about = "A concept as the glossary file has it, and its id."
    return {**record, "properties": properties, "description": about, "example": _EXAMPLE}


RECORD_SCHEMA = _record_schema()
#: A concept as the glossary file has it; the file's own reader checks it, which says what to do about each fault.
Record = Annotated[dict[str, Any], Body(), WithJsonSchema(RECORD_SCHEMA)]
Patch = Annotated[
    dict[str, Any],
    Body(),
    WithJsonSchema(
        {
            "type": "object",
            "description": "The fields to change, as a JSON merge patch (RFC 7396): null removes.",
            "example": {"names": {"en": {"deprecated": ["Kiev", "Kieff"]}}, "note": None},
        }
    ),
]
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="ETag of the version that is changed, from the answer that showed it."),
]


class ConceptPage(BaseModel):
    """Some of the concepts that were searched for."""

    items: list[ConceptRecord] = Field(description="Concepts in the order of the file.")
    total: int = Field(description="How many there are in all.")
    etag: str = Field(description="Version of the glossary, as in the ETag header.")


@router.get("/glossary/concepts", summary="Search the glossary", responses=failures())
def search(
    response: Response,
    has: Has,
    caller: Reader,
    search: Annotated[
        str, Query(max_length=200, description="What stands in an id, a name or a note, in any case.")
    ] = "",
    kind: Annotated[
        Literal["place", "person", "organisation", "term"] | None, Query(description="Only concepts of this kind.")
    ] = None,
    lang: Annotated[
        str | None, Query(min_length=2, max_length=35, description="Only concepts that have a name in this language.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=500, description="How many at most.")] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000_000, description="How many are passed over.")] = 0,
) -> ConceptPage:
    """Return the concepts that match, a page of them at a time."""
    del caller
    now = has.house.look()
    tag = canonical(lang) if lang else None
    wanted = fold(search)
    found = [
        concept
        for text, concept in now.glossary.compiled(_searchable, lang="")
        if wanted in text and kind in (None, concept.kind) and (tag is None or concept.named_in(tag))
    ]
    show_etag(response, now)
    items = [out(concept) for concept in found[offset : offset + limit]]
    return ConceptPage(items=items, total=len(found), etag=now.etag)


@router.get("/glossary/concepts/{id}", summary="Read a concept", responses=failures(404))
def read(response: Response, id: str, has: Has, caller: Reader) -> ConceptRecord:
    """Return one concept."""
    del caller
    now = has.house.look()
    if id not in now.glossary.concepts:
        raise NotFoundError(f"there is no concept {id[:100]!r} in the glossary; PUT adds one")
    show_etag(response, now)
    return out(now.glossary.concepts[id])


@router.put(
    "/glossary/concepts/{id}",
    summary="Add or replace a concept",
    responses={201: {"model": ConceptRecord, "description": "The concept is new."}, **failures(*CHANGE)},
)
async def put(
    response: Response,
    id: str,
    has: Has,
    caller: Keeper,
    record: Record,
    if_match: IfMatch = None,
) -> ConceptRecord:
    """Put a whole concept in its place; comments, order and quotes of the file stay."""
    now, is_new = await run_in_threadpool(has.house.put, id, record, if_match=if_match, who=caller.id)
    response.status_code = 201 if is_new else 200
    show_etag(response, now)
    return out(now.glossary.concepts[id])


@router.patch("/glossary/concepts/{id}", summary="Change a concept", responses=failures(*CHANGE))
async def patch(
    response: Response,
    id: str,
    has: Has,
    caller: Keeper,
    changes: Patch,
    if_match: IfMatch = None,
) -> ConceptRecord:
    """Change some fields of a concept, as a JSON merge patch."""
    now = await run_in_threadpool(has.house.patch, id, changes, if_match=if_match, who=caller.id)
    show_etag(response, now)
    return out(now.glossary.concepts[id])


@router.delete("/glossary/concepts/{id}", status_code=204, summary="Remove a concept", responses=failures(*CHANGE))
async def remove(
    response: Response,
    id: str,
    has: Has,
    caller: Keeper,
    if_match: IfMatch = None,
) -> None:
    """Remove a concept, and the comment that stands directly above it."""
    now = await run_in_threadpool(has.house.remove, id, if_match=if_match, who=caller.id)
    show_etag(response, now)


def out(concept: Concept) -> ConceptRecord:
    """Return a concept as routes answer it."""
    return ConceptRecord.model_validate(as_record(concept))


def show_etag(response: Response, version: Version) -> None:
    """Say in the answer's headers which version of the glossary it is about."""
    response.headers["ETag"] = f'"{version.etag}"'


def _searchable(glossary: Glossary, *, lang: str) -> list[tuple[str, Concept]]:
    """Return every concept with all that it can be found by, folded."""
    del lang
    return [(fold("\n".join(_words(concept))), concept) for concept in glossary.concepts.values()]


def _words(concept: Concept) -> list[str]:
    words = [concept.id, concept.note]
    for names in concept.names.values():
        parts = (names.given, names.family) if isinstance(names, PersonNames) else (names,)
        words.append(names.preferred)
        for part in parts:
            words += (part.preferred, *part.admitted, *part.deprecated)
    return words
