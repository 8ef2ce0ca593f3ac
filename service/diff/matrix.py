"""Concept by language: how each translation of one article writes each name, and what stands out."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from glossary import Mention, Span, matcher, resolve, settle
from service.diff.align import Item, align
from service.diff.sentences import sentences
from service.diff.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from glossary import Glossary
    from glossary.match import Match

Role: TypeAlias = Literal["preferred", "admitted", "deprecated", "unlisted"]
#: Why a cell stands out: the name is written in several ways, in one that the glossary rejects or does not know, or
#: it is not there at all.
Reason: TypeAlias = Literal["several", "deprecated", "unlisted", "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """A translation of the article; `mentions` where the pipeline made it, None where they are to be looked for."""

    label: str
    lang: str
    text: str
    mentions: tuple[Mention, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A spelling and how often it stands there; `name` is the listed name that it is a form of, where it is one's."""

    text: str
    n: int
    role: Role
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A concept in one translation: its forms, the most frequent first, and how many mentions have none."""

    forms: tuple[Form, ...]
    n_missing: int
    #: How many mentions there are of each status; without a source and without the pipeline's there are none.
    statuses: dict[str, int]
    outlier: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A concept: how often the source names it, None without a source, and a cell for each translation.

    A cell is None where the glossary has no rule for the language, or where nothing names the concept.
    """

    concept: str
    kind: str
    n_source: int | None
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Rows by the order in which the article names the concepts, columns by the order of the translations."""

    labels: tuple[str, ...]
    langs: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def n_outliers(self) -> int:
        """Return how many cells stand out."""
        return sum(bool(cell and cell.outlier) for row in self.rows for cell in row.cells)

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        columns = [{"label": label, "lang": lang} for label, lang in zip(self.labels, self.langs, strict=True)]
        return {"columns": columns, "rows": [asdict(row) for row in self.rows], "n_outliers": self.n_outliers}


def matrix(
    renderings: Sequence[Rendering],
    *,
    glossary: Glossary,
    source_text: str | None = None,
    source_lang: str | None = None,
) -> Matrix:
    """Return how each of n translations of one article names what the glossary knows.

    Args:
        source_text: the article. Names are looked for where it has them; without it, wherever a listed form stands,
            and a name is missing from a translation when others have it.
    """
    columns = [_column(rendering, glossary, source_text, source_lang) for rendering in renderings]
    named = (
        [wanted.concept.id for wanted in resolve(matcher(glossary, lang=source_lang).find(source_text))]
        if source_text is not None and source_lang
        else []
    )
    order = dict.fromkeys([*named, *(mention.concept for column in columns for mention in column)])
    n_source = Counter(named)
    rows = []
    for concept in order:
        if concept not in glossary.concepts:
            continue
        known = n_source[concept] if source_text is not None and source_lang else None
        cells = tuple(
            _cell(concept, column, rendering, glossary) for column, rendering in zip(columns, renderings, strict=True)
        )
        if any(cells):
            rows.append(Row(concept=concept, kind=glossary.concepts[concept].kind, n_source=known, cells=cells))
    labels = tuple(rendering.label for rendering in renderings)
    return Matrix(labels=labels, langs=tuple(rendering.lang for rendering in renderings), rows=tuple(rows))


def _column(
    rendering: Rendering, glossary: Glossary, source_text: str | None, source_lang: str | None
) -> Sequence[Mention]:
    if rendering.mentions is not None:
        return rendering.mentions
    if source_text is not None and source_lang:
        return list(found(source_text, rendering.text, glossary=glossary, source_lang=source_lang, lang=rendering.lang))
    return [
        _seen(match, rendering.text) for match in resolve(matcher(glossary, lang=rendering.lang).find(rendering.text))
    ]


def _seen(match: Match, text: str) -> Mention:
    span = Span(match.start, match.end, text[match.start : match.end])
    return Mention(concept=match.concept.id, source=span, target=span, status="kept", engine_wrote=span.text)


def found(source: str, text: str, *, glossary: Glossary, source_lang: str, lang: str) -> Iterator[Mention]:
    """Yield what became of the names of `source` in a translation made elsewhere, which stays as it is.

    `engine_wrote` is what stands in the translation; `target` is where.
    """
    ours, theirs = sentences(source, lang=source_lang), sentences(text, lang=lang)
    items = [[_item(span, glossary, tag) for span in side] for side, tag in ((ours, source_lang), (theirs, lang))]
    for (i, j), (k, m) in align(items[0], items[1], one_language=source_lang == lang):
        if i == j:
            continue
        start = ours[i].start
        passage = source[start : ours[j - 1].end]
        at, end = (theirs[k].start, theirs[m - 1].end) if k < m else (0, 0)
        settled = settle(passage, text[at:end], glossary=glossary, source_lang=source_lang, target_lang=lang)
        for mention in settled.mentions:
            wrote = mention.engine_wrote
            where = text.find(wrote, at, end) if wrote else -1
            target = Span(where, where + len(wrote), wrote) if wrote and where >= 0 else None
            yield Mention(
                concept=mention.concept,
                source=mention.source.shifted(start),
                target=target,
                status=mention.status,
                engine_wrote=wrote,
            )


def _item(span: Span, glossary: Glossary, lang: str) -> Item:
    """Return a sentence as it is aligned with one of another language: by its names and numbers."""
    names = {f"\0{match.concept.id}" for match in resolve(matcher(glossary, lang=lang).find(span.text))}
    numbers = {word.key for word in words(span.text) if word.kind == "number"}
    return Item(span, frozenset(names | numbers), len(span.text))


def _cell(concept: str, column: Sequence[Mention], rendering: Rendering, glossary: Glossary) -> Cell | None:
    mentions = [mention for mention in column if mention.concept == concept]
    if not glossary.concepts[concept].named_in(rendering.lang):
        return None
    texts = Counter(mention.target.text for mention in mentions if mention.target)
    forms = tuple(_form(text, n, concept, rendering.lang, glossary) for text, n in texts.most_common())
    n_missing = sum(mention.target is None for mention in mentions)
    statuses = dict(Counter(str(mention.status) for mention in mentions)) if rendering.mentions else {}
    return Cell(forms=forms, n_missing=n_missing, statuses=statuses, outlier=tuple(_reasons(forms, n_missing)))


def _form(text: str, n: int, concept: str, lang: str, glossary: Glossary) -> Form:
    matches = [match for match in resolve(matcher(glossary, lang=lang).find(text)) if match.concept.id == concept]
    if not matches:
        return Form(text=text, n=n, role="unlisted", name=None)
    # The family name tells the forms of a person apart: with the given name or without is no difference.
    return Form(text=text, n=n, role=matches[0].role, name=matches[0].parts[-1].form)


def _reasons(forms: Sequence[Form], n_missing: int) -> Iterator[Reason]:
    if len({form.name or form.text for form in forms}) > 1:
        yield "several"
    for role in ("deprecated", "unlisted"):
        if any(form.role == role for form in forms):
            yield "deprecated" if role == "deprecated" else "unlisted"
    if n_missing or not forms:
        yield "missing"
