"""Other programs' term lists: TBX (ISO 30042), tables with a column a language, and DeepL's glossaries, in and out.

translate-toolkit reads TBX too, but it is GPL, bilingual and keeps no line numbers; expat and csv, which Python has,
are all that is needed. A row or an entry that cannot be used is reported with its line, and the rest goes in.

What a format cannot say is lost on the way out: TBX has no case forms, no exceptions and no parts of a person's name
(the full names are written out); DeepL's lists are bare pairs. The tables hold everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from glossary.errors import GlossaryError, GlossaryFileError
from glossary.file import decode, read_bytes
from glossary.file.reader import canonical_tag
from glossary.file.report import Report
from glossary.formats import table, tbx

if TYPE_CHECKING:
    from glossary.errors import Problem
    from glossary.model import Concept, Glossary, Kind

Format: TypeAlias = Literal["tbx", "tbx2", "csv", "tsv", "deepl"]

FORMATS: dict[Format, str] = {
    "tbx": "TBX-Basic as ISO 30042:2019 has it (version 3, DCA style); reading takes version 2 and DCT style too",
    "tbx2": "TBX-Basic of 2008 (version 2)",
    "csv": "a table: concept, kind, one column a language, others such as en:deprecated; read back whole",
    "tsv": "the same table, separated by tabs",
    "deepl": "DeepL's glossaries: source,target or source,target,source language,target language",
}
_SUFFIXES: dict[str, Format] = {".tbx": "tbx", ".xml": "tbx", ".csv": "csv", ".tsv": "tsv", ".tab": "tsv"}


@dataclass(frozen=True, slots=True)
class Imported:
    """What could be read of a file: concepts in its order, and a problem for each row that could not be used."""

    concepts: tuple[Concept, ...]
    problems: tuple[Problem, ...]


def format_of(path: str | Path) -> Format:
    """Return the format that a file's name stands for.

    Raises: GlossaryError: the ending says nothing.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in _SUFFIXES:
        raise GlossaryError(f"{path}: the ending tells no format; say which: {', '.join(FORMATS)}")
    return _SUFFIXES[suffix]


def read(
    path: str | Path,
    *,
    form: Format | None = None,
    kind: Kind = "term",
    source_lang: str | None = None,
    target_lang: str | None = None,
) -> Imported:
    """Read a term list.

    Args:
        form: None goes by the file's ending.
        kind: of concepts for which the file names none.
        source_lang, target_lang: of a DeepL list with two columns.
    Raises: GlossaryFileError: nothing of the file can be used: not UTF-8, not XML, too large, no known columns.
    """
    form = form or format_of(path)
    report = Report()
    data = read_bytes(Path(path), report)
    if data is None:
        raise GlossaryFileError(str(path), report.problems())
    return read_data(data, form=form, kind=kind, source_lang=source_lang, target_lang=target_lang, name=str(path))


def read_data(
    data: bytes,
    *,
    form: Format,
    kind: Kind = "term",
    source_lang: str | None = None,
    target_lang: str | None = None,
    name: str = "<data>",
) -> Imported:
    """Do for the bytes of a term list what `read` does for a file; `name` stands for it in errors."""
    report = Report()
    concepts: list[Concept] = []
    if form in ("tbx", "tbx2"):
        concepts = tbx.read(data, report=report, kind=kind)
    else:
        text = decode(data, report)
        langs = (source_lang, target_lang) if source_lang and target_lang else None
        if text is not None and form == "deepl":
            concepts = table.read_pairs(text, report=report, kind=kind, langs=langs)
        elif text is not None:
            concepts = table.read(text, report=report, kind=kind, langs=langs)
    problems = report.problems()
    if not concepts and problems:
        raise GlossaryFileError(name, problems)
    return Imported(tuple(concepts), problems)


def write(
    glossary: Glossary, *, form: Format, source_lang: str | None = None, target_langs: tuple[str, ...] = ()
) -> str:
    """Return the glossary as another program reads it.

    Args:
        source_lang, target_langs: a DeepL list goes from one language to others: two columns for one, four for more.
    """
    if form in ("tbx", "tbx2"):
        return tbx.write(glossary, version=3 if form == "tbx" else 2)
    if form == "deepl":
        source = canonical_tag(source_lang or "")
        targets = [tag for lang in target_langs if (tag := canonical_tag(lang))]
        if source is None or not targets:
            raise GlossaryError("a DeepL list goes from one language to others: give both, such as --from en --to es")
        return table.write_pairs(glossary, source_lang=source, target_langs=targets)
    return table.write(glossary, delimiter="\t" if form == "tsv" else ",")
