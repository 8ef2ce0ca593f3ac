"""What the glossary was: who saved what and when, what that changed, and the way back."""

from __future__ import annotations

import difflib
import re
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from service.api.native.concepts import IfMatch, show_etag
from service.api.native.failures import CHANGE, failures
from service.api.native.glossary import Saved
from service.api.state import Has, Keeper, Reader

if TYPE_CHECKING:
    from service.store import Revision

router = APIRouter(tags=["native: glossary"])

_CONTEXT = 3
_MAX_CHANGED_LINES = 20_000  # what is compared line by line; more is a new file
_HUNK = re.compile(r"^@@ -(\d+)(,\d+)? \+(\d+)(,\d+)? @@", re.MULTILINE)


class RevisionLine(BaseModel):
    """One version of the glossary file."""

    n: int = Field(description="Its number; higher ones are newer.")
    who: str = Field(description="The API key or address that saved it; disk where it was changed on disk.")
    when: datetime = Field(description="When it was saved, or noticed; in UTC.")
    summary: str = Field(description="What was done.", examples=["changed kyiv"])
    etag: str = Field(description="Version of the file, as in the ETag header.")


class RevisionPage(BaseModel):
    """Some revisions."""

    items: list[RevisionLine] = Field(description="The newest first.")
    next: int | None = Field(description="What to send as `before` for those that follow; null at the end.")


class RevisionWhole(RevisionLine):
    """One version of the glossary file, whole."""

    text: str = Field(description="The file.")
    diff: str | None = Field(
        description="Unified diff to the revision before; null where there is none, or where nearly all is new."
    )


@router.get("/glossary/revisions", summary="List revisions", responses=failures(404))
def revisions(
    has: Has,
    caller: Reader,
    limit: Annotated[int, Query(ge=1, le=200, description="How many at most.")] = 50,
    before: Annotated[int | None, Query(ge=1, description="Only those with a lower number.")] = None,
) -> RevisionPage:
    """Return the versions that the file had since this server keeps them."""
    del caller
    has.house.look()
    found = has.store.revisions.list(limit=limit, before=before)
    items = [_line(revision) for revision in found]
    return RevisionPage(items=items, next=items[-1].n if len(items) == limit else None)


@router.get("/glossary/revisions/{n}", summary="Read a revision", responses=failures(404))
async def revision(n: str, has: Has, caller: Reader) -> RevisionWhole:
    """Return one version, and what it changed."""
    del caller
    found = await run_in_threadpool(has.store.revisions.get, n)
    earlier = await run_in_threadpool(has.store.revisions.list, limit=1, before=found.n)
    before = await run_in_threadpool(has.store.revisions.get, earlier[0].n) if earlier else None
    text = found.text or ""
    diff = await has.desk.run(unified_diff, before.text or "", text) if before else None
    return RevisionWhole(**_line(found).model_dump(), text=text, diff=diff)


@router.post("/glossary/revisions/{n}/restore", summary="Restore a revision", responses=failures(*CHANGE))
async def restore(response: Response, n: str, has: Has, caller: Keeper, if_match: IfMatch = None) -> Saved:
    """Make the file what it was; that is a new revision, so nothing is lost."""
    now = await run_in_threadpool(has.house.restore, n, if_match=if_match, who=caller.id)
    show_etag(response, now)
    return Saved(etag=now.etag, n_concepts=len(now.glossary.concepts))


def unified_diff(before: str, after: str) -> str | None:
    """Return the unified diff of two texts, None where too much differs to be compared.

    What is the same at both ends is passed over first: an edit of a large file is a small one.

    >>> print(unified_diff("a\\nb\\nc\\n", "a\\nB\\nc\\n"), end="")
    @@ -1,3 +1,3 @@
     a
    -b
    +B
     c
    """
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    shortest = min(len(old), len(new))
    head = next((n for n in range(shortest) if old[n] != new[n]), shortest)
    tail = next((n for n in range(shortest - head) if old[-1 - n] != new[-1 - n]), shortest - head)
    start, end = max(0, head - _CONTEXT), max(0, tail - _CONTEXT)
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    if max(len(old), len(new)) > _MAX_CHANGED_LINES:
        return None
    lines = list(difflib.unified_diff(old, new, n=_CONTEXT))[2:]
    ended = [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines]

    def moved(hunk: re.Match[str]) -> str:
        return f"@@ -{int(hunk[1]) + start}{hunk[2] or ''} +{int(hunk[3]) + start}{hunk[4] or ''} @@"

    return "".join(_HUNK.sub(moved, line) if line.startswith("@@") else line for line in ended)


def _line(revision: Revision) -> RevisionLine:
    names = ("n", "who", "when", "summary", "etag")
    return RevisionLine(**{name: getattr(revision, name) for name in names})
