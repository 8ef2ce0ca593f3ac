"""Files: sent, translated in the background, fetched."""

from __future__ import annotations

import asyncio
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from service.api.chosen import glossary_of
from service.api.native.failures import failures
from service.api.native.jobs import JobState, begun
from service.api.native.shapes import MAX_TARGETS
from service.api.state import Has, Translator
from service.documents import suffix_of
from service.errors import InputError, TooManyError
from service.languages import canonical

if TYPE_CHECKING:
    from service.api.state import Server
    from service.documents import Document
    from service.records import Caller, Progress

router = APIRouter(tags=["native: jobs"])

_KIND = "native"
_MAX_NAME_CHARS = 255
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\"\\/:*?<>|\ud800-\udfff]+")


@router.post("/documents", status_code=202, summary="Translate a file", responses=failures(404, 409))
async def send(
    request: Request,
    response: Response,
    has: Has,
    caller: Translator,
    file: Annotated[UploadFile, File(description="The file: txt, html, md, docx, odt, pptx, epub, srt and the like.")],
    targets: Annotated[
        list[str], Form(description="Languages to translate into: repeated, or one field with commas.", examples=["es"])
    ],
    source: Annotated[str, Form(max_length=35, description="Language of the file; auto detects it.")] = "auto",
    engine: Annotated[str, Form(max_length=100, description="auto, or the only engine that may be used.")] = "auto",
    glossary: Annotated[
        str, Form(max_length=1024, description="house, false, or the id or name of a glossary made over HTTP.")
    ] = "house",
) -> JobState:
    """Translate a file in the background; the job's result has an address for each translated file."""
    langs = _targets(targets)
    lang = None if source == "auto" else canonical(source)
    name = safe_name(file.filename or "")
    suffix_of(name)
    data = await file.read()
    choice: str | Literal[False] = False if glossary.lower() == "false" else glossary
    names = await glossary_of(has, choice, source=lang, targets=langs)

    async def work(progress: Progress) -> Any:  # noqa: ANN401 - any JSON
        files = []
        for n, target in enumerate(langs):
            document = await has.desk.translate_document(
                data,
                file_name=name,
                source=lang,
                target=target,
                glossary=names,
                engine=engine,
                caller=caller,
                progress=_part(progress, n, len(langs)),
            )
            files.append(await asyncio.to_thread(_kept, has, document, target, caller))
        return {"files": files}

    job = await has.jobs.submit("document", work, caller=caller, n_chars=len(data))
    return begun(request, response, job)


@router.get(
    "/documents/{id}",
    summary="Fetch a translated file",
    response_class=Response,
    responses={
        200: {
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
            "description": "The file, in the format that was sent.",
        },
        **failures(404, 409),
    },
)
def fetch(id: str, has: Has, caller: Translator) -> Response:
    """Return a translated file; it can be fetched for half an hour, or as long as the server is set to."""
    del caller
    document = has.store.documents.get(id, kind=_KIND)
    data = has.store.documents.read(id, kind=_KIND)
    return Response(
        data,
        media_type="application/octet-stream",
        headers={"Content-Disposition": f"attachment; filename*=utf-8''{quote(document.file_name, safe='')}"},
    )


def safe_name(name: str) -> str:
    """Return a file's name without any folder, and without what no file system takes.

    >>> safe_name("../../etc/pass\\x00wd.txt"), safe_name("C:\\\\a\\\\b.docx")
    ('pass_wd.txt', 'b.docx')
    """
    last = re.split(r"[/\\]", name)[-1]
    plain = _UNSAFE.sub("_", last).strip(" .")
    if not plain:
        raise InputError("the file has no name; send one with its ending, such as article.docx")
    stem, dot, suffix = plain.rpartition(".")
    return plain if len(plain) <= _MAX_NAME_CHARS else f"{stem[: _MAX_NAME_CHARS - 20]}{dot}{suffix[:19]}"


def _targets(given: list[str]) -> tuple[str, ...]:
    tags = [tag.strip() for field in given[: MAX_TARGETS + 1] for tag in field[:2000].split(",") if tag.strip()]
    if not tags:
        raise InputError("targets is empty; name at least one language")
    if len(tags) > MAX_TARGETS:
        raise TooManyError(f"more than {MAX_TARGETS} targets; send fewer at a time")
    return tuple(dict.fromkeys(canonical(tag) for tag in tags))


def _part(progress: Progress, n: int, n_parts: int) -> Progress:
    """Return where one of several equal parts reports: what the parts before it did counts as done."""

    def report(done: int, total: int | None) -> None:
        progress(n * (total or 0) + done, n_parts * total if total else None)

    return report


def _kept(has: Server, document: Document, target: str, caller: Caller) -> dict[str, Any]:
    kept = has.store.documents.add(
        kind=_KIND,
        file_name=document.file_name,
        source=document.source,
        target=target,
        caller=caller,
        data=document.data,
    )
    return {
        "id": kept.id,
        "name": kept.file_name,
        "url": f"/api/documents/{kept.id}",
        "source": document.source,
        "target": target,
        "n_bytes": len(document.data),
        "n_segments": document.n_segments,
        "mentions": [asdict(mention) for mention in document.mentions],
        "lost_marks": list(document.lost_marks),
    }
