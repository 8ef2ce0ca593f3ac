"""Names of texts that were written or translated elsewhere: put right, checked, discovered; and languages detected."""

from __future__ import annotations

import functools
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import yaml
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from glossary import Edit, apply_edits, normalise, settle
from glossary import Glossary as Names
from glossary.check import Checked, check
from glossary.discover import Discovery, Group, Text, discover
from glossary.file.record import as_record, read_record
from service.api.chosen import glossary_of
from service.api.native.failures import failures
from service.api.native.shapes import (
    Body,
    ConceptRecord,
    Detected,
    GlossaryChoice,
    Mentioned,
    Rewritten,
    Tag,
    check_texts,
    one_or_many,
)
from service.api.state import Has, Server, Translator, answered
from service.detect import detect_all
from service.errors import InputError
from service.languages import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glossary import Mention, Settled

router = APIRouter(tags=["native: names"])


class NormaliseBody(Body):
    """A text whose names are to be put right."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"text": "Kiev is a city.", "lang": "en"}})

    text: str = Field(description="The text.")
    lang: Tag = Field(description="Its language.", examples=["en"])
    glossary: GlossaryChoice = "house"


class Normalised(BaseModel):
    """A text with its names put right."""

    text: str = Field(description="The text with all edits made.")
    edits: list[Rewritten] = Field(description="What was changed, in the order of the text.")


class SettleBody(Body):
    """A translation that was made elsewhere, and its source."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "source_text": "Київ — місто.",
                "translation": "Kiev is a city.",
                "source": "uk",
                "target": "en",
            }
        },
    )

    source_text: str = Field(description="What was translated. Line by line where both have as many lines.")
    translation: str = Field(description="What somebody, or something, made of it.")
    source: Tag = Field(description="Language of the source.", examples=["uk"])
    target: Tag = Field(description="Language of the translation.", examples=["en"])
    glossary: GlossaryChoice = "house"


class SettledOut(Normalised):
    """A translation that keeps the names of its source."""

    mentions: list[Mentioned] = Field(description="The names of the source, and what became of each.")


class CheckBody(Body):
    """A text to be looked through, and what it is a translation of."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"text": "Kiev is a city.", "lang": "en"}})

    text: str = Field(description="The text.")
    lang: Tag = Field(description="Its language.", examples=["en"])
    source_text: str | None = Field(None, description="What it is a translation of; shows names that were lost.")
    source: Tag | None = Field(None, description="Language of that.")
    glossary: GlossaryChoice = "house"


class FindingOut(BaseModel):
    """A name that is not as the house writes it."""

    code: str = Field(description="E101 deprecated, E102 missing, E103 ambiguous, E104 unlisted spelling.")
    message: str = Field(description="What is wrong, in words.")
    concept: str = Field(description="The concept.")
    start: int = Field(description="Where it starts, in code points from 0.")
    end: int = Field(description="Where it ends, exclusive.")
    line: int = Field(description="Its line, from 1.")
    column: int = Field(description="Its column, from 1.")
    end_line: int = Field(description="The line of its end.")
    end_column: int = Field(description="The column of its end, exclusive.")
    found: str = Field(description="What stands there; empty for a name that is lost.")
    replacement: str | None = Field(description="What belongs there; null where only a person can tell.")


class CheckedOut(BaseModel):
    """What was found in a text."""

    findings: list[FindingOut] = Field(description="In the order of the text.")
    text_fixed: str = Field(description="The text with every replacement made.")


class DiscoverBody(Body):
    """Texts in which names may waver; they may be translations of each other."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"texts": ["He left Severodonbass. In Severodonbas he stayed."], "lang": "en"}},
    )

    texts: list[str] = Field(min_length=1, description="The texts.")
    lang: Tag | None = Field(None, description="Language of all of them.")
    langs: list[Tag | None] | None = Field(None, description="Or one language for each, null where it is not known.")
    glossary: GlossaryChoice = "house"


class Spot(BaseModel):
    """Where a spelling stands."""

    text: int = Field(description="Number of the text, from 0.")
    line: int = Field(description="Its line, from 1.")
    column: int = Field(description="Its column, from 1.")


class Spelling(BaseModel):
    """One spelling in one language."""

    spelling: str = Field(description="The spelling.")
    lang: str | None = Field(description="Its language, null where that is not known.")
    count: int = Field(description="How often it stands there.")
    places: list[Spot] = Field(description="The first places.")
    concept: str = Field(description="The concept that covers it; empty when none does.")


class Offered(BaseModel):
    """A spelling that a public list has."""

    spelling: str = Field(description="The spelling.")
    source: str = Field(description="The list, with the language or country.")


