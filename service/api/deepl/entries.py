"""Dictionaries as text, TSV or CSV: read with every rule of DeepL's, and written so that its client reads them back."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from service.api.deepl.codes import dictionary_code
from service.errors import InputError, TooLongError, UnknownLanguageError
from service.store.glossaries import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Format = Literal["tsv", "csv"]

MAX_TERM_BYTES = 1024
TSV = "text/tab-separated-values; charset=UTF-8"
_INVALID = "Invalid glossary entries provided"
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_PAIR_COLUMNS = 2
_LANGUAGE_COLUMNS = 4


class _Row(NamedTuple):
    """One entry as it was sent: its number and where it begins, both from 0."""

    number: int
    position: int
    cells: list[str]

    def __str__(self) -> str:
        return f"Key with the index {self.number} (starting at position {self.position})"


def parsed(text: str, *, form: Format, source: str, target: str) -> dict[str, str]:
    """Return translation by term, in the order of the text.

    Args: source, target: base codes; CSV rows that name another pair are passed over, as DeepL does.
    Raises: InputError: a row that cannot be an entry, by its index and position; TooLongError.
    """
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > 2 * MAX_BYTES:
        raise TooLongError(f"the entries are longer than {MAX_BYTES} bytes; split the glossary")
    entries: dict[str, str] = {}
    first: dict[str, _Row] = {}
    for row in _tsv(text) if form == "tsv" else _csv(text, source, target):
        term, translation = (cell.strip() for cell in row.cells)
        _check(term, row, "term")
        _check(translation, row, "translation")
        if term in entries:
            raise InputError(f"{_INVALID}: {row} duplicates {str(first[term]).replace('Key', 'key', 1)}")
        entries[term], first[term] = translation, row
    if not entries:
        raise InputError("Missing or invalid argument: entries; send at least one term with its translation")
    return entries


def written(entries: Mapping[str, str]) -> str:
    """Return entries as TSV; `parsed` gives them back."""
    return "\n".join(f"{term}\t{translation}" for term, translation in entries.items())


def check_name(name: str) -> str:
    """Return the name of a glossary.

    Raises: InputError: it is empty, longer than 1024 bytes, or holds a control character.
    """
    n_bytes = len(name.encode("utf-8", "surrogatepass"))
    if not name.strip() or n_bytes > MAX_TERM_BYTES:
        raise InputError(f"Missing or invalid argument: name has {n_bytes} bytes; give it 1 to {MAX_TERM_BYTES}")
    if unfit := _UNFIT.search(name):
        raise InputError(f"Missing or invalid argument: name holds U+{ord(unfit.group()):04X}; leave it out")
    return name


def _check(text: str, row: _Row, what: str) -> None:
    if not text:
        raise InputError(f"{_INVALID}: {row} has an empty {what}")
    n_bytes = len(text.encode("utf-8", "surrogatepass"))
    if n_bytes > MAX_TERM_BYTES:
        raise InputError(f"{_INVALID}: {row} has a {what} of {n_bytes} bytes; the limit is {MAX_TERM_BYTES}")
    if unfit := _UNFIT.search(text):
        raise InputError(f"{_INVALID}: {row} has U+{ord(unfit.group()):04X} in its {what}; leave it out")


def _tsv(text: str) -> Iterator[_Row]:
    position = 0
    for index, line in enumerate(text.split("\n")):
        row = _Row(index, position, line.split("\t"))
        position += len(line) + 1
        if not line.strip():
            continue
        if len(row.cells) == 1:
            raise InputError(f"{_INVALID}: {row} misses tab separator")
        if len(row.cells) > _PAIR_COLUMNS:
            n = len(row.cells) - 1
            raise InputError(f"{_INVALID}: {row} has {n} tab separators; one parts term and translation")
        yield row


def _csv(text: str, source: str, target: str) -> Iterator[_Row]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    index = 0
    while True:
        line = reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputError(f"{_INVALID}: line {line + 1} is no CSV: {error}") from None
        if not any(cell.strip() for cell in cells):
            continue
        row = _Row(index, line, cells)
        index += 1
        if len(cells) not in (_PAIR_COLUMNS, _LANGUAGE_COLUMNS):
            raise InputError(f"{_INVALID}: {row} has {len(cells)} columns; send term, translation, and both languages")
        if len(cells) == _PAIR_COLUMNS or _is_pair(cells, row, source, target):
            yield row._replace(cells=cells[:_PAIR_COLUMNS])


def _is_pair(cells: list[str], row: _Row, source: str, target: str) -> bool:
    try:
        return (
            dictionary_code(cells[2].strip(), field="source_lang") == source
            and dictionary_code(cells[3].strip(), field="target_lang") == target
        )
    except (InputError, UnknownLanguageError):
        named = f"{cells[2][:20]!r}, {cells[3][:20]!r}"
        raise InputError(f"{_INVALID}: {row} names a language that is none: {named}") from None
