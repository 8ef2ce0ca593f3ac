"""Translations that are kept: the history of the page, and what can be compared."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from service.api.native.failures import failures
from service.api.native.shapes import Translated
from service.api.state import Has, Reader, Translator
from service.languages import canonical
from service.records import as_dict

if TYPE_CHECKING:
    from service.store import Kept, Preview

router = APIRouter(tags=["native: translations"])


class KeptLine(BaseModel):
    """A kept translation as a list shows it."""

    id: str = Field(description="Under which it is kept.")
    group: str = Field(description="The same for all translations of one text.")
    created: datetime = Field(description="When it was made, in UTC.")
    source: str = Field(description="Language of the text.")
    target: str = Field(description="Language of the translation.")
    engine: str = Field(description="The engines on the way, joined by +.")
    route: list[str] = Field(description="Each step of the way: engine:source-target.")
    source_preview: str = Field(description="The first 200 characters of the text.")
    preview: str = Field(description="The first 200 characters of the translation.")
    n_source_chars: int = Field(description="Length of the text.")
    n_chars: int = Field(description="Length of the translation.")


class KeptPage(BaseModel):
    """Some kept translations."""

    items: list[KeptLine] = Field(description="The newest first.")
    next: str | None = Field(description="What to send as `before` for those that follow; null at the end.")


class KeptWhole(Translated):
    """A kept translation, whole."""

    group: str = Field(description="The same for all translations of one text.")
    created: datetime = Field(description="When it was made, in UTC.")
    format: Literal["text", "html", "xml"] = Field(description="How the text was read.")
    source_text: str = Field(description="The text that was translated.")


class Deleted(BaseModel):
    """What was deleted."""

    deleted: int = Field(description="How many there were.")


_Lang = Annotated[str | None, Query(min_length=2, max_length=35, description="Only those in this language.")]


@router.get("/translations", summary="List kept translations", responses=failures(404))
def kept(
    has: Has,
    caller: Reader,
    search: Annotated[str, Query(max_length=200, description="What stands in the text or the translation.")] = "",
    source: _Lang = None,
    target: _Lang = None,
    group: Annotated[str | None, Query(max_length=64, description="Only translations of one text.")] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="How many at most.")] = 50,
    before: Annotated[str | None, Query(max_length=64, description="The `next` of the page before.")] = None,
) -> KeptPage:
    """Return what is kept, without the whole texts."""
    del caller
    found = has.store.translations.list(
        search=search,
        source=canonical(source) if source else None,
        target=canonical(target) if target else None,
        group=group,
        limit=limit,
        before=before,
    )
    return KeptPage(items=[_line(each) for each in found], next=found[-1].id if len(found) == limit else None)


@router.get("/translations/{id}", summary="Read a kept translation", responses=failures(404))
def read(id: str, has: Has, caller: Reader) -> KeptWhole:
    """Return a translation with its text and what became of each name."""
    del caller
    return whole(has.store.translations.get(id))


@router.delete("/translations/{id}", status_code=204, summary="Delete a kept translation", responses=failures(404))
def delete(id: str, has: Has, caller: Translator) -> None:
    """Delete one translation."""
    del caller
    has.store.translations.delete(id)


@router.delete("/translations", summary="Delete all kept translations", responses=failures())
def delete_all(has: Has, caller: Translator) -> Deleted:
    """Delete every translation that is kept."""
    del caller
    return Deleted(deleted=has.store.translations.delete_all())


def whole(kept: Kept) -> KeptWhole:
    """Return a kept translation as routes answer it."""
    return KeptWhole.model_validate(
        {
            **as_dict(kept.translation),
            "lost_marks": list(kept.lost_marks),
            **{name: getattr(kept, name) for name in ("id", "group", "created", "format", "source_text")},
        }
    )


def _line(preview: Preview) -> KeptLine:
    names = set(KeptLine.model_fields) - {"route"}
    return KeptLine(route=[str(hop) for hop in preview.route], **{name: getattr(preview, name) for name in names})