class GroupOut(BaseModel):
    """The spellings of one name."""

    key: str = Field(description="What they have in common in sound.")
    count: int = Field(description="How often the name stands there, however spelt.")
    spellings: list[Spelling] = Field(description="The most frequent first.")
    wavers_in: list[str | None] = Field(description="Languages that spell it in more than one way.")
    offers: list[Offered] = Field(description="How public lists spell it.")
    stub: str = Field(description="A concept for the glossary file, as YAML.")
    concept: ConceptRecord | None = Field(
        description="The same as JSON, ready to be PUT under its id; null where it contradicts the glossary."
    )
    known: bool = Field(description="Whether the glossary has the concept already, which is then the one to replace.")


class Discovered(BaseModel):
    """Names that waver, and names that no concept covers."""

    groups: list[GroupOut] = Field(description="Those that waver first, each the most frequent first.")
    uncovered: list[Spelling] = Field(description="Names that no concept covers, the most frequent first.")


class DetectBody(Body):
    """Texts whose languages are wanted."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"text": "Київ — місто."}})

    text: str | None = Field(None, description="A text.")
    texts: list[str] | None = Field(None, description="Several texts instead.")


@router.post("/normalise", summary="Put the names of a text right", responses=failures(404, 409))
async def normalised(request: Request, has: Has, caller: Translator, body: NormaliseBody) -> Normalised:
    """Rewrite each deprecated name, as well as can be told without the text's source."""
    check_texts([body.text], has=has, caller=caller)
    lang = canonical(body.lang)
    names = await _names(has, body.glossary, source=lang, target=lang)
    work = functools.partial(normalise, body.text, glossary=names, lang=lang)
    found = await answered(request, has.desk.run(work))
    return Normalised(text=found.text, edits=_edits(found.edits))


@router.post("/settle", summary="Make a translation keep the names", responses=failures(404, 409))
async def settled(request: Request, has: Has, caller: Translator, body: SettleBody) -> SettledOut:
    """Put the names of a translation right that was made elsewhere, and say what became of each."""
    check_texts([body.source_text, body.translation], has=has, caller=caller)
    source, target = canonical(body.source), canonical(body.target)
    names = await _names(has, body.glossary, source=source, target=target)
    work = functools.partial(settle_lines, body.source_text, body.translation, names, source, target)
    text, edits, mentions = await answered(request, has.desk.run(work))
    return SettledOut(text=text, edits=_edits(edits), mentions=[Mentioned.model_validate(asdict(m)) for m in mentions])


@router.post("/check", summary="Find names that are not as the house writes them", responses=failures(404, 409))
async def checked(request: Request, has: Has, caller: Translator, body: CheckBody) -> CheckedOut:
    """Lint a text for names; with its source also for names that were lost."""
    if (body.source_text is None) != (body.source is None):
        raise InputError("source_text and source go together: the text and its language")
    check_texts([body.text, body.source_text or ""], has=has, caller=caller)
    lang, source = canonical(body.lang), canonical(body.source) if body.source else None
    names = await _names(has, body.glossary, source=source or lang, target=lang)
    work = functools.partial(check, body.text, glossary=names, lang=lang, source=body.source_text, source_lang=source)
    found: Checked = await answered(request, has.desk.run(work))
    findings = [FindingOut.model_validate(asdict(finding)) for finding in found.findings]
    return CheckedOut(findings=findings, text_fixed=apply_edits(body.text, found.edits))


@router.post("/discover", summary="Find names that waver", responses=failures(404, 409))
async def discovered(request: Request, has: Has, caller: Translator, body: DiscoverBody) -> Discovered:
    """Find names that texts spell in more than one way, each with a concept that settles it."""
    check_texts(body.texts, has=has, caller=caller)
    langs = body.langs if body.langs is not None else [body.lang] * len(body.texts)
    if len(langs) != len(body.texts) or (body.langs is not None and body.lang is not None):
        raise InputError(f"give one lang for all, or langs, one for each of the {len(body.texts)} texts")
    tags = [canonical(lang) if lang else None for lang in langs]
    names = await _names(has, body.glossary, source=None, target=None)
    texts = [Text(str(n), text, tag) for n, (text, tag) in enumerate(zip(body.texts, tags, strict=True))]
    return await answered(request, has.desk.run(_discovered, texts, names, has.house.glossary))


@router.post("/detect", summary="Detect languages", responses=failures())
async def detected(request: Request, has: Has, caller: Translator, body: DetectBody) -> list[list[Detected]]:
    """Say which languages each text may be in, the likeliest first; nothing where there is nothing to tell by."""
    texts = one_or_many(body.text, body.texts)
    check_texts(texts, has=has, caller=caller)
    found = await answered(request, has.desk.run(detect_all, texts))
    return [[Detected(language=each.lang, confidence=each.confidence) for each in text] for text in found]


