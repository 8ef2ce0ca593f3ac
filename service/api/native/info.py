"""What this server is and has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from service import __version__, packages
from service.api.native.failures import failures
from service.api.native.shapes import GlossaryProblem, problem_out
from service.api.state import Has, Server
from service.errors import KeyInvalidError, KeyMissingError, ScopeError, ServiceError
from service.languages import canonical, name

if TYPE_CHECKING:
    from service.engines import Engine

router = APIRouter(tags=["native: info"])

_LIMITS = (
    "max_chars",
    "max_items",
    "max_body_mb",
    "max_upload_mb",
    "max_jobs",
    "queue_requests",
    "queue_chars",
    "requests_per_minute",
    "keep_translations",
    "keep_files_s",
)


class EngineInfo(BaseModel):
    """An engine."""

    name: str = Field(description="What to send as `engine`.", examples=["argos"])
    pairs: list[tuple[str, str]] = Field(description="Source and target of each pair that works.")
    problems: list[str] = Field(description="What is installed and does not work.")


class GlossaryInfo(BaseModel):
    """The house glossary."""

    path: str | None = Field(description="Where it is; null for a caller without a key on a server that wants one.")
    fingerprint: str = Field(description="Changes when, and only when, its content does; part of every signature.")
    etag: str = Field(description="Version of the file, for If-Match.")
    n_concepts: int = Field(description="How many concepts it has.")
    languages: list[str] = Field(description="In which some concept has a name.")
    problems: list[GlossaryProblem] = Field(
        description="What is wrong with the file. Where there is an error, the last good version is in force."
    )
    writable: bool = Field(description="Whether it can be changed over HTTP.")


class Info(BaseModel):
    """What this server is and has."""

    version: str = Field(description="Of exonym.")
    keys_required: bool = Field(description="Whether requests need an API key.")
    engines: list[EngineInfo] = Field(description="All engines, also those without a pair.")
    models: list[str] = Field(description="Installed Argos packages; empty without a key where one is required.")
    limits: dict[str, int] = Field(description="Limits by the name of the setting; 0 is none.")
    glossary: GlossaryInfo = Field(description="The house glossary.")


class TargetInfo(BaseModel):
    """A language that can be reached."""

    language: str = Field(description="As BCP-47 tag.", examples=["es"])
    name: str = Field(description="In English.", examples=["Spanish"])
    route: list[str] = Field(description="Each step of the way: engine:source-target.", examples=[["argos:en-es"]])


class LanguageInfo(BaseModel):
    """A language that can be translated from."""

    language: str = Field(description="As BCP-47 tag.", examples=["en"])
    name: str = Field(description="In English.", examples=["English"])
    targets: list[TargetInfo] = Field(description="What it can be translated into.")


@router.get("/info", summary="What this server is and has", responses=failures())
async def info(request: Request, has: Has) -> Info:
    """Return version, engines, limits and the state of the glossary; needs no key, so that a page can ask for one."""
    try:
        await has.guard.admit(request, scope="read")
        known = True
    except (KeyMissingError, KeyInvalidError, ScopeError):
        known = False
    return await run_in_threadpool(_info, has, known=known)


@router.get("/languages", summary="What can be translated", responses=failures())
def languages(
    request: Request,
    has: Has,
    engine: Annotated[str, Query(max_length=100, description="auto, or the only engine that may be used.")] = "auto",
    source: Annotated[
        str | None, Query(min_length=2, max_length=35, description="Only what can be reached from this language.")
    ] = None,
) -> list[LanguageInfo]:
    """Return every language with those that it can be translated into, and the way taken; needs no key."""
    del request
    router_ = has.pipeline.router
    found = []
    for start in [canonical(source)] if source else router_.sources(engine=engine):
        targets = [
            TargetInfo(
                language=target,
                name=name(target),
                route=[str(hop) for hop in router_.route(start, target, engine=engine)],
            )
            for target in router_.targets(start, engine=engine)
        ]
        found.append(LanguageInfo(language=start, name=name(start), targets=targets))
    return found


def _info(has: Server, *, known: bool) -> Info:
    now = has.house.look()
    return Info(
        version=__version__,
        keys_required=has.guard.required,
        engines=[_engine(each, engine) for each, engine in has.pipeline.engines.items()],
        models=_models(has) if known else [],
        limits={each: getattr(has.settings, each) for each in _LIMITS},
        glossary=GlossaryInfo(
            path=str(has.house.path) if known else None,
            fingerprint=now.glossary.fingerprint,
            etag=now.etag,
            n_concepts=len(now.glossary.concepts),
            languages=list(now.glossary.languages),
            problems=[problem_out(problem) for problem in now.problems],
            writable=has.house.writable,
        ),
    )


def _engine(name_: str, engine: Engine) -> EngineInfo:
    pairs = sorted((pair.source, pair.target) for pair in engine.pairs())
    return EngineInfo(name=name_, pairs=pairs, problems=list(engine.problems()))


def _models(has: Server) -> list[str]:
    try:
        return [str(package) for package in packages.installed(has.settings)]
    except ServiceError:
        return []
