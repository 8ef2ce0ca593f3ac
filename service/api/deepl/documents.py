"""DeepL's documents: upload, poll, fetch once."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import quote
from weakref import WeakKeyDictionary

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from glossary import GlossaryError
from service.api.chosen import Choice, laid, looked_up
from service.api.deepl.body import (
    FORM,
    MULTIPART,
    Commas,
    DeeplReader,
    DeeplTranslator,
    Single,
    members,
    reads,
    takes,
)
from service.api.deepl.codes import routed, source_tag, target_tag
from service.api.deepl.failures import failures
from service.api.deepl.translate import Formality, Switch, check_formality, glossary_ids
from service.api.deepl.usage import count
from service.api.state import Has, Server
from service.documents import SUFFIXES, suffix_of
from service.errors import ConflictError, InputError, NotFoundError, ServiceError
from service.records import Caller

if TYPE_CHECKING:
    from service.jobs import Jobs
    from service.records import Progress
    from service.store import Document

router = APIRouter(tags=["DeepL: documents"])

_KIND = "deepl"
_STATUSES = {"queued": "queued", "running": "translating", "done": "done", "fetched": "downloaded", "failed": "error"}
_STOPPED = "the translation was stopped; send the document again"
#: The official client asks at once and then every five seconds: what is done within this costs it no second question.
_POLL_S = 4.0


class DocumentBody(BaseModel):
    """How a document is to be translated; the document itself is the part `file`."""

    target_lang: Annotated[str, Single] = Field(description="Language to translate into.", examples=["ES"])
    source_lang: Annotated[str | None, Single] = Field(
        None, description="Language of the document; detected where it is missing.", examples=["EN"]
    )
    filename: Annotated[str | None, Single] = Field(
        None, description="Its name, where the part has none or another; the ending says what it is."
    )
    formality: Annotated[Formality | None, Single] = Field(
        None, description="No engine here has degrees of formality: less and more are refused, the others do nothing."
    )
    glossary_id: Annotated[str | None, Single] = Field(
        None, description="A glossary made on this server; needs `source_lang`."
    )
    glossary_ids: Annotated[list[str] | None, Commas] = Field(
        None, description="Several glossaries, with commas; the first that has a term counts."
    )
    output_format: Annotated[str | None, Single] = Field(
        None, description="Ending of the result; none but the document's own."
    )
    house_glossary: Switch = Field(True, description="Exonym's own: false leaves out the house glossary.")
    engine: Annotated[str, Single] = Field("auto", description="Exonym's own: the only engine that may be used.")


class _Upload(DocumentBody):
    """The whole form, for the OpenAPI document."""

    file: str = Field(
        description=f"The document: one of {', '.join(sorted(SUFFIXES))}.", json_schema_extra={"format": "binary"}
    )


class DocumentHandle(BaseModel):
    """What a document is asked for with."""

    document_id: str = Field(description="Its id.", examples=["04DE5AD98A02647D83285A36021911C6"])
    document_key: str = Field(description="Its key, which is shown this once.", examples=["0CB0054F1C132C16"])


class KeyBody(BaseModel):
    """The key of a document."""

    model_config = ConfigDict(json_schema_extra={"example": {"document_key": "0CB0054F1C132C1625B392EADDA4"}})

    document_key: Annotated[str, Single] = Field(description="The key that came with the upload's answer.")


class DocumentStatus(BaseModel):
    """How far a document is."""

    document_id: str = Field(description="Its id.", examples=["04DE5AD98A02647D83285A36021911C6"])
    status: Literal["queued", "translating", "done", "downloaded", "error"] = Field(description="How far it is.")
    seconds_remaining: int | None = Field(None, description="A guess at how long it will take yet.", examples=[20])
    error_message: str | None = Field(None, description="Only on an error: what is wrong, and what to do.")


@dataclass(slots=True)
class _Working:
    """A document that is being translated by this process."""

    job: str = ""
    begun: float = 0.0
    progress: tuple[int, int | None] = (0, None)
    finished: asyncio.Event = field(default_factory=asyncio.Event)

    def seconds_remaining(self) -> int | None:
        """Return a guess by what is done, None while nothing is."""
        done, total = self.progress
        if not self.begun or not done or not total:
            return None
        return max(1, round((time.monotonic() - self.begun) * (total - done) / done))


@dataclass(frozen=True, slots=True)
class _Job:
    """What is to be done with an uploaded document."""

    data: bytes = field(repr=False)
    file_name: str
    source: str | None
    target: str
    engine: str
    choice: Choice


_WORKING: WeakKeyDictionary[Jobs, dict[str, _Working]] = WeakKeyDictionary()


@router.post(
    "/v2/document",
    summary="Upload a document",
    response_model=DocumentHandle,
    responses=failures(404),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {MULTIPART: takes(_Upload)["requestBody"]["content"]["application/json"]},
        }
    },
)
async def upload(
    request: Request, has: Has, caller: DeeplTranslator, body: Annotated[DocumentBody, Depends(reads(DocumentBody))]
) -> dict[str, str]:
    """Take a document to be translated, and answer at once with what it is asked for with."""
    job = await _job(has, body, (await members(request)).get("file"))
    document = await run_in_threadpool(
        has.store.documents.add,
        kind=_KIND,
        file_name=job.file_name,
        source=job.source,
        target=job.target,
        caller=caller,
    )
    working = _WORKING.setdefault(has.jobs, {})[document.id] = _Working()

    async def work(progress: Progress) -> dict[str, str]:
        return await _translated(has, caller, document.id, job, working, progress)

    try:
        submitted = await has.jobs.submit("deepl document", work, caller=caller, n_chars=len(job.data))
        working.job = submitted.id
    except BaseException:
        _WORKING[has.jobs].pop(document.id, None)
        await run_in_threadpool(has.store.documents.delete, document.id)
        raise
    return {"document_id": document.id.upper(), "document_key": document.key}


async def _job(has: Server, body: DocumentBody, sent: object) -> _Job:
    """Return what is to be done, everything checked that can be before it begins."""
    file = sent[0] if isinstance(sent, list) and len(sent) == 1 else None
    if not isinstance(file, UploadFile):
        raise InputError("Missing or invalid argument: file; send one document as multipart/form-data")
    file_name = PurePath((body.filename or file.filename or "").replace("\\", "/")).name
    suffix = suffix_of(file_name)
    if body.output_format and body.output_format.lower().removeprefix(".") != suffix:
        raise InputError(f"output_format {body.output_format[:20]!r} is not {suffix}; documents keep their format")
    check_formality(body.formality, body.target_lang)
    target = target_tag(body.target_lang, has.pipeline.router)
    source = source_tag(body.source_lang, has.pipeline.router) if body.source_lang else None
    target = routed(source, target, has.pipeline.router, engine=body.engine)
    ids = glossary_ids(body.glossary_id, body.glossary_ids, source)
    choice = await looked_up(has, ids, source=source, targets=[target], house=body.house_glossary)
    return _Job(await file.read(), file_name, source, target, body.engine, choice)


async def _translated(
    has: Server, caller: Caller, id_: str, job: _Job, working: _Working, progress: Progress
) -> dict[str, str]:
    """Translate a document and keep the result, or why there is none."""

    def note(done: int, total: int | None) -> None:
        working.progress = done, total
        progress(done, total)

    documents = has.store.documents
    try:
        await run_in_threadpool(documents.start, id_)
        working.begun = time.monotonic()
        if job.source == job.target:
            raise InputError(f"Source and target language are equal: {job.target}; name another target_lang")
        made = await has.desk.translate_document(
            job.data,
            file_name=job.file_name,
            source=job.source,
            target=job.target,
            glossary=await laid(has, job.choice),
            engine=job.engine,
            caller=caller,
            progress=note,
        )
        await run_in_threadpool(documents.finish, id_, data=made.data, file_name=made.file_name)
        count(has, caller, n_chars=0, n_documents=1)
    except (ServiceError, GlossaryError) as error:
        await run_in_threadpool(documents.fail, id_, error=str(error))
        raise
    except asyncio.CancelledError:
        await asyncio.shield(run_in_threadpool(documents.fail, id_, error=_STOPPED))
        raise
    except Exception:
        await run_in_threadpool(documents.fail, id_, error="something went wrong here, not in the document")
        raise
    finally:
        _WORKING[has.jobs].pop(id_, None)
        working.finished.set()
    return {"document": id_}


@router.post(
    "/v2/document/{document_id}",
    summary="Say how far it is",
    response_model=DocumentStatus,
    response_model_exclude_none=True,
    responses=failures(404),
    openapi_extra=takes(KeyBody, FORM),
)
async def status(
    has: Has, caller: DeeplReader, document_id: str, body: Annotated[KeyBody, Depends(reads(KeyBody))]
) -> dict[str, Any]:
    """Say how far a document is; a few seconds later, when it is about to be done."""
    del caller
    document = await _found(has, document_id, body)
    working = _WORKING.get(has.jobs, {}).get(document.id)
    if working:
        with_in = asyncio.wait_for(working.finished.wait(), _POLL_S)
        await asyncio.gather(with_in, return_exceptions=True)
        await _end_if_cancelled(has, document.id, working)
        document = await _found(has, document_id, body)
    answer: dict[str, Any] = {"document_id": document.id.upper(), "status": _STATUSES[document.state]}
    if document.state == "running" and working:
        answer["seconds_remaining"] = working.seconds_remaining()
    if document.state == "failed":
        answer["error_message"] = document.error
    return answer


@router.post(
    "/v2/document/{document_id}/result",
    summary="Fetch it",
    response_class=Response,
    responses={
        **failures(404, 409),
        200: {
            "description": "The translated document.",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        },
    },
    openapi_extra=takes(KeyBody, FORM),
)
async def result(
    has: Has, caller: DeeplReader, document_id: str, body: Annotated[KeyBody, Depends(reads(KeyBody))]
) -> Response:
    """Answer with the translated document; when all of it was sent, its bytes are deleted here."""
    del caller
    document = await _found(has, document_id, body)
    data = await run_in_threadpool(has.store.documents.read, document.id, kind=_KIND, key=body.document_key)
    return Response(
        data,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(document.file_name, safe='')}",
        },
        background=BackgroundTask(_fetched, has, document.id),
    )


async def _end_if_cancelled(has: Server, id_: str, working: _Working) -> None:
    """Fail a document whose job was cancelled before it began: nothing else would ever say so."""
    if working.begun or not working.job or (await has.jobs.get(working.job)).is_open:
        return
    with suppress(ConflictError):
        await run_in_threadpool(has.store.documents.fail, id_, error=_STOPPED)
    _WORKING[has.jobs].pop(id_, None)


def _fetched(has: Server, id_: str) -> None:
    """Delete the bytes of a document that was sent; another request may have been quicker."""
    with suppress(NotFoundError):
        has.store.documents.fetched(id_)


async def _found(has: Server, document_id: str, body: KeyBody) -> Document:
    return await run_in_threadpool(has.store.documents.get, document_id, kind=_KIND, key=body.document_key)