def settle_lines(
    source: str, translation: str, names: Names, source_lang: str, target_lang: str
) -> tuple[str, list[Edit], list[Mention]]:
    """Settle line by line where both texts have as many lines, otherwise as a whole; offsets are of the whole texts."""
    originals, lines = source.split("\n"), translation.split("\n")
    if len(originals) != len(lines):
        originals, lines = [source], [translation]
    texts: list[str] = []
    edits: list[Edit] = []
    mentions: list[Mention] = []
    at = before = after = 0
    for original, line in zip(originals, lines, strict=True):
        found = settle(original, line, glossary=names, source_lang=source_lang, target_lang=target_lang)
        texts.append(found.text)
        edits += (replace(edit, start=edit.start + before, end=edit.end + before) for edit in found.edits)
        mentions += _shifted(found, at, after)
        at, before, after = at + len(original) + 1, before + len(line) + 1, after + len(found.text) + 1
    return "\n".join(texts), edits, mentions


def _shifted(found: Settled, source_by: int, target_by: int) -> Iterator[Mention]:
    for mention in found.mentions:
        target = mention.target.shifted(target_by) if mention.target else None
        yield replace(mention, source=mention.source.shifted(source_by), target=target)


async def _names(has: Server, choice: Any, *, source: str | None, target: str | None) -> Names:  # noqa: ANN401 - a GlossaryChoice
    found = await glossary_of(has, choice, source=source, targets=(target,) if target else ())
    return has.house.glossary if found is None else found


def _edits(edits: Iterable[Edit]) -> list[Rewritten]:
    return [Rewritten.model_validate(asdict(edit)) for edit in edits]


def _discovered(texts: list[Text], names: Names, house: Names) -> Discovered:
    found: Discovery = discover(texts, glossary=names)
    return Discovered(
        groups=[_group(group, house) for group in found.groups], uncovered=[_spelling(each) for each in found.uncovered]
    )


def _group(group: Group, house: Names) -> GroupOut:
    record = group_record(group, house)
    return GroupOut(
        key=group.key,
        count=group.count,
        spellings=[_spelling(each) for each in group.spellings],
        wavers_in=list(group.wavers_in),
        offers=[Offered.model_validate(asdict(offer)) for offer in group.offers],
        stub=group.stub,
        concept=ConceptRecord.model_validate(record) if record else None,
        known=bool(record) and record["id"] in house.concepts if record else False,
    )


def _spelling(found: Any) -> Spelling:  # noqa: ANN401 - glossary.discover.Found
    places = [Spot(text=int(place.file), line=place.line, column=place.column) for place in found.places]
    return Spelling(spelling=found.spelling, lang=found.lang, count=found.count, places=places, concept=found.concept)


def group_record(group: Group, house: Names) -> dict[str, Any] | None:
    """Return the concept of a group as JSON that fits the glossary; None where no such concept can be made.

    A spelling that another concept owns is left out. Of a concept that the glossary has, the new spellings join the
    names that are there: whoever decided on those knew more than a count.
    """
    ((id_, stub),) = yaml.safe_load(group.stub).items()
    langs = {lang: entry for lang, entry in stub["names"].items() if lang != "und"}
    record = as_record(house.concepts[id_]) if id_ in house.concepts else {"id": id_, "kind": stub["kind"], "names": {}}
    for lang, entry in langs.items():
        _join(record["names"], lang, [entry["preferred"], *entry.get("deprecated", ())])
    for _ in range(len(group.spellings) + 1):
        read = read_record(id_, record, glossary=house)
        if read.concept is not None:
            return as_record(read.concept)
        faults = [problem.field.split(".") for problem in read.problems if problem.severity == "error"]
        if not any(_without(record, fault) for fault in faults):  # one at a time: the next ones' numbers change
            return None
    return None


def _join(names: dict[str, Any], lang: str, spellings: list[str]) -> None:
    """Add spellings to the names of a language: the first one is preferred where there was none."""
    if lang not in names:
        first, *others = spellings
        names[lang] = {"preferred": first, "admitted": [], "deprecated": others, "forms": {}}
        return
    entry = names[lang].get("family", names[lang])
    known = {entry["preferred"], *entry["admitted"], *entry["deprecated"]}
    entry["deprecated"] += [each for each in spellings if each not in known and " " not in each]


def _without(record: dict[str, Any], fault: list[str]) -> bool:
    """Leave out the deprecated name that a fault is about, or the language whose preferred name it is about."""
    if len(fault) >= 3 and fault[0] == "names" and fault[1] in record["names"]:
        entry = record["names"][fault[1]]
        if fault[-2] == "deprecated" and fault[-1].isdecimal():
            inner = entry.get(fault[2], entry) if fault[2] in ("given", "family") else entry
            at = int(fault[-1])
            if at < len(inner["deprecated"]):
                del inner["deprecated"][at]
                return True
        if fault[-1] == "preferred":
            del record["names"][fault[1]]
            return True
    return False
