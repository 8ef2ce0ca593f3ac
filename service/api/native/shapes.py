"""What goes into native routes and comes out, where several of them share it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from service.errors import InputError, TooLongError, TooManyError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.api.state import Server
    from service.records import Caller, Detection

MAX_TARGETS = 50

#: A language as BCP-47 tag.
Tag: TypeAlias = Annotated[str, Field(min_length=2, max_length=35, examples=["es"])]
#: `house`, false, or a glossary that was made over HTTP.
GlossaryChoice: TypeAlias = Annotated[
    str | Literal[False],
    Field(
        description="house: the house glossary. false: none, names are left as they come. Otherwise the id or name of "
        "a glossary made over HTTP, which is laid over the house's.",
        examples=["house", False],
    ),
]


class Body(BaseModel):
    """A request's body; a member that nobody reads is refused, so that a misspelt option is no silent one."""

    model_config = ConfigDict(extra="forbid")


class Piece(BaseModel):
    """A piece of a text."""

    start: int = Field(description="Where it starts, in code points from 0.")
    end: int = Field(description="Where it ends, exclusive.")
    text: str = Field(description="What stands there.")


class Mentioned(BaseModel):
    """A name in the source, and what became of it in the translation."""

    concept: str = Field(
        description="Id of the concept; `glossary:` and the term for one of a glossary made over HTTP."
    )
    source: Piece = Field(description="Where it stands in the source.")
    target: Piece | None = Field(description="Where it stands in the translation; null where it does not.")
    status: Literal["kept", "rewritten", "inserted", "missing", "ambiguous"] = Field(description="What became of it.")
    engine_wrote: str | None = Field(description="What the engine, or the translator, had written in its place.")


class Rewritten(BaseModel):
    """One change of a text; the offsets are of the text that was given."""

    start: int = Field(description="Where it starts, in code points from 0.")
    end: int = Field(description="Where it ends, exclusive.")
    before: str = Field(description="What stood there.")
    after: str = Field(description="What stands there now.")
    concept: str = Field(description="The concept on whose behalf.")


class Detected(BaseModel):
    """A language that a text may be in."""

    language: str = Field(description="As BCP-47 tag.", examples=["en"])
    confidence: float = Field(ge=0, le=1, description="From 0 to 1.")


class Translated(BaseModel):
    """One text in one language."""

    id: str | None = Field(description="Under which it is kept; null where it is not.")
    text: str = Field(description="The translation.")
    source: str = Field(description="Language of the text.")
    target: str = Field(description="Language of the translation.")
    engine: str = Field(description="The engines on the way, joined by +.", examples=["argos"])
    route: list[str] = Field(description="Each step of the way: engine:source-target.", examples=[["argos:en-es"]])
    mentions: list[Mentioned] = Field(description="The names of the source, in its order.")
    signature: str = Field(description="Engines, models and glossary: the same again gives the same text.")
    alternatives: list[str] = Field([], description="Other translations, names settled, the better ones first.")
    lost_marks: list[str] = Field([], description="Mark-up that did not find its words again, in words.")


class Result(BaseModel):
    """One text in all the languages that were asked for."""

    source: str = Field(description="Language of the text, as given or detected.")
    detected: Detected | None = Field(description="How sure that is; null where the language was given.")
    group: str = Field(description="The same for all translations of this text that are kept.")
    translations: list[Translated] = Field(description="One for each target, in the order of the targets.")


class Results(BaseModel):
    """Several texts."""

    results: list[Result] = Field(description="One for each text, in the same order.")


class NameForms(BaseModel):
    """The names of a concept, or of one part of a person's name, in one language."""

    preferred: str = Field(description="The name that the house writes.", examples=["Kyiv"])
    admitted: list[str] = Field([], description="Names that are left alone.")
    deprecated: list[str] = Field([], description="Names that are rewritten to the preferred one.", examples=[["Kiev"]])
    forms: dict[str, str] = Field({}, description="Grammatical case to that form of the preferred name.")


