"""The glossary as a file over HTTP: whole, checked, from and to other programs, and what a change would do."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from glossary import loads
from glossary.file import examine_text
from glossary.file.record import read_record
from glossary.file.rules import romanised_clashes
from glossary.formats import read_data, write
from service.api.native.concepts import RECORD_SCHEMA, IfMatch, show_etag
from service.api.native.failures import CHANGE, failures
from service.api.native.shapes import GlossaryProblem, problem_out
from service.api.state import Has, Keeper, Reader, Translator
from service.errors import ConflictError, InputError
from service.languages import canonical

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glossary import Glossary, Problem
    from glossary.formats import Imported

router = APIRouter(tags=["native: glossary"])

_YAML = "text/yaml"
_MANY_CONCEPTS = 20_000  # from which on romanisations are not compared with every name: it takes seconds
_MEDIA = {"tbx": "application/xml", "tbx2": "application/xml", "csv": "text/csv", "deepl": "text/csv"}
_SUFFIXES = {"tbx2": "tbx", "deepl": "csv"}
_FILE_EXAMPLE = "exonym: 1\nconcepts:\n  kyiv: {kind: place, names: {en: {preferred: Kyiv, deprecated: [Kiev]}}}\n"
_FILE = {"schema": {"type": "string", "example": _FILE_EXAMPLE}}
_CONCEPT_BODY = {
    "type": "object",
    "required": ["concept"],
    "additionalProperties": False,
    "properties": {
        "concept": {**RECORD_SCHEMA, "description": "The concept, with its id."},
    },
}

Format = Literal["tbx", "tbx2", "csv", "tsv", "deepl", "yaml"]
Lang = Annotated[
    str | None, Query(min_length=2, max_length=35, description="Of a DeepL list: the language that the terms are in.")
]


class Problems(BaseModel):
    """What was found."""

    problems: list[GlossaryProblem] = Field(description="Every mistake; empty where there is none.")


class Saved(BaseModel):
    """The glossary after a change."""

    etag: str = Field(description="Its version, as in the ETag header.")
    n_concepts: int = Field(description="How many concepts it has.")


class Brought(Saved):
    """The glossary after an import."""

    added: int = Field(description="How many concepts are new.")
    changed: int = Field(description="How many concepts got other names.")
    problems: list[GlossaryProblem] = Field(description="Rows that could not be read, and concepts left out.")
    dry_run: bool = Field(description="True: this is what would be done, and nothing was.")


@router.get(
    "/glossary",
    summary="Read the glossary file",
    response_class=Response,
    responses={200: {"content": {_YAML: {}}, "description": "The file."}, **failures(409)},
)
def whole(has: Has, caller: Reader) -> Response:
    """Return the file as it is on disk, byte for byte, broken or not."""
    del caller
    now = has.house.look()
    if now.text is None:
        raise ConflictError(f"the glossary file cannot be shown: {now.problems[0]}")
    response = Response(now.text.encode(), media_type=f"{_YAML}; charset=utf-8")
    show_etag(response, now)
    return response


@router.put(
    "/glossary",
    summary="Replace the glossary file",
    responses=failures(*CHANGE),
    openapi_extra={"requestBody": {"required": True, "content": {_YAML: _FILE}}},
)
async def replace(request: Request, response: Response, has: Has, caller: Keeper, if_match: IfMatch = None) -> Saved:
    """Put a whole file in the place of the one that is there, if there is no mistake in it."""
    text = _text(await request.body())
    now = await run_in_threadpool(has.house.replace, text, if_match=if_match, who=caller.id)
    show_etag(response, now)
    return Saved(etag=now.etag, n_concepts=len(now.glossary.concepts))


@router.post(
    "/glossary/validate",
    summary="Check a glossary or a concept",
    responses=failures(),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {_YAML: _FILE, "application/json": {"schema": _CONCEPT_BODY}},
        }
    },
)
async def validate(request: Request, has: Has, caller: Translator) -> Problems:
    """Name every mistake in a glossary file, or in one concept that is to go into the glossary; nothing is saved."""
    del caller
    body = await request.body()
    if "json" in request.headers.get("content-type", "").partition(";")[0]:
        problems = await has.desk.run(_concept_problems, body, has.house.glossary)
    else:
        problems = await has.desk.run(_file_problems, _text(body))
    return Problems(problems=[problem_out(problem) for problem in problems])


@router.get(
    "/glossary/export",
    summary="Export the glossary",
    response_class=Response,
    responses={
        200: {
            "content": {kind: {} for kind in ("application/xml", "text/csv", "text/tab-separated-values", _YAML)},
            "description": "The glossary as the other program reads it.",
        },
        **failures(409),
    },
)
def export(
    has: Has,
    caller: Reader,
    format: Annotated[Format, Query(description="tbx is ISO 30042; tables hold everything, deepl bare pairs.")],
    source: Lang = None,
    target: Annotated[
        list[str] | None, Query(max_length=100, description="Of a DeepL list: the languages that it leads to.")
    ] = None,
) -> Response:
    """Return the glossary as another program reads it."""
    del caller
    now = has.house.look()
    if format == "yaml":
        if now.text is None or now.is_broken:
            raise ConflictError(f"the glossary file is broken on disk: {now.problems[0]}")
        text = now.text
    else:
        targets = tuple(canonical(each) for each in target or ())
        text = write(now.glossary, form=format, source_lang=source and canonical(source), target_langs=targets)
    media_type = {**_MEDIA, "yaml": _YAML, "tsv": "text/tab-separated-values"}[format]
    response = Response(text.encode(), media_type=f"{media_type}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="names.{_SUFFIXES.get(format, format)}"'
    show_etag(response, now)
    return response


@router.post(
    "/glossary/import",
    summary="Import into the glossary",
    responses=failures(*CHANGE),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "text/csv": {
                    "schema": {"type": "string", "example": "concept,kind,en,en:deprecated\nkyiv,place,Kyiv,Kiev\n"}
                },
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
            },
        }
    },
)
async def import_(
    request: Request,
    response: Response,
    has: Has,
    caller: Keeper,
    format: Annotated[Format, Query(description="What the body is; its media type is not looked at.")],
    kind: Annotated[
        Literal["place", "person", "organisation", "term"],
        Query(description="Of concepts for which the list has none."),
    ] = "term",
    source: Lang = None,
    target: Annotated[
        str | None, Query(min_length=2, max_length=35, description="Of a DeepL list of two columns: the second's.")
    ] = None,
    dry_run: Annotated[bool, Query(description="True: say what would be done, and do nothing.")] = False,
    if_match: IfMatch = None,
) -> Brought:
    """Bring concepts in: new ones are added, names join those that are there, and nothing is taken away."""
    data = await request.body()
    read = functools.partial(
        _read, data, form=format, kind=kind, source=source and canonical(source), target=target and canonical(target)
    )
    found = await has.desk.run(read)
    merge = functools.partial(
        has.house.merge, if_match=if_match, who=caller.id, summary=f"imported {format}", save=not dry_run
    )
    merged = await run_in_threadpool(merge, found.concepts)
    show_etag(response, merged.version)
    return Brought(
        etag=merged.version.etag,
        n_concepts=len(merged.version.glossary.concepts),
        added=merged.n_added,
        changed=merged.n_set,
        problems=[problem_out(problem) for problem in (*found.problems, *merged.problems)],
        dry_run=dry_run,
    )


def _text(body: bytes) -> str:
    """Return the text of a body.

    Raises: InputError: it is not UTF-8.
    """
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"byte {error.start} of the body is not UTF-8; save the file as UTF-8") from None


def _file_problems(text: str) -> Sequence[Problem]:
    examined = examine_text(text)
    few = examined.glossary is not None and len(examined.glossary.concepts) <= _MANY_CONCEPTS
    clashes = romanised_clashes(examined.glossary) if few and examined.glossary else ()
    return sorted((*examined.problems, *clashes), key=lambda problem: (problem.line, problem.column))


def _concept_problems(body: bytes, glossary: Glossary) -> Sequence[Problem]:
    try:
        data: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise InputError("the body is no JSON that can be read; send an object in UTF-8") from None
    record = data.get("concept") if isinstance(data, dict) else None
    if not isinstance(record, dict):
        raise InputError('send {"concept": {...}}, a concept with its id, or a file as text/yaml')
    id_ = record.get("id")
    return read_record(id_ if isinstance(id_, str) else "", record, glossary=glossary).problems


def _read(
    data: bytes,
    *,
    form: Format,
    kind: Literal["place", "person", "organisation", "term"],
    source: str | None,
    target: str | None,
) -> Imported:
    from glossary.formats import Imported

    if form == "yaml":
        return Imported(tuple(loads(_text(data), path="the body").concepts.values()), ())
    return read_data(data, form=form, kind=kind, source_lang=source, target_lang=target, name="the body")
