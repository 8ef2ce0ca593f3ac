"""POST /translate_file and GET /download_file."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from service.api.chosen import glossary_of
from service.api.libretranslate.body import (
    MULTIPART,
    Body,
    Sent,
    engine,
    glossary_choice,
    languages,
    missing,
    takes,
)
from service.api.libretranslate.failures import failures, only
from service.api.state import Has, answered
from service.documents import SUFFIXES, suffix_of
from service.errors import ConflictError, InputError, NotFoundError

if TYPE_CHECKING:
    from starlette.datastructures import UploadFile

router = APIRouter(tags=["LibreTranslate"])

_KIND = "libretranslate"


class FileBody(BaseModel):
    """A file to be translated."""

    file: str = Field(
        json_schema_extra={"format": "binary"},
        description=f"The file; its name ends in one of {', '.join(sorted(SUFFIXES))}.",
    )
    source: str = Field(description="Code of its language, or auto.", examples=["en"])
    target: str = Field(description="Code of the language to translate into.", examples=["es"])
    api_key: str | None = Field(None, description="API key, where the server needs one; may be a header instead.")
    glossary: str | None = Field(None, description="Exonym's own: false, or the id or name of a glossary.")
    names: str | None = Field(None, description="Exonym's own: true answers with `mentions` and `lost_marks`.")
    engine: str | None = Field(None, description="Exonym's own: the only engine that may be used.")


class FileAnswer(BaseModel):
    """Where the translated file is."""

    translatedFileUrl: str = Field(  # noqa: N815 - its name outside
        description="Whole address of the translated file, which is there for half an hour, or as the server is set. "
        "Whoever knows it can fetch the file.",
        examples=["http://127.0.0.1:5000/download_file/3f0c6f1f8a8b4d7f9d0a1c2b3e4f5a6b.article_es.txt"],
    )
    mentions: list[dict[str, Any]] | None = Field(
        None, description="Only where `names` was true: what became of each name, paragraph by paragraph."
    )
    lost_marks: list[str] | None = Field(
        None, description="Only where `names` was true: mark-up that did not find its words again, in words."
    )


@router.post(
    "/translate_file",
    summary="Translate a file",
    response_model=FileAnswer,
    responses=failures(404, 409, 500),
    openapi_extra=takes(FileBody, MULTIPART),
)
async def translate_file(request: Request, has: Has, sent: Body) -> JSONResponse:
    """Translate a file and keep its format; answers when the whole of it is translated."""
    size = (sent.file.size if sent.file else None) or 0
    n_requests = max(1, -(-size // has.settings.max_chars))
    caller = await has.guard.admit(request, scope="translate", key=sent.key, cost=n_requests)
    file = _file(sent)
    source, (target,) = languages(sent, has)
    glossary = await glossary_of(has, glossary_choice(sent), source=source, targets=(target,))
    with_names = sent.switch("names")
    work = has.desk.translate_document(
        await file.read(),
        file_name=file.filename or "",
        source=source,
        target=target,
        glossary=glossary,
        engine=engine(sent),
        caller=caller,
    )
    made = await answered(request, work)
    kept = await run_in_threadpool(
        has.store.documents.add,
        kind=_KIND,
        file_name=made.file_name,
        source=made.source,
        target=made.target,
        caller=caller,
        data=made.data,
    )
    name = quote(f"{kept.id}.{kept.file_name}", safe="")
    body: dict[str, Any] = {"translatedFileUrl": f"{str(request.base_url).rstrip('/')}/download_file/{name}"}
    if with_names:
        body |= {"mentions": list(map(asdict, made.mentions)), "lost_marks": list(made.lost_marks)}
    return JSONResponse(body)


def _file(sent: Sent) -> UploadFile:
    """Return the file that was sent.

    Raises: InputError: there is none, or it is of no format that is read here.
    """
    if sent.file is None:
        raise missing("file")
    if not sent.file.filename:
        raise InputError("Invalid request: empty file")
    try:
        suffix_of(sent.file.filename)
    except InputError as error:
        raise InputError(f"Invalid request: file format not supported: {error}") from None
    return sent.file


@router.get(
    "/download_file/{name}",
    summary="Fetch a translated file",
    response_class=Response,
    responses={
        200: {
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
            "description": "The file, in the format that was sent.",
        },
        **only(404, 413, 415, 503),
    },
    openapi_extra={
        "parameters": [
            {
                "in": "path",
                "name": "name",
                "required": True,
                "description": "As the address of the file ends.",
                "schema": {"type": "string"},
            }
        ]
    },
)
def download_file(request: Request, has: Has) -> Response:
    """Return a translated file. There is no key to it but its address."""
    name = str(request.path_params["name"])
    id_, _, file_name = name.partition(".")
    document = has.store.documents.get(id_, kind=_KIND)
    if file_name != document.file_name:
        raise NotFoundError(f"there is no file {name[:100]!r}; it may have expired")
    try:
        data = has.store.documents.read(id_, kind=_KIND)
    except ConflictError:  # it expired in between
        raise NotFoundError(f"there is no file {name[:100]!r}; it may have expired") from None
    disposition = f"attachment; filename*=UTF-8''{quote(file_name, safe='')}"
    return Response(data, media_type="application/octet-stream", headers={"Content-Disposition": disposition})
