"""Two translations compared, and the names of several across languages."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Literal

from fastapi import APIRouter, Request
from pydantic import ConfigDict, Field

from service.api.chosen import glossary_of
from service.api.native.failures import failures
from service.api.native.shapes import Body, GlossaryChoice, Tag
from service.api.state import Has, Reader, Server, answered
from service.diff import Rendering, Version, compare, matrix
from service.errors import InputError, TooLongError
from service.languages import canonical

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glossary import Glossary
    from service.diff import Diff, Matrix
    from service.store import Kept

router = APIRouter(tags=["native: diff"])

#: Some 300,000 words: half a minute's work for a diff.
MAX_CHARS = 2_000_000
MAX_TRANSLATIONS = 50


class Which(Body):
    """A translation: one that is kept, or a text."""

    id: str | None = Field(None, max_length=40, description="Of a kept translation.", examples=["17"])
    text: str | None = Field(None, description="Or the text itself.", examples=["Kiev es una ciudad."])


class DiffBody(Body):
    """Two translations of one text into one language."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"a": {"text": "In Donbass it rains."}, "b": {"text": "In Donbas it snows."}, "lang": "en"}
        },
    )

    a: Which = Field(description="One of them.")
    b: Which = Field(description="The other.")
    lang: Tag | None = Field(None, description="Language of both; not needed where one is kept.")
    source_text: str | None = Field(None, description="What was translated; not needed where one is kept.")
    source: Tag | None = Field(None, description="Its language.")
    glossary: GlossaryChoice = "house"
    only: Literal["all", "ignore-names", "only-names"] = Field(
        "all", description="ignore-names leaves out what names make different; only-names leaves out all else."
    )


class Sentence(Body):
    """A sentence of one of the texts."""

    start: int = Field(description="Where it starts in its text, in code points from 0.")
    end: int = Field(description="Where it ends, exclusive.")
    text: str = Field(description="What stands there.")


class Spans(Body):
    """Where a change stands in each text: start and end, in code points."""

    a: tuple[int, int] = Field(description="In a; empty where only b has something.")
    b: tuple[int, int] = Field(description="In b; empty where only a has something.")


class Changed(Body):
    """What stands in a, and what stands in b for it."""

    class_: Literal["name", "number", "punctuation", "wording"] = Field(alias="class", description="What changed.")
    before: str = Field(description="What stands in a; may be empty.")
    after: str = Field(description="What stands in b; may be empty.")
    concept: str | None = Field(None, description="Of a name: whose it is.")
    follows: Literal["a", "b", "both", "neither"] | None = Field(
        None, description="Of a name: which side writes it as the glossary allows."
    )
    spans: Spans = Field(description="Where both stand.")


class Paired(Body):
    """Sentences of a and those of b that say the same; either may be none."""

    kind: str = Field(description="How many of a, and how many of b.", examples=["1-1", "2-1", "0-1"])
    a: list[Sentence] = Field(description="The sentences of a.")
    b: list[Sentence] = Field(description="The sentences of b.")
    changes: list[Changed] = Field(description="What changed, in order; empty where only white space did.")


class Counts(Body):
    """How much changed."""

    changes: int = Field(description="Changes in all.")
    name: int = Field(description="Those of names.")
    number: int = Field(description="Those of numbers.")
    punctuation: int = Field(description="Those of marks.")
    wording: int = Field(description="All others.")
    pairs: int = Field(description="Pairs in all.")
    same: int = Field(description="Pairs without a change.")
    changed: int = Field(description="Pairs with one.")
    only_a: int = Field(description="Pairs that b has nothing of.")
    only_b: int = Field(description="Pairs that a has nothing of.")
    regrouped: int = Field(description="Pairs whose sentences were merged or split.")


class Column(Body):
    """One translation of the matrix."""

    label: str = Field(description="Its id, or a number from 1.")
    lang: str = Field(description="Its language.")


class FormOut(Body):
    """A spelling of a name."""

    text: str = Field(description="As it stands there, its ending included.")
    n: int = Field(description="How often.")
    role: Literal["preferred", "admitted", "deprecated", "unlisted"] = Field(description="What the glossary has it as.")
    name: str | None = Field(description="The listed name that it is a form of; null where it is none's.")


