"""Long work: begun with a POST, watched over server-sent events, fetched when it is done."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import anyio
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sse_starlette import EventSourceResponse

from service.api.native.failures import failures
from service.api.native.translate import TranslateBody, check_body, translated
from service.api.state import Has, Translator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from service.api.state import Server
    from service.records import Progress
    from service.store import Job

router = APIRouter(tags=["native: jobs"])

_PING_S = 15
_LEAVE_S = 2.0  # for watchers when the server is stopped; the job is still there when it is back


class JobBody(TranslateBody):
    """Work to be done in the background: the body of /api/translate and its kind. A file goes to /api/documents."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"kind": "translate", "text": "Kiev is a city.", "source": "en", "targets": ["es"]}
        },
    )

    kind: Literal["translate"] = Field("translate", description="What is to be done.")


class JobState(BaseModel):
    """A job as far as it is."""

    id: str = Field(description="Under which it is found, for a day after it is finished.")
    kind: str = Field(description="What is done: translate or document.")
    state: Literal["queued", "running", "done", "failed", "cancelled"] = Field(description="The last three are final.")
    done: int = Field(description="How much is done: sentences, each step of the way counted.")
    total: int | None = Field(description="How much there is to do; null while that is not known.")
    result: Any = Field(None, description="When it is done: what /api/translate answers, or the files of a document.")
    code: str | None = Field(None, description="When it failed: a stable word for the kind of error.")
    error: str | None = Field(None, description="When it failed: what was wrong, and what to do.")
    created: datetime = Field(description="When it was begun, in UTC.")


def job_out(job: Job) -> JobState:
    """Return a job as routes answer it."""
    names = ("id", "kind", "state", "done", "total", "result", "code", "error", "created")
    return JobState(**{name: getattr(job, name) for name in names})


def begun(request: Request, response: Response, job: Job) -> JobState:
    """Return a job that was begun just now, and say in the answer's headers where it is."""
    response.headers["Location"] = f"{request.scope.get('root_path', '')}/api/jobs/{job.id}"
    return job_out(job)


@router.post("/jobs", status_code=202, summary="Begin a job", responses=failures(404, 409))
async def begin(request: Request, response: Response, has: Has, caller: Translator, body: JobBody) -> JobState:
    """Translate in the background; the answer comes at once, with the address of the job in `Location`."""
    texts = check_body(body, has, caller)

    async def work(progress: Progress) -> Any:  # noqa: ANN401 - any JSON
        return (await translated(has, body, caller, progress=progress)).model_dump(mode="json")

    job = await has.jobs.submit("translate", work, caller=caller, n_chars=sum(map(len, texts)))
    return begun(request, response, job)


@router.get("/jobs/{id}", summary="See how far a job is", responses=failures(404))
async def see(id: str, has: Has, caller: Translator) -> JobState:
    """Return a job, with its result when it is done."""
    del caller
    return job_out(await has.jobs.get(id))


@router.delete("/jobs/{id}", summary="Cancel a job", responses=failures(404, 409))
async def cancel(id: str, has: Has, caller: Translator) -> JobState:
    """Stop a job that waits or runs; what it was doing is given up."""
    del caller
    return job_out(await has.jobs.cancel(id))


@router.get(
    "/jobs/{id}/events",
    summary="Watch a job",
    response_class=EventSourceResponse,
    responses={
        200: {
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
            "description": "Events until the job is finished: progress {state, done, total}, then done {result}, "
            "failed {code, message} or cancelled {}.",
        },
        **failures(404),
    },
)
async def watch(id: str, has: Has, caller: Translator) -> EventSourceResponse:
    """Follow a job by server-sent events; the first tells how it is now, the last how it ended."""
    del caller
    await has.jobs.get(id)  # an id that is none is a 404, and no stream
    stopping = anyio.Event()
    return EventSourceResponse(
        _events(has, id, stopping),
        ping=_PING_S,
        headers={"Cache-Control": "no-store"},
        shutdown_event=stopping,
        shutdown_grace_period=_LEAVE_S,
    )


async def _events(has: Server, id_: str, stopping: anyio.Event) -> AsyncIterator[dict[str, str]]:
    async for job in has.jobs.events(id_, leave=stopping.is_set):
        name, data = _event(job)
        yield {"event": name, "data": json.dumps(data, ensure_ascii=True)}


def _event(job: Job) -> tuple[str, dict[str, Any]]:
    if job.state == "done":
        return "done", {"result": job.result}
    if job.state == "failed":
        return "failed", {"code": job.code, "message": job.error}
    if job.state == "cancelled":
        return "cancelled", {}
    return "progress", {"state": job.state, "done": job.done, "total": job.total}
