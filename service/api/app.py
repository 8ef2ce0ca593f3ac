"""Build the application: the routes of all families, and what stands around them."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from service import __version__
from service.api import deepl, docs, libretranslate, metrics, native, page
from service.api.deepl.failures import DeeplFailure
from service.api.libretranslate.failures import LibreFailure
from service.api.middleware import wrapped
from service.api.native.failures import Failure
from service.api.openapi import describe
from service.api.problems import answer_errors
from service.api.state import Has, Server
from service.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import ASGIApp

    from service.store import Store

_LOG = logging.getLogger(__name__)
_TIDY_S = 60

_ABOUT = """Translates offline and keeps every name as the house glossary spells it.

Three families of routes: `/api` is exonym's own; `/translate` and the like are LibreTranslate's, `/v2` and `/v3`
DeepL's, for the clients that speak those. A key, where the server needs one, goes into `Authorization: Bearer KEY`.
"""


def create_app(server: Server) -> ASGIApp:
    """Return the application for a server whose parts are open; it finishes accepted work when it is shut down."""
    app = FastAPI(
        title="exonym",
        version=__version__,
        description=_ABOUT,
        openapi_url="/api/openapi.json",
        docs_url=None,  # FastAPI's page fetches its scripts from a network
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.server = server
    answer_errors(app)
    for family in (native, libretranslate, deepl, metrics, docs, page):
        app.include_router(family.router)
    app.add_api_route("/health", health, tags=["running"], summary="Liveness")
    app.add_api_route(
        "/ready", ready, tags=["running"], summary="Readiness", responses={503: {"description": "Not yet"}}
    )
    describe(app, (Failure, LibreFailure, DeeplFailure))
    return wrapped(app, server.settings)


async def health() -> dict[str, str]:
    """Say that the process lives; asks nothing else, so that it answers under any load."""
    return {"status": "ok"}


def ready(has: Has) -> JSONResponse:
    """Say whether a translation sent now would be answered: the store opens, the glossary is read, a pair is there."""
    checks = {
        "store": _works(has.store),
        "engines": bool(has.pipeline.router.sources()),
        "accepting": has.desk.accepting,
    }
    return JSONResponse(
        {"status": "ready" if all(checks.values()) else "not ready", "checks": checks},
        200 if all(checks.values()) else 503,
    )


def _works(store: Store) -> bool:
    try:
        store.check()
    except StoreError:
        return False
    return True


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    server: Server = app.state.server
    tidying = asyncio.create_task(_tidy(server.store))
    try:
        yield
    finally:
        tidying.cancel()
        await server.jobs.close()
        await server.desk.close()


async def _tidy(store: Store) -> None:
    """Delete what has had its time, once a minute."""
    while True:
        await asyncio.sleep(_TIDY_S)
        try:
            await run_in_threadpool(store.expire)
        except StoreError as error:
            _LOG.warning("what is kept could not be tidied: %s", error)
