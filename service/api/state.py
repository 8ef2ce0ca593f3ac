"""What routes share: the server's parts, who calls, and work that ends when its caller leaves."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, TypeVar

from fastapi import Depends, Request
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from glossary import shipped
from service.api.guard import Guard, Scope
from service.batching import Batched
from service.caching import Cached
from service.desk import Desk
from service.engines import ENGINES, open_engine
from service.house import House
from service.jobs import Jobs
from service.pipeline import Pipeline
from service.records import Caller
from service.settings import Settings
from service.store import Store

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from service.engines import Engine

T = TypeVar("T")
CLIENT_LEFT = 499  # no standard has a status for it; this is nginx's, and only logs and metrics see it


@dataclass(frozen=True)
class Server:
    """The parts of one running server."""

    settings: Settings
    store: Store
    house: House
    pipeline: Pipeline
    desk: Desk
    jobs: Jobs
    guard: Guard


@contextmanager
def open_server(settings: Settings) -> Iterator[Server]:
    """Open the parts that the settings describe, and close them afterwards in the opposite order.

    Raises: GlossaryFileError, StoreError: with what to mend; nothing stays open then.
    """
    store = Store.open(settings)
    try:
        house = House(settings.glossary or shipped(), revisions=store.revisions)
        engines = {name: _engine(name, settings, store) for name in ENGINES}
        pipeline = Pipeline(engines, house.glossary, max_chars=settings.max_chars)
        try:
            desk = Desk(pipeline, house=house, settings=settings)
            yield Server(settings, store, house, pipeline, desk, Jobs(store.jobs, settings), Guard(store, settings))
        finally:
            pipeline.close()
    finally:
        store.close()


def _engine(name: str, settings: Settings, store: Store) -> Engine:
    """Return an engine whose callers share batches, and the sentences translated before where those are kept."""
    batched = Batched(open_engine(name, settings), settings)
    return Cached(batched, store.sentences) if settings.cache_sentences else batched


async def server(connection: HTTPConnection) -> Server:
    """Return the server that a request came to; a coroutine, since FastAPI has threads call what is none."""
    found: Server = connection.app.state.server
    return found


Has = Annotated[Server, Depends(server)]


def _admitted(scope: Scope) -> Callable[..., Awaitable[Caller]]:
    async def admit(request: Request, has: Has) -> Caller:
        return await has.guard.admit(request, scope=scope)

    return admit


#: Callers with the scope of the name, whose key came in a header or the query.
Reader = Annotated[Caller, Depends(_admitted("read"))]
Translator = Annotated[Caller, Depends(_admitted("translate"))]
Keeper = Annotated[Caller, Depends(_admitted("glossary"))]


async def answered(request: Request, work: Awaitable[T]) -> T:
    """Return what `work` returns; cancel it when the client goes away. Read the request's body before.

    Raises: HTTPException: the client left, and nobody reads the answer.
    """
    task = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(left(request))
    try:
        await asyncio.wait({task, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise HTTPException(CLIENT_LEFT, "the client went away before the answer was ready")
        return task.result()
    finally:
        leaving.cancel()
        task.cancel()


async def left(request: Request) -> None:
    """Return when the client has gone away; only after the request's body was read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
