"""`exonym check`: a linter for names, for editors, pre-commit and CI."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from glossary.check import RULES
from glossary.check import check as find_names
from glossary.edits import apply_edits
from service import __version__
from service.cli.options import house, read_text, settings_from
from service.errors import InputError, RequestError
from service.languages import canonical

if TYPE_CHECKING:
    from glossary.check import Checked, Finding

_FORMAT_NAMES = ("text", "json", "github", "sarif")
_Found = list[tuple[str, "Finding"]]
_LANG_IN_NAME = re.compile(r"\.([A-Za-z]{2,3}(?:[-_]\w{2,8})*)\.\w+$")


@click.command()
@click.argument("files", nargs=-1, metavar="FILE...")
@click.option("--lang", metavar="LANG", help="Language of the files; without it article.es.txt is taken for Spanish.")
@click.option("--source", type=click.Path(path_type=Path), help="The text that the files are translations of.")
@click.option("--from", "source_lang", metavar="LANG", help="Language of the source.")
@click.option("--fix", is_flag=True, help="Put right what can be put right, in the files.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "github", "sarif"]), default="text", show_default=True
)
@click.option("--glossary", type=click.Path(path_type=Path), help="Glossary file in place of the house's.")
@click.option("--rules", is_flag=True, help="List the rules with their codes, and end.")
def check(
    files: tuple[str, ...],
    lang: str | None,
    source: Path | None,
    source_lang: str | None,
    fix: bool,
    form: str,
    glossary: Path | None,
    rules: bool,
) -> None:
    """Find names that are not as the glossary has them; end with 1 if there are any.

    \b
    exonym check article.txt --lang en
    exonym check out/*.es.txt --source article.txt --from en
    exonym check --fix notes.md --lang de
    exonym check --format github docs/*.md --lang en      (or sarif, for code scanning)

    A file `-` is standard input; with --fix the mended text then goes to standard output and the findings to standard
    error. A line that holds the word exonym-ignore is passed over.
    """
    if rules:
        for rule in RULES.values():
            click.echo(f"{rule.code} {rule.name}: {rule.about}")
        return
    if not files:
        raise InputError("give at least one file, such as: exonym check article.txt --lang en")
    if (source is None) != (source_lang is None):
        raise InputError("--source and --from go together: the text and its language")
    settings = settings_from({"glossary": glossary})
    names = house(settings)
    original = read_text(str(source), max_chars=settings.max_chars) if source else None
    found: _Found = []
    for file in files:
        text = read_text(file, max_chars=settings.max_chars)
        tag = canonical(lang) if lang else _lang_of(file)
        options = {"source": original, "source_lang": canonical(source_lang) if source_lang else None}
        checked = find_names(text, glossary=names, lang=tag, **options)
        found += [(file, finding) for finding in checked.findings if not (fix and finding.replacement is not None)]
        if fix:
            _mend(file, text, checked)
    output = _FORMATS[form](found)
    if output:
        click.echo(output, err=fix and "-" in files)
    if found:
        raise click.exceptions.Exit(1)


def _lang_of(file: str) -> str:
    in_name = _LANG_IN_NAME.search(file)
    try:
        return canonical(in_name[1] if in_name else "")
    except RequestError:
        raise InputError(f"{file}: say in which language it is, with --lang or in its name (article.es.txt)") from None


def _mend(file: str, text: str, checked: Checked) -> None:
    mended = apply_edits(text, checked.edits)
    if file == "-":
        click.echo(mended, nl=False)
        return
    if mended == text:
        return
    path = Path(file).resolve()
    try:
        _replace(path, mended)
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}") from None
    n_names = sum(finding.replacement is not None for finding in checked.findings)
    click.echo(f"{file}: {n_names} {'name' if n_names == 1 else 'names'} put right", err=True)


def _replace(path: Path, text: str) -> None:
    """Write the whole new text or leave the old."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
        Path(name).chmod(path.stat().st_mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _text(found: _Found) -> str:
    return "\n".join(f"{file}:{item.line}:{item.column}: {item.code} {item.message}" for file, item in found)


def _json(found: _Found) -> str:
    return json.dumps(
        [{"file": file, **dataclasses.asdict(item)} for file, item in found], ensure_ascii=False, indent=1
    )


def _github(found: _Found) -> str:
    """Return workflow commands, which GitHub shows at the lines of a pull request."""

    def value(text: str) -> str:
        return data(text).replace(":", "%3A").replace(",", "%2C")

    def data(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    return "\n".join(
        f"::error file={value(file)},line={item.line},col={item.column},endLine={item.end_line},"
        f"endColumn={item.end_column},title={item.code}::{data(item.message)}"
        for file, item in found
    )


def _sarif(found: _Found) -> str:
    """Return a log of SARIF 2.1.0 (OASIS), which code scanning takes."""
    rules = [{"id": rule.code, "name": rule.name, "shortDescription": {"text": rule.about}} for rule in RULES.values()]
    driver = {"name": "exonym", "version": __version__, "rules": rules}
    results = [_sarif_result(file, item) for file, item in found]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }
    return json.dumps(log, ensure_ascii=False, indent=1)


def _sarif_result(file: str, item: Finding) -> dict[str, Any]:
    artifact = {"uri": quote(Path(file).as_posix())}
    region = {
        "startLine": item.line,
        "startColumn": item.column,
        "endLine": item.end_line,
        "endColumn": item.end_column,
    }
    result: dict[str, Any] = {
        "ruleId": item.code,
        "ruleIndex": list(RULES).index(item.code),
        "level": "error",
        "message": {"text": item.message},
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
    }
    if item.replacement is not None:
        change = {"deletedRegion": region, "insertedContent": {"text": item.replacement}}
        result["fixes"] = [{"artifactChanges": [{"artifactLocation": artifact, "replacements": [change]}]}]
    return result


_FORMATS = {"text": _text, "json": _json, "github": _github, "sarif": _sarif}
