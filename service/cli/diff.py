"""`exonym diff` and `exonym names`: translations compared."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import regex

from service.cli.options import house, read_text, settings_from, settings_options
from service.diff import Rendering, Version, compare, matrix
from service.errors import InputError
from service.languages import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import Console
    from rich.text import Text

    from glossary import Mention
    from service.diff import Cell, Diff, Matrix, Pair
    from service.settings import Settings

_STYLES = {
    "name": "bold yellow",
    "number": "bold cyan",
    "punctuation": "magenta",
    "wording": "bold",
    "head": "bold",
    "quiet": "dim",
    "gone": "red",
    "come": "green",
}
_LANG_IN_NAME = regex.compile(r"\.([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*)\.\w+$")
_formats = click.Choice(["text", "side", "html", "json", "unified"])


class _Given(NamedTuple):
    """A translation that was named on the command line; `group`, and what follows it, where the store keeps it."""

    label: str
    text: str
    lang: str | None
    mentions: tuple[Mention, ...] | None = None
    group: str | None = None
    source_text: str | None = None
    source: str | None = None


def _shared(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        settings_options("max_chars", "database"),
        click.option("--glossary", type=click.Path(path_type=Path), help="Glossary file in place of the house's."),
        click.option("--source", "source_file", metavar="FILE", help="The text that was translated."),
        click.option("--from", "source", metavar="LANG", help="Language of the source, as a BCP-47 tag."),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option("--lang", metavar="LANG", help="Language of both; read from ids and from names such as text.es.txt.")
@click.option("--format", "style", type=_formats, default="text", show_default=True, help="How to print it.")
@click.option("--ignore-names", is_flag=True, help="Leave out what names make different.")
@click.option("--only-names", is_flag=True, help="Nothing but what names make different.")
@_shared
def diff(
    a: str,
    b: str,
    lang: str | None,
    style: str,
    ignore_names: bool,
    only_names: bool,
    source: str | None,
    source_file: str | None,
    glossary: Path | None,
    **settings: Any,  # noqa: ANN401 - one string per setting
) -> None:
    """Compare two translations of one text: files, - for standard input, or ids of kept translations.

    Ends with 1 when they differ and with 0 when they do not; white space is not compared.

    \b
    exonym diff old.es.txt new.es.txt
    exonym diff 17 other.txt --ignore-names
    exonym diff 17 18 --format html > report.html
    """
    if ignore_names and only_names:
        raise InputError("--ignore-names and --only-names exclude each other; give one of them")
    chosen = settings_from({**settings, "glossary": glossary})
    first, second = _both(a, b, chosen)
    tag = _lang(first, second, lang)
    if tag is None and (ignore_names or only_names):
        raise InputError("names are told by their language; give it with --lang")
    names = house(chosen) if tag else None
    versions = [Version(text=given.text, mentions=given.mentions or ()) for given in (first, second)]
    same_source = first.group is not None and first.group == second.group
    found = compare(versions[0], versions[1], lang=tag or "und", glossary=names, same_source=same_source)
    found = found.ignoring_names() if ignore_names else found.names_only() if only_names else found
    across = None
    source_text, source_lang = _source([first, second], source, source_file, chosen)
    if names and tag and source_text is not None:
        renderings = [Rendering(label=g.label, lang=tag, text=g.text, mentions=g.mentions) for g in (first, second)]
        across = matrix(renderings, glossary=names, source_text=source_text, source_lang=source_lang)
    _print(found, across, first.label, second.label, style)
    click.get_current_context().exit(1 if found.differs else 0)


@click.command()
@click.argument("translations", metavar="TRANSLATION...", nargs=-1, required=True)
@click.option("--lang", "langs", metavar="LANG", multiple=True, help="Language of each file, in their order.")
@click.option("--format", "style", type=click.Choice(["text", "html", "json"]), default="text", show_default=True)
@_shared
def names(
    translations: tuple[str, ...],
    langs: tuple[str, ...],
    style: str,
    source: str | None,
    source_file: str | None,
    glossary: Path | None,
    **settings: Any,  # noqa: ANN401
) -> None:
    """Print how translations of one text write each name, a column for each: files, or ids of kept translations.

    A ! marks what stands out: a name written in several ways, in a deprecated one, in one that no list has, or missing.

    \b
    exonym names 17 18 19
    exonym names a.es.txt a.uk.txt --source a.txt --from en
    """
    chosen = settings_from({**settings, "glossary": glossary})
    with _reader(chosen) as read:
        given = [read(name) for name in translations]
    tags = iter(langs)
    columns = []
    for one in given:
        tag = one.lang if one.group else next(tags, None) or one.lang
        if tag is None:
            raise InputError(f"{one.label}: its language is not known; give --lang, or call it like text.es.txt")
        columns.append(Rendering(label=one.label, lang=canonical(tag), text=one.text, mentions=one.mentions))
    if extra := list(tags):
        raise InputError(f"--lang {extra[0]} is one more than there are files; give one for each file")
    source_text, source_lang = _source(given, source, source_file, chosen)
    found = matrix(columns, glossary=house(chosen), source_text=source_text, source_lang=source_lang)
    if style == "json":
        click.echo(json.dumps(found.as_dict(), ensure_ascii=False))
    elif style == "html":
        from service.diff.report import html

        click.echo(html(matrix=found), nl=False)
    else:
        _print_matrix(found)


def _both(a: str, b: str, settings: Settings) -> tuple[_Given, _Given]:
    if a == b == "-":
        raise InputError("only one of the two can be standard input; give a file or an id for the other")
    with _reader(settings) as read:
        return read(a), read(b)


@contextmanager
def _reader(settings: Settings) -> Iterator[Callable[[str], _Given]]:
    """Give what reads a translation; the store is opened for the first id."""
    from service.store import Store

    stores: list[Store] = []

    def read(name: str) -> _Given:
        if name != "-" and name.isascii() and name.isdigit() and not Path(name).exists():
            if not stores:
                stores.append(Store.open(settings))
            kept = stores[0].translations.get(name)
            label = f"{name} ({kept.engine})"
            made_from = kept.group, kept.source_text, kept.source
            return _Given(label, kept.text, kept.target, kept.mentions, *made_from)
        found = _LANG_IN_NAME.search(name)
        return _Given(name, read_text(name, max_chars=settings.max_chars), _tag(found.group(1)) if found else None)

    try:
        yield read
    finally:
        for store in stores:
            store.close()


def _tag(part: str) -> str | None:
    """Return the part of a file's name as a tag; None where it is something else, such as v2 or old."""
    from service.errors import UnknownLanguageError

    try:
        return canonical(part)
    except UnknownLanguageError:
        return None