class PersonForms(BaseModel):
    """The names of a person in one language, in parts."""

    given: NameForms = Field(description="The given name; alone it never matches.")
    family: NameForms = Field(description="The family name.")
    alone: bool = Field(True, description="Whether the family name alone is a mention.")


class ConceptRecord(BaseModel):
    """One person, place, organisation or term."""

    model_config = ConfigDict(populate_by_name=True)

    id: str = Field(description="Letters, digits, hyphens, dots and underscores.", examples=["kyiv"])
    kind: Literal["place", "person", "organisation", "term"] = Field(description="What the concept is.")
    names: dict[str, NameForms | PersonForms] = Field(
        description="Language tag to names; a language that is not here has no rule."
    )
    excepts: dict[str, list[str]] = Field(
        {}, alias="except", description="Language to phrases in which the words mean something else."
    )
    near: dict[str, list[str]] = Field({}, description="Language to words of which one must stand in the sentence.")
    match: Literal["smart", "sensitive", "any"] = Field("smart", description="How case is treated.")
    romanise: bool | None = Field(
        None, description="Whether romanisations of Cyrillic names count as deprecated; null: for places and people."
    )
    note: str = Field("", description="Why the house spells it so.")
    source: str = Field("", description="Where the spellings come from.")


class GlossaryProblem(BaseModel):
    """One mistake in a glossary."""

    code: str = Field(description="Stable, such as G120.", examples=["G120"])
    severity: Literal["error", "warning"] = Field(description="An error keeps the glossary from being used.")
    message: str = Field(description="What is wrong.")
    remedy: str = Field(description="What to do about it.")
    concept: str = Field("", description="The concept; empty where the whole file is meant.")
    lang: str | None = Field(None, description="The language whose names it is about, where that can be told.")
    field: str | None = Field(None, description="Of a concept as JSON: the field, such as names.en.deprecated.0.")
    line: int | None = Field(None, description="Of a file: the line, from 1.")
    column: int | None = Field(None, description="Of a file: the column, from 1.")


def problem_out(problem: Any) -> GlossaryProblem:  # noqa: ANN401 - a glossary's Problem
    """Return a problem of the glossary as routes answer it."""
    parts = problem.field.split(".")
    return GlossaryProblem(
        code=problem.code,
        severity=problem.severity,
        message=problem.message,
        remedy=problem.remedy,
        concept=problem.concept,
        lang=parts[1] if parts[0] in ("names", "except", "near") and len(parts) > 1 else None,
        field=problem.field or None,
        line=problem.line or None,
        column=problem.column or None,
    )


def detected_out(detection: Detection | None) -> Detected | None:
    """Return a detection as routes answer it."""
    return Detected(language=detection.lang, confidence=detection.confidence) if detection else None


def one_or_many(text: str | None, texts: list[str] | None) -> tuple[str, ...]:
    """Return the texts of a body that has either `text` or `texts`.

    Raises: InputError.
    """
    if (text is None) == (texts is None):
        raise InputError("send either text, a string, or texts, a list of them")
    return (text,) if text is not None else tuple(texts or ())


def check_texts(texts: Sequence[str], *, has: Server, caller: Caller | None = None) -> None:
    """See that texts are within the limits of the server, and of the key that sends them.

    Raises: TooManyError, TooLongError; InputError: there is none.
    """
    settings = has.settings
    if not texts:
        raise InputError("texts is empty; send at least one text")
    if len(texts) > settings.max_items:
        raise TooManyError(f"{len(texts)} texts are more than {settings.max_items}; send fewer at a time")
    limit = min(settings.max_chars, (caller.max_chars if caller else None) or settings.max_chars)
    longest = max(map(len, texts))
    if longest > limit:
        raise TooLongError(f"a text has {longest:,} characters, the limit is {limit:,}; send it in parts")