class CellOut(Body):
    """A concept in one translation."""

    forms: list[FormOut] = Field(description="Its spellings, the most frequent first.")
    n_missing: int = Field(description="Mentions of the source that have no name here.")
    statuses: dict[str, int] = Field(description="Of a kept translation: how many mentions have each status.")
    outlier: list[Literal["several", "deprecated", "unlisted", "missing"]] = Field(
        description="Why it stands out; empty where it does not."
    )


class RowOut(Body):
    """A concept in all translations."""

    concept: str = Field(description="Its id.")
    kind: str = Field(description="What it is.", examples=["place"])
    n_source: int | None = Field(description="How often the source names it; null without a source.")
    cells: list[CellOut | None] = Field(
        description="One for each column; null where the glossary has no rule for the language."
    )


class MatrixOut(Body):
    """Concept by translation."""

    columns: list[Column] = Field(description="The translations.")
    rows: list[RowOut] = Field(description="The concepts, in the order in which the article names them.")
    n_outliers: int = Field(description="How many cells stand out.")


class DiffOut(Body):
    """Two translations compared."""

    lang: str = Field(description="Language of both; und where none was given, and no names are told apart then.")
    only: Literal["all", "ignore-names", "only-names"] = Field(description="Which changes are shown.")
    differs: bool = Field(description="Whether there is any change of these.")
    counts: Counts = Field(description="How much changed.")
    similarity: float = Field(ge=0, le=100, description="chrF, neither side being the reference.")
    pairs: list[Paired] = Field(description="The sentences of both in order, each in one pair.")
    matrix: MatrixOut | None = Field(description="How both write each name, where the source is known.")


