"""Lint a text for names: what the house writes otherwise, and what a translation has lost.

Without its source a text shows deprecated names only. With it, each mention of the source is looked for, so a name
that fell out of the translation is seen too, and a deprecated form whose concept the source never mentions is left
alone: *Lemberg* may be somebody's surname.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypedDict

from glossary.edits import Edit, apply_edits
from glossary.match import matcher, resolve
from glossary.normalise import normalise
from glossary.settle import settle, wanted_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from glossary.model import Glossary
    from glossary.settle import Mention

IGNORE = "exonym-ignore"  # anywhere in a line: its findings are not reported and not mended

_PASSAGE = re.compile(r"[^\s].*?(?=\n[^\S\n]*\n|\Z)", re.DOTALL)
_LINE = re.compile(r"[^\n]+")
_MAX_PASSAGE_CHARS = 10_000  # no paragraph that a person wrote is longer; a table may be


@dataclass(frozen=True, slots=True)
class Rule:
    """What a code stands for; `about` is the line of documentation."""

    code: str
    name: str
    about: str


RULES = {
    rule.code: rule
    for rule in (
        Rule("E101", "deprecated-name", "A name in a form that the glossary deprecates; --fix puts it right."),
        Rule("E102", "missing-name", "A name of the source that the translation does not have (needs --source)."),
        Rule("E103", "ambiguous-name", "A name of the source for which nothing in the translation stands for certain."),
        Rule(
            "E104",
            "unlisted-spelling",
            "A name in a spelling that the glossary does not list; --fix puts it right.",
        ),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding: `text[start:end]` in code points; lines and columns are 1-based, the end column is exclusive.

    `replacement` is what belongs there, None when only a person can tell.
    """

    code: str
    message: str
    concept: str
    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int
    found: str
    replacement: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings in the order of the text; `apply_edits(text, edits)` mends those that have a replacement."""

    findings: tuple[Finding, ...]
    edits: tuple[Edit, ...]


def check(
    text: str, *, glossary: Glossary, lang: str, source: str | None = None, source_lang: str | None = None
) -> Checked:
    """Find the names of a text that are not as the house writes them.

    Args:
        source, source_lang: what `text` is a translation of. The two are compared line by line, or paragraph by
            paragraph, where there are as many of them; otherwise as a whole.
    """
    places = _Places(text)
    lost: list[tuple[int, Mention]] = []
    if source is None or source_lang is None:
        edits = [
            _moved(edit, start)
            for start, passage in _passages(text)
            for edit in normalise(passage, glossary=glossary, lang=lang).edits
        ]
    else:
        edits, lost = _compared(source, text, glossary, source_lang, lang)
    groups = [group for group in _grouped(text, sorted(edits)) if not places.ignored(group[0].start, group[-1].end)]
    findings = [_rewriting(text, group, glossary, lang, places) for group in groups]
    for start, mention in lost:
        if not places.ignored(start, start):
            wanted = wanted_name(mention, glossary, source_lang=source_lang or "", target_lang=lang)
            findings.append(_lost(start, mention, wanted, places))
    findings.sort(key=lambda finding: (finding.start, finding.code))
    return Checked(tuple(findings), tuple(edit for group in groups for edit in group))


def _passages(text: str) -> Iterator[tuple[int, str]]:
    """Yield (start, text) of each paragraph, so that a name may go on in the next line; of a huge one, each line."""
    for found in _PASSAGE.finditer(text):
        if len(found.group()) <= _MAX_PASSAGE_CHARS:
            yield found.start(), found.group()
        else:
            yield from ((found.start() + line.start(), line.group()) for line in _LINE.finditer(found.group()))


def _compared(
    source: str, text: str, glossary: Glossary, source_lang: str, lang: str
) -> tuple[list[Edit], list[tuple[int, Mention]]]:
    """Settle passage by passage: the edits, and the mentions that are missing or uncertain with where they belong."""
    edits: list[Edit] = []
    lost: list[tuple[int, Mention]] = []
    for (source_start, original), (start, translation) in _paired(source, text):
        settled = settle(original, translation, glossary=glossary, source_lang=source_lang, target_lang=lang)
        edits += (_moved(edit, start) for edit in settled.edits)
        for mention in settled.mentions:
            if mention.status in ("missing", "ambiguous"):
                lost.append((start, replace(mention, source=mention.source.shifted(source_start))))
    return edits, lost


def _paired(source: str, text: str) -> Iterable[tuple[tuple[int, str], tuple[int, str]]]:
    for split in (_lines, _passages):
        originals, translations = list(split(source)), list(split(text))
        if len(originals) == len(translations):
            return zip(originals, translations, strict=True)
    return [((0, source), (0, text))]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    return ((line.start(), line.group()) for line in _LINE.finditer(text) if line.group().strip())


def _rewriting(text: str, group: Sequence[Edit], glossary: Glossary, lang: str, places: _Places) -> Finding:
    start, end = group[0].start, group[-1].end
    found, concept = text[start:end], group[0].concept
    after = apply_edits(found, [_moved(edit, -start) for edit in group])
    listed = _is_listed(found, concept, glossary, lang)
    what = "deprecated name" if listed else "unlisted spelling"
    return Finding(
        code="E101" if listed else "E104",
        message=f'{what} "{_one_line(found)}", use "{_one_line(after)}" ({concept})',
        concept=concept,
        start=start,
        end=end,
        found=found,
        replacement=after,
        **places.of(start, end),
    )


def _grouped(text: str, edits: Sequence[Edit]) -> Iterator[list[Edit]]:
    """Yield the edits of each name together: given and family name, and the article before."""
    group: list[Edit] = []
    for edit in edits:
        apart = group and (edit.concept != group[-1].concept or text[group[-1].end : edit.start].strip(" \u00a0\n'’"))
        if apart:
            yield group
            group = []
        group.append(edit)
    if group:
        yield group


def _is_listed(found: str, concept: str, glossary: Glossary, lang: str) -> bool:
    matches = resolve(matcher(glossary, lang=lang).find(found))
    return any(match.concept.id == concept and match.role == "deprecated" for match in matches)


def _lost(start: int, mention: Mention, wanted: str | None, places: _Places) -> Finding:
    missing = mention.status == "missing"
    what = "is missing" if missing else "is not clearly there"
    return Finding(
        code="E102" if missing else "E103",
        message=f'"{_one_line(mention.source.text)}" of the source {what}, expected "{wanted}" ({mention.concept})',
        concept=mention.concept,
        start=start,
        end=start,
        found="",
        **places.of(start, start),
    )


def _moved(edit: Edit, by: int) -> Edit:
    return replace(edit, start=edit.start + by, end=edit.end + by)


def _one_line(text: str) -> str:
    return " ".join(text.split())


class _Region(TypedDict):
    line: int
    column: int
    end_line: int
    end_column: int


class _Places:
    """Lines and columns of offsets into a text; a line ends with a line feed, as editors count."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._text = text

    def of(self, start: int, end: int) -> _Region:
        line, end_line = bisect_right(self._starts, start), bisect_right(self._starts, end)
        column, end_column = start - self._starts[line - 1] + 1, end - self._starts[end_line - 1] + 1
        return {"line": line, "column": column, "end_line": end_line, "end_column": end_column}

    def ignored(self, start: int, end: int) -> bool:
        """Say whether a line of this piece asks to be passed over."""
        first, last = bisect_right(self._starts, start), bisect_right(self._starts, end)
        stop = self._starts[last] if last < len(self._starts) else len(self._text)
        return IGNORE in self._text[self._starts[first - 1] : stop]
