"""`exonym translate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from glossary import Glossary
from service.cli.options import open_pipeline, progress_on_stderr, read_text, settings_from, settings_options
from service.errors import InputError
from service.languages import canonical
from service.records import as_dict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from glossary import Mention
    from service.pipeline import Pipeline
    from service.records import Translation


@click.command(epilog="Each setting is an environment variable too: --beam-size is EXONYM_BEAM_SIZE.")
@click.argument("files", metavar="FILE|-...", nargs=-1, required=True)
@click.option("--from", "source", metavar="LANG", required=True, help="Language of the text, as a BCP-47 tag.")
@click.option("--to", "targets", metavar="LANG", required=True, multiple=True, help="Target language; may be repeated.")
@click.option("--engine", default="auto", show_default=True, help="auto, argos, apertium or echo.")
@click.option("--glossary", type=click.Path(path_type=Path), help="Glossary file in place of the house's.")
@click.option("--no-glossary", is_flag=True, help="Leave names to the engine.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Write FILE.LANG.txt and FILE.LANG.names.json here."
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object a target: text, route, mentions, signature."
)
@click.option(
    "--table", is_flag=True, help="Print each name in each language, and what the engine alone would have written."
)
@settings_options()
def translate(
    files: tuple[str, ...],
    source: str,
    targets: tuple[str, ...],
    engine: str,
    glossary: Path | None,
    no_glossary: bool,
    out: Path | None,
    as_json: bool,
    table: bool,
    **settings: Any,  # noqa: ANN401 - one string per setting
) -> None:
    """Translate files or standard input; names come out as the glossary has them.

    \b
    exonym translate article.txt --from en --to es
    cat article.txt | exonym translate - --from uk --to en --json
    exonym translate *.txt --from en --to es --to fr --out out --table
    """
    if glossary and no_glossary:
        raise InputError("--glossary and --no-glossary exclude each other; give one of them")
    chosen = settings_from({**settings, "glossary": glossary})
    langs = list(dict.fromkeys(canonical(tag) for tag in targets))
    names = Glossary() if no_glossary else None
    with open_pipeline(chosen, engine=engine, glossary=names) as pipeline:
        for file in files:
            text = read_text(file, max_chars=chosen.max_chars)
            with progress_on_stderr(f"{file}: sentences") as progress:
                done = pipeline.translate(text, source=source, targets=langs, engine=engine, progress=progress)
            if out:
                _write(out, file, done)
            if as_json:
                for translation in done:
                    click.echo(json.dumps(as_dict(translation), ensure_ascii=False))
            elif table:
                _print_table(pipeline, file, text, done, engine)
            elif not out:
                _print_texts(done)


def _write(folder: Path, file: str, done: Iterable[Translation]) -> None:
    stem = "stdin" if file == "-" else Path(file).stem
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for translation in done:
            report = as_dict(translation)
            text = report.pop("text")
            # newline="": the line ends are the text's own.
            (folder / f"{stem}.{translation.target}.txt").write_text(text, encoding="utf-8", newline="")
            names = json.dumps(report, ensure_ascii=False, indent=2)
            (folder / f"{stem}.{translation.target}.names.json").write_text(f"{names}\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{error.filename or folder} cannot be written: {error.strerror}") from None


def _print_texts(done: Sequence[Translation]) -> None:
    for translation in done:
        if len(done) > 1:
            click.echo(f"== {translation.target}")
        click.echo(translation.text, nl=not translation.text.endswith("\n"))


def _print_table(pipeline: Pipeline, file: str, text: str, done: Sequence[Translation], engine: str) -> None:
    """Print one row a concept, one column a language; in brackets what the engine alone would have written."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    cells: dict[str, dict[str, Text]] = {}
    for translation in done:
        alone = pipeline.engine_alone(text, source=translation.source, target=translation.target, engine=engine)
        for concept, cell in _cells(translation.mentions, alone).items():
            cells.setdefault(concept, {})[translation.target] = cell
    table = Table("name", *(translation.target for translation in done), title=file, title_justify="left")
    for concept, row in cells.items():
        table.add_row(concept, *(row.get(translation.target, Text("")) for translation in done))
    console = Console()
    console = console if console.is_terminal else Console(width=_wide(cells))
    console.print(table)
    console.print("In brackets: what the engine alone would have written, where it differs; ø where it lost the name.")
    for translation in done:
        console.print(f"{translation.target}: {' > '.join(map(str, translation.route))}", style="dim", highlight=False)


def _cells(mentions: Iterable[Mention], alone: Iterable[Mention]) -> dict[str, Any]:
    from rich.text import Text

    held: dict[str, dict[str, None]] = {}
    other: dict[str, dict[str, None]] = {}
    untouched = {mention.source: mention for mention in alone}
    for mention in mentions:
        form = mention.target.text if mention.target else "ø"
        held.setdefault(mention.concept, {})[form] = None
        wrote = _alone(untouched.get(mention.source))
        if wrote != form:
            other.setdefault(mention.concept, {})[wrote] = None
    return {
        concept: Text.assemble(", ".join(forms), (f" [{', '.join(other[concept])}]" if concept in other else "", "dim"))
        for concept, forms in held.items()
    }


def _alone(mention: Mention | None) -> str:
    if mention is None or mention.status == "missing":
        return "ø"
    return mention.engine_wrote or (mention.target.text if mention.target else "ø")


def _wide(cells: dict[str, dict[str, Any]]) -> int:
    """Return a width at which no cell is folded, for output that goes to a file."""
    widths: dict[str, int] = {}
    for row in cells.values():
        for lang, cell in row.items():
            widths[lang] = max(widths.get(lang, 0), len(cell))
    return 60 + sum(width + 4 for width in widths.values())
