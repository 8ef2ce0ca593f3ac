"""`exonym discover`."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from glossary import Glossary
from glossary.discover import Text
from glossary.discover import discover as discovered
from service.cli.options import house, read_text, settings_from
from service.errors import InputError, UnknownLanguageError
from service.languages import canonical

if TYPE_CHECKING:
    from glossary.discover import Discovery, Found, Group

_PLACES_SHOWN = 5


@click.command()
@click.argument("files", metavar="FILE|-...", nargs=-1, required=True)
@click.option(
    "--lang",
    "langs",
    metavar="LANG",
    multiple=True,
    help="Language of the files: one for all, or one a file in their order; article.es.txt says it itself.",
)
@click.option("--glossary", type=click.Path(path_type=Path), help="Glossary file in place of the house's.")
@click.option("--no-glossary", is_flag=True, help="Report every name, also those that the glossary has.")
@click.option("--top", default=40, show_default=True, type=click.IntRange(0), help="Names without a concept to print.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with everything.")
def discover(
    files: tuple[str, ...],
    langs: tuple[str, ...],
    glossary: Path | None,
    no_glossary: bool,
    top: int,
    as_json: bool,
) -> None:
    """Find names that a text, or a text and its translations, spell in more than one way.

    Prints each such name with its spellings, how often and where they stand, and a stub for the glossary file; then
    the names that no concept of the glossary covers.

    \b
    exonym discover article.txt --lang en
    exonym discover article.txt article.es.txt article.fr.txt --lang en --lang es --lang fr
    exonym discover archive/*.txt --lang en --no-glossary --json
    """
    if glossary and no_glossary:
        raise InputError("--glossary and --no-glossary exclude each other; give one of them")
    settings = settings_from({"glossary": glossary})
    texts = [
        Text(file, read_text(file, max_chars=settings.max_chars), lang)
        for file, lang in zip(files, _langs(files, langs), strict=True)
    ]
    found = discovered(texts, glossary=Glossary() if no_glossary else house(settings))
    if as_json:
        click.echo(json.dumps(as_dict(found), ensure_ascii=False))
    else:
        _print(found, top=top)


def as_dict(found: Discovery) -> dict[str, object]:
    """Return what was found as the JSON object that `--json` prints."""
    return dataclasses.asdict(found)


def _langs(files: tuple[str, ...], given: tuple[str, ...]) -> list[str | None]:
    """Return the language of each file: as told, else as its name says, else None."""
    if len(given) not in (0, 1, len(files)):
        raise InputError(f"{len(given)} times --lang for {len(files)} files; give one for all, or one for each")
    if len(given) == 1:
        return [canonical(given[0])] * len(files)
    return [canonical(lang) for lang in given] if given else [_said_by(file) for file in files]


def _said_by(file: str) -> str | None:
    """Return the language in the name of a file such as `article.pt-BR.txt`."""
    suffixes = Path(file).suffixes
    try:
        return canonical(suffixes[-2].removeprefix(".")) if len(suffixes) > 1 else None
    except UnknownLanguageError:
        return None


def _print(found: Discovery, *, top: int) -> None:
    for group in found.groups:
        _print_group(group)
    if not found.groups:
        click.echo("No name is spelt in more than one way.")
    if found.uncovered and top:
        more = f", the first {top}" if len(found.uncovered) > top else ""
        click.echo(f"{len(found.uncovered)} names that no concept covers{more}:")
        for name in found.uncovered[:top]:
            click.echo(f"  {_line(name)}")


def _print_group(group: Group) -> None:
    where = ", ".join(lang or "a language not told" for lang in group.wavers_in)
    click.echo(f"{group.spellings[0].spelling}: " + (f"wavers in {where}" if where else "differs between languages"))
    for spelling in group.spellings:
        click.echo(f"  {_line(spelling)}")
    click.echo(group.stub)


def _line(found: Found) -> str:
    concept = f"  ({found.concept})" if found.concept else ""
    more = ", ..." if found.count > _PLACES_SHOWN else ""
    return f"{found.count:5}  {found.lang or '-':5}  {found.spelling}{concept}  {_places(found)}{more}"


def _places(found: Found) -> str:
    """Return the first places, the file named once: `a.txt:3:1, 7:12; b.txt:1:4`."""
    by_file: dict[str, list[str]] = {}
    for place in found.places[:_PLACES_SHOWN]:
        by_file.setdefault(place.file, []).append(f"{place.line}:{place.column}")
    return "; ".join(f"{file}:{', '.join(where)}" for file, where in by_file.items())
