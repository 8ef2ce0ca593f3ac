"""`exonym glossary`: look at the glossary, change it, take it to other programs and back."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from glossary import Concept, Names, PersonNames, examine, load, shipped
from glossary.file.reader import KINDS, MATCHES
from glossary.file.revise import GlossaryFile
from glossary.file.rules import romanised_clashes
from glossary.formats import FORMATS, format_of
from glossary.formats import read as read_terms
from glossary.formats import write as write_terms
from service.cli.entries import NAME, NAMES_HELP, added, apply
from service.cli.options import settings_from
from service.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from glossary import Glossary, Problem

_glossary_option = click.option(
    "--glossary", type=click.Path(path_type=Path), help="Glossary file in place of the house's."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def glossary() -> None:
    """Look at the glossary, change it, import and export it.

    \b
    exonym glossary validate names.yaml
    exonym glossary show kyiv
    exonym glossary set kyiv --name pt=Kiev --deprecated en=Kiew
    exonym glossary export --format tbx --out names.tbx

    The file that is meant is --glossary, EXONYM_GLOSSARY or the one shipped with exonym, in this order.
    """


@glossary.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a problem.")
def validate(files: tuple[Path, ...], strict: bool, as_json: bool) -> None:
    """Check glossary files, and name every mistake with its line and what to do about it.

    Prints FILE:LINE:COLUMN: CODE concept: message; remedy. Ends with 1 when there are errors.

    \b
    exonym glossary validate
    exonym glossary validate --strict glossary/names.yaml
    """
    wrong = 0
    for file in files or (_path(None),):
        examined = examine(file)
        clashes = romanised_clashes(examined.glossary) if examined.glossary else ()
        problems = sorted((*examined.problems, *clashes), key=lambda problem: (problem.line, problem.column))
        for problem in problems:
            wrong += strict or problem.severity == "error"
            _print_problem(file, problem, as_json=as_json)
        _summary(file, examined.glossary, problems)
    if wrong:
        raise click.exceptions.Exit(1)


@glossary.command()
@click.argument("concept", required=False)
@_glossary_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON: one object a concept.")
def show(concept: str | None, glossary: Path | None, as_json: bool) -> None:
    """Show a concept, given by its id or by any of its names; without one, list them all.

    \b
    exonym glossary show
    exonym glossary show kyiv
    exonym glossary show Киев --json
    """
    names = load(_path(glossary))
    found = list(names.concepts.values()) if concept is None else _named(names, concept)
    if as_json:
        for item in found:
            click.echo(json.dumps(_record(item), ensure_ascii=False))
        return
    if concept is None:
        for item in found:
            click.echo(f"{item.id}\t{item.kind}\t{', '.join(item.names)}")
        return
    from glossary.file.splice import as_yaml

    click.echo("\n".join(as_yaml(item) for item in found), nl=False)


@glossary.command()
@click.argument("concept")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="What the concept is.")
@click.option("--name", "preferred", metavar=NAME, multiple=True, required=True, help=f"Preferred {NAMES_HELP}")
@click.option("--admitted", metavar=NAME, multiple=True, help="A name that is left alone.")
@click.option("--deprecated", metavar=NAME, multiple=True, help="A name that is rewritten to the preferred one.")
@click.option("--note", default="", help="Why the house spells it so.")
@click.option("--source", default="", help="Where the spellings come from.")
@_glossary_option
def add(
    concept: str,
    kind: Any,  # noqa: ANN401 - one of KINDS, which click has checked
    preferred: tuple[str, ...],
    admitted: tuple[str, ...],
    deprecated: tuple[str, ...],
    note: str,
    source: str,
    glossary: Path | None,
) -> None:
    """Add a concept.

    \b
    exonym glossary add kyiv --kind place --name en=Kyiv --deprecated en=Kiev --name fr=Kiev
    exonym glossary add zelensky --kind person --name en.given=Volodymyr \\
        --name en.family=Zelensky --deprecated en.family=Zelenskyy
    """
    names: dict[str, Names | PersonNames] = {}
    apply(names, preferred=preferred, admitted=admitted, deprecated=deprecated)
    file = GlossaryFile.open(_path(glossary))
    file.add([Concept(id=concept, kind=kind, names=names, note=note, source=source)])
    file.save()
    click.echo(f"added {concept} to {file.path}", err=True)


@glossary.command(name="set")
@click.argument("concept")
@click.option("--name", "preferred", metavar=NAME, multiple=True, help=f"Preferred {NAMES_HELP}")
@click.option("--admitted", metavar=NAME, multiple=True, help="Add a name that is left alone.")
@click.option("--deprecated", metavar=NAME, multiple=True, help="Add a name that is rewritten.")
@click.option("--forget", metavar=NAME, multiple=True, help="Take away an admitted or deprecated name.")
@click.option("--form", "forms", metavar="LANG:CASE=FORM", multiple=True, help="A case of it, such as pl:gen=Lwowa.")
@click.option(
    "--except", "excepts", metavar="LANG=PHRASE", multiple=True, help="Add a phrase that means something else."
)
@click.option("--near", metavar="LANG=WORD", multiple=True, help="Add a word that must stand in the sentence.")
@click.option("--kind", type=click.Choice(KINDS), help="What the concept is.")
@click.option("--match", type=click.Choice(MATCHES), help="How case is treated.")
@click.option("--romanise/--no-romanise", default=None, help="Whether romanisations count as deprecated.")
@click.option("--note", help="Why the house spells it so; empty removes it.")
@click.option("--source", help="Where the spellings come from; empty removes it.")
@_glossary_option
def set_(concept: str, glossary: Path | None, **changes: Any) -> None:  # noqa: ANN401 - click's options
    """Change a concept; comments, order and quotes of the file stay.

    \b
    exonym glossary set kyiv --name pt=Kiev
    exonym glossary set kyiv --deprecated en=Kiew --forget en=Kyyiv
    exonym glossary set lviv --form pl:gen=Lwowa --except "en=Lviv, Ohio" --note "house choice"
    """
    file = GlossaryFile.open(_path(glossary))
    before = file.text
    old = file.glossary.concepts.get(concept)
    names = dict(old.names) if old else {}
    roles = {key: changes[key] for key in ("preferred", "admitted", "deprecated", "forget", "forms")}
    for lang in apply(names, **roles):
        file.set_names(concept, lang=lang, names=names[lang])
    for key, words in (("except", changes["excepts"]), ("near", changes["near"])):
        if words:
            had = (old.excepts if key == "except" else old.near) if old else {}
            file.set_field(concept, key, added(had, words))
    for key in ("kind", "match", "romanise", "note", "source"):
        if changes[key] is not None:
            file.set_field(concept, key, None if changes[key] == "" else changes[key])
    _saved(file, before, f"changed {concept}")


@glossary.command()
@click.argument("concept")
@click.option("--lang", metavar="LANG", help="Remove only what it is called in this language.")
@_glossary_option
def remove(concept: str, lang: str | None, glossary: Path | None) -> None:
    """Remove a concept, or its names in one language.

    \b
    exonym glossary remove kyiv
    exonym glossary remove kyiv --lang pt
    """
    file = GlossaryFile.open(_path(glossary))
    before = file.text
    if lang is None:
        file.remove(concept)
    else:
        file.remove_names(concept, lang=lang)
    _saved(file, before, f"removed {concept}" + (f" in {lang}" if lang else ""))


@glossary.command()
@click.option("--format", "form", type=click.Choice(list(FORMATS)), help="tbx, tbx2, csv, tsv or deepl.")
@click.option("--out", type=click.Path(path_type=Path), help="File to write; standard output without it.")
@click.option("--from", "source", metavar="LANG", help="DeepL: the language that the pairs come from.")
@click.option("--to", "targets", metavar="LANG", multiple=True, help="DeepL: a language that they lead to.")
@_glossary_option
def export(
    form: Any,  # noqa: ANN401 - one of FORMATS, which click has checked
    out: Path | None,
    source: str | None,
    targets: tuple[str, ...],
    glossary: Path | None,
) -> None:
    """Write the glossary as another program reads it.

    \b
    exonym glossary export --out names.tbx
    exonym glossary export --format csv > names.csv
    exonym glossary export --format deepl --from en --to es --out en-es.csv
    """
    if form is None and out is None:
        raise InputError(f"say in which format: --format {', '.join(FORMATS)}, or --out with an ending that tells")
    text = write_terms(
        load(_path(glossary)), form=form or format_of(str(out)), source_lang=source, target_langs=targets
    )
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror}") from None


@glossary.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(list(FORMATS)), help="In place of what the file's ending tells.")
@click.option("--kind", type=click.Choice(KINDS), default="term", show_default=True, help="Where the file names none.")
@click.option("--from", "source", metavar="LANG", help="DeepL, two columns: the language of the first.")
@click.option("--to", "target", metavar="LANG", help="DeepL, two columns: the language of the second.")
@click.option("--dry-run", is_flag=True, help="Say what would be done and write nothing.")
@_glossary_option
def import_(
    file: Path,
    form: Any,  # noqa: ANN401 - one of FORMATS, which click has checked
    kind: Any,  # noqa: ANN401 - one of KINDS
    source: str | None,
    target: str | None,
    dry_run: bool,
    glossary: Path | None,
) -> None:
    """Take concepts from a TBX file, a table or DeepL's lists into the glossary.

    New ones are added, and the names of those that are there are set. A row that cannot be used is named with its
    line and what is wrong with it, and the rest goes in; the command then ends with 1.

    \b
    exonym glossary import terms.tbx
    exonym glossary import places.csv --kind place --dry-run
    exonym glossary import en-es.csv --from en --to es
    """
    found = read_terms(file, form=form, kind=kind, source_lang=source, target_lang=target)
    house = GlossaryFile.open(_path(glossary))
    had = set(house.glossary.concepts)
    lines = {concept.id: concept.line for concept in found.concepts}
    left_out = house.merge(found.concepts)
    for problem in found.problems:
        _print_problem(file, problem)
    for problem in left_out:
        _print_problem(file, dataclasses.replace(problem, line=lines.get(problem.concept, 0), column=1))
    if not dry_run:
        house.save()
    wrong = {problem.concept for problem in left_out}
    n_set, n_added = len((had & lines.keys()) - wrong), len(house.glossary.concepts.keys() - had)
    would = "would have " if dry_run else ""
    click.echo(
        f"{would}added {n_added} and set {n_set} concepts; {len(found.problems) + len(wrong)} left out", err=True
    )
    if found.problems or left_out:
        raise click.exceptions.Exit(1)


@glossary.command()
def schema() -> None:
    """Print the JSON Schema of the glossary file, for editors that complete and check.

    \b
    exonym glossary schema > names.schema.json
    # yaml-language-server: $schema=names.schema.json      (first line of the glossary file)
    """
    from glossary.file.schema import schema as json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


def _path(glossary: Path | None) -> Path:
    return settings_from({"glossary": glossary}).glossary or shipped()


def _print_problem(file: Path, problem: Problem, *, as_json: bool = False) -> None:
    if as_json:
        click.echo(json.dumps({"file": str(file), **dataclasses.asdict(problem)}, ensure_ascii=False))
        return
    warning = "warning: " if problem.severity == "warning" else ""
    click.echo(f"{file}:{problem.line or 1}:{problem.column or 1}: {warning}{_without_place(problem)}")


def _without_place(problem: Problem) -> str:
    return str(dataclasses.replace(problem, line=0))


def _summary(file: Path, glossary: Glossary | None, problems: Iterable[Problem]) -> None:
    kinds = [problem.severity for problem in problems]
    holds = f"{len(glossary.concepts):,} concepts in {len(glossary.languages)} languages" if glossary else "not usable"
    click.echo(f"{file}: {holds}; {kinds.count('error')} errors, {kinds.count('warning')} warnings", err=True)


def _named(names: Glossary, wanted: str) -> list[Concept]:
    """Return the concept of this id, or those that bear the name.

    Raises: InputError naming the nearest id.
    """
    if wanted in names.concepts:
        return [names.concepts[wanted]]
    from glossary.formats.table import full_names

    word = wanted.casefold()
    found = []
    for concept in names.concepts.values():
        entries = list(concept.names.values())
        entries += [entry.family for entry in entries if isinstance(entry, PersonNames)]
        if any(name.casefold() == word for entry in entries for name in full_names(entry)):
            found.append(concept)
    if not found:
        import difflib

        near = difflib.get_close_matches(wanted.lower(), names.concepts, 3)
        hint = f"did you mean {' or '.join(near)}?" if near else "`exonym glossary show` lists all"
        raise InputError(f"no concept has the id or name {wanted!r}; {hint}")
    return found


def _record(concept: Concept) -> dict[str, Any]:
    """Return a concept as JSON data, with the keys of the file and what is empty left out."""
    from glossary.file.splice import concept_fields

    return {"id": concept.id, "line": concept.line, **json.loads(json.dumps(concept_fields(concept)))}


def _saved(file: GlossaryFile, before: str, done: str) -> None:
    if file.text == before:
        click.echo(f"nothing to change in {file.path}", err=True)
        return
    file.save()
    click.echo(f"{done} in {file.path}", err=True)