class NamesBody(Body):
    """Translations of one text."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "source_text": "Rain in Kharkiv.",
                "source": "en",
                "translations": [{"text": "Lluvia en Kharkov.", "lang": "es"}],
            }
        },
    )

    class Rendered(Which):
        """A translation."""

        lang: Tag | None = Field(None, description="Its language; not needed where it is kept.")

    translations: list[Rendered] = Field(min_length=1, max_length=MAX_TRANSLATIONS, description="The translations.")
    source_text: str | None = Field(None, description="What was translated; not needed where one is kept.")
    source: Tag | None = Field(None, description="Its language.")
    glossary: GlossaryChoice = "house"


@router.post("/diff", summary="Compare two translations", responses=failures(404, 409))
async def diff(request: Request, has: Has, caller: Reader, body: DiffBody) -> DiffOut:
    """Pair the sentences of two translations, and say what changed in each pair and of what kind it is."""
    del caller
    return await answered(request, _diff(has, body))


@router.post("/names", summary="See how translations write each name", responses=failures(404, 409))
async def names(request: Request, has: Has, caller: Reader, body: NamesBody) -> MatrixOut:
    """Return concept by translation: the forms used, how often, and what stands out."""
    del caller
    return await answered(request, _names(has, body))


@router.get("/translations/{id}/names", summary="See the names of a kept translation", responses=failures(404))
async def names_of(request: Request, id: str, has: Has, caller: Reader) -> MatrixOut:
    """Return the names of a kept translation, and of the newest of the same text in each other language."""
    del caller
    return await answered(request, _names_of(has, id))


async def _diff(has: Server, body: DiffBody) -> DiffOut:
    a, b = [await _read(has, which, name) for which, name in ((body.a, "a"), (body.b, "b"))]
    kept = [one for one in (a, b) if not isinstance(one, str)]
    lang = _lang_of(kept, body.lang)
    targets = (lang,) if lang else ()
    glossary = await _glossary(has, body.glossary, targets) if lang else None
    source_text, source = _source_of(kept, body.source_text, body.source)
    return await has.desk.run(_compared, a, b, lang, glossary, source_text, source, body.only)


def _compared(
    a: Kept | str,
    b: Kept | str,
    lang: str | None,
    glossary: Glossary | None,
    source_text: str | None,
    source: str | None,
    only: str,
) -> DiffOut:
    first, second = (
        Version(text=one) if isinstance(one, str) else Version(text=one.text, mentions=one.mentions) for one in (a, b)
    )
    same_source = not isinstance(a, str) and not isinstance(b, str) and a.group == b.group
    found: Diff = compare(first, second, lang=lang or "und", glossary=glossary, same_source=same_source)
    found = found.ignoring_names() if only == "ignore-names" else found.names_only() if only == "only-names" else found
    across = None
    if lang and glossary and source_text is not None:
        both = [_rendering(one, n, lang) for n, one in enumerate((a, b), 1)]
        across = matrix(both, glossary=glossary, source_text=source_text, source_lang=source).as_dict()
    return DiffOut.model_validate({**found.as_dict(), "matrix": across})


async def _names(has: Server, body: NamesBody) -> MatrixOut:
    given = [await _read(has, which, f"translations.{n}") for n, which in enumerate(body.translations)]
    kept = [one for one in given if not isinstance(one, str)]
    renderings = []
    for n, (one, which) in enumerate(zip(given, body.translations, strict=True)):
        if isinstance(one, str) and which.lang is None:
            raise InputError(f"translations.{n} has no lang; say which language the text is in")
        renderings.append(_rendering(one, n + 1, canonical(which.lang) if which.lang else ""))
    source_text, source = _source_of(kept, body.source_text, body.source)
    glossary = await _glossary(has, body.glossary, tuple(dict.fromkeys(one.lang for one in renderings)))
    return await has.desk.run(_across, renderings, glossary, source_text, source)


async def _names_of(has: Server, id_: str) -> MatrixOut:
    kept = await asyncio.to_thread(has.store.translations.get, id_)
    previews = await asyncio.to_thread(lambda: has.store.translations.list(group=kept.group, limit=200))
    newest: dict[str, str] = {}
    for preview in previews:
        newest.setdefault(preview.target, preview.id)
    others = [other for target, other in newest.items() if target != kept.target][: MAX_TRANSLATIONS - 1]
    given = [kept, *[await asyncio.to_thread(has.store.translations.get, other) for other in others]]
    renderings = [_rendering(one, n, one.target) for n, one in enumerate(given, 1)]
    return await has.desk.run(_across, renderings, has.house.glossary, kept.source_text, kept.source)


def _across(
    renderings: Sequence[Rendering], glossary: Glossary, source_text: str | None, source: str | None
) -> MatrixOut:
    found: Matrix = matrix(renderings, glossary=glossary, source_text=source_text, source_lang=source)
    return MatrixOut.model_validate(found.as_dict())


async def _read(has: Server, which: Which, name: str) -> Kept | str:
    """Return what a translation is.

    Raises: InputError, NotFoundError, TooLongError.
    """
    if (which.id is None) == (which.text is None):
        raise InputError(f"{name} needs either id, of a kept translation, or text")
    if which.id is not None:
        return await asyncio.to_thread(has.store.translations.get, which.id)
    _check_length(which.text or "", name)
    return which.text or ""


def _check_length(text: str, name: str) -> None:
    if len(text) > MAX_CHARS:
        raise TooLongError(
            f"{name} has {len(text):,} characters, the limit of comparing is {MAX_CHARS:,}; compare it in parts"
        )


def _rendering(one: Kept | str, n: int, lang: str) -> Rendering:
    if isinstance(one, str):
        return Rendering(label=str(n), lang=lang, text=one)
    return Rendering(label=one.id, lang=one.target, text=one.text, mentions=one.mentions)


def _lang_of(kept: Sequence[Kept], given: str | None) -> str | None:
    langs = {one.target for one in kept} | ({canonical(given)} if given else set())
    if len(langs) > 1:
        raise InputError(f"the languages are {' and '.join(sorted(langs))}; compare translations into one language")
    return next(iter(langs), None)


def _source_of(kept: Sequence[Kept], text: str | None, lang: str | None) -> tuple[str | None, str | None]:
    if text is not None:
        if lang is None:
            raise InputError("source_text needs source, the language that it is in")
        _check_length(text, "source_text")
        return text, canonical(lang)
    if len({one.group for one in kept}) > 1:
        raise InputError("the kept translations are of different texts; give those of one, or source_text")
    return (kept[0].source_text, kept[0].source) if kept else (None, None)


async def _glossary(has: Server, choice: str | Literal[False], targets: tuple[str, ...]) -> Glossary:
    chosen: Any = await glossary_of(has, choice, source=None, targets=targets)
    return has.house.glossary if chosen is None else chosen