def _lang(a: _Given, b: _Given, given: str | None) -> str | None:
    kept = {one.lang for one in (a, b) if one.group and one.lang}
    tags = kept or {one.lang for one in (a, b) if one.lang}
    if given:
        tag = canonical(given)
        if kept - {tag}:
            raise InputError(f"--lang is {tag}, but a translation was kept as {', '.join(sorted(kept))}; leave it out")
        return tag
    if len(tags) > 1:
        raise InputError(
            f"the translations are in {' and '.join(sorted(tags))}; compare two in one language (exonym names compares "
            f"languages), or give --lang"
        )
    return next(iter(tags), None)


def _source(
    given: Sequence[_Given], lang: str | None, file: str | None, settings: Settings
) -> tuple[str | None, str | None]:
    """Return the source text and its language: the file's, or what the kept translations were made from."""
    if file is not None:
        if lang is None:
            raise InputError("--source needs the language of the text; give it with --from")
        return read_text(file, max_chars=settings.max_chars), canonical(lang)
    kept = {one.group: one for one in given if one.group}
    if len(kept) > 1:
        ids = ", ".join(one.label for one in kept.values())
        raise InputError(f"{ids} are translations of different texts; give those of one")
    for one in kept.values():
        return one.source_text, one.source
    return None, None


def _print(found: Diff, across: Matrix | None, a: str, b: str, style: str) -> None:
    from service.diff import report

    if style == "json":
        matrix_out = across.as_dict() if across else None
        click.echo(json.dumps({**found.as_dict(), "matrix": matrix_out}, ensure_ascii=False))
    elif style == "html":
        click.echo(report.html(found, a=a, b=b, matrix=across), nl=False)
    elif style == "unified":
        for line in report.unified(found, a=a, b=b):
            click.echo(line)
    elif style == "side":
        _print_side(found, a, b)
    else:
        console = _console()
        lines = report.text(found, marks=not console.is_terminal)
        if not console.is_terminal:  # rich takes as long to write a line without colours as the diff took to find it
            click.echo("\n".join("".join(run.text for run in runs) for runs in lines))
            return
        for runs in lines:
            console.print(_styled((_STYLES.get(run.style, ""), run.text) for run in runs), soft_wrap=True)


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False)


def _styled(runs: Iterator[tuple[str, str]]) -> Text:
    from rich.text import Text

    return Text.assemble(*((text, style) for style, text in runs))


def _print_side(found: Diff, a: str, b: str) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from service.diff.report import headline

    console = _console()
    console = console if console.is_terminal else Console(width=160, highlight=False, markup=False, emoji=False)
    console.print(Text(headline(found), "bold"))
    table = Table("", show_lines=True, expand=True)
    for label in (a, b):
        table.add_column(Text(label), ratio=1)
    for n, pair in enumerate(found.pairs, 1):
        label = str(n) if pair.kind == "1-1" else f"{n} ({pair.kind})"
        table.add_row(Text(label), *_cells(found, pair, marks=not console.is_terminal))
    console.print(table)


def _cells(found: Diff, pair: Pair, *, marks: bool) -> Iterator[Text]:
    from service.diff.report.text import side

    for name in ("a", "b"):
        runs = side(found, pair, name, marks=marks)
        yield _styled((_STYLES.get(run.style, ""), run.text) for run in runs)


def _print_matrix(found: Matrix) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    head = ["name", "source", *(f"{x} {y}" for x, y in zip(found.labels, found.langs, strict=True))]
    table = Table()
    for word in head:
        table.add_column(Text(word))
    for row in found.rows:
        n_source = "" if row.n_source is None else str(row.n_source)
        table.add_row(Text(row.concept), n_source, *map(_cell, row.cells))
    console = _console()
    console = (
        console if console.is_terminal else Console(width=_wide(found), highlight=False, markup=False, emoji=False)
    )
    console.print(table)
    n = found.n_outliers
    console.print(f"{n} stand{'s' * (n == 1)} out (!)." if n else "Nothing stands out.")


def _wide(found: Matrix) -> int:
    """Return a width at which no cell is folded, for output that goes to a file."""
    cells = [[label, *(_cell(row.cells[n]).plain for row in found.rows)] for n, label in enumerate(found.labels)]
    return 80 + sum(12 + 2 * max(map(len, column)) for column in cells)  # wide characters take two places


def _cell(cell: Cell | None) -> Text:
    from rich.text import Text

    from service.diff.report.text import printable

    if cell is None:
        return Text("no rule", "dim")
    forms = [f"{printable(form.text)} {form.n}×" for form in cell.forms]
    forms += [f"ø {cell.n_missing}×"] if cell.n_missing or not forms else []
    why = f" ! {', '.join(cell.outlier)}" if cell.outlier else ""
    return Text(", ".join(forms) + why, "bold yellow" if cell.outlier else "")
