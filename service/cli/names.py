"""`exonym normalise` and `exonym settle`: names put right in text that was written or translated elsewhere."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from glossary import normalise as normalised
from glossary import settle as settled
from service.cli.options import house, settings_from
from service.errors import InputError, TooLongError
from service.languages import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from glossary import Glossary

_MAX_LINE_BYTES = 64_000_000
_glossary_option = click.option(
    "--glossary", type=click.Path(path_type=Path), help="Glossary file in place of the house's."
)
_jsonl_option = click.option("--jsonl", is_flag=True, help="Read and write one JSON object a line.")


@click.command()
@click.option("--lang", metavar="LANG", required=True, help="Language of the text, as a BCP-47 tag.")
@_glossary_option
@_jsonl_option
def normalise(lang: str, glossary: Path | None, jsonl: bool) -> None:
    """Put the names of one text right, as well as can be told without its source.

    Reads standard input and writes standard output line by line, however much there is.

    \b
    exonym normalise --lang en < article.txt
    echo '{"id": 1, "text": "Donbass"}' | exonym normalise --lang en --jsonl
    """
    names, tag = _glossary(glossary), canonical(lang)

    def line(record: dict[str, Any]) -> dict[str, Any]:
        result = normalised(record["text"], glossary=names, lang=tag)
        return {"output": result.text, "edits": [dataclasses.asdict(edit) for edit in result.edits]}

    if jsonl:
        _convert(("text",), line)
        return
    for number, text in enumerate(_lines(), 1):
        click.echo(normalised(_decoded(text, number), glossary=names, lang=tag).text, nl=False)


@click.command()
@click.option("--from", "source", metavar="LANG", required=True, help="Language of the source, as a BCP-47 tag.")
@click.option("--to", "target", metavar="LANG", required=True, help="Language of the translation.")
@_glossary_option
@_jsonl_option
def settle(source: str, target: str, glossary: Path | None, jsonl: bool) -> None:
    """Put the names of translations right that were made elsewhere, and say what became of each.

    Reads {"id", "source", "translation"} a line from standard input and writes {"id", "output", "mentions"} a line,
    however many there are; a mention has its concept, its place in the source and in the output, its status (kept,
    rewritten, missing, ambiguous) and what the engine had written.

    \b
    exonym settle --from uk --to en --jsonl < pairs.jsonl > settled.jsonl
    """
    if not jsonl:
        raise InputError(
            'pairs of sentences come as JSON lines: give --jsonl and {"id", "source", "translation"} a line'
        )
    names, source_tag, target_tag = _glossary(glossary), canonical(source), canonical(target)

    def line(record: dict[str, Any]) -> dict[str, Any]:
        result = settled(
            record["source"], record["translation"], glossary=names, source_lang=source_tag, target_lang=target_tag
        )
        return {"output": result.text, "mentions": [dataclasses.asdict(mention) for mention in result.mentions]}

    _convert(("source", "translation"), line)


def _glossary(path: Path | None) -> Glossary:
    return house(settings_from({"glossary": path}))


def _convert(fields: tuple[str, ...], line: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Turn each JSON line of standard input into one of standard output, `id` first."""
    for number, data in enumerate(_lines(), 1):
        text = _decoded(data, number)
        if not text.strip():
            continue
        record = _record(text, number, fields)
        click.echo(json.dumps({"id": record.get("id"), **line(record)}, ensure_ascii=False))


def _lines() -> Iterator[bytes]:
    """Yield the lines of standard input.

    Raises: TooLongError: a line is longer than any sentence or article is, so that no input fills the memory.
    """
    stream = sys.stdin.buffer
    number = 0
    while line := stream.readline(_MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > _MAX_LINE_BYTES:
            raise TooLongError(f"line {number} is longer than {_MAX_LINE_BYTES:,} bytes; split it into shorter ones")
        yield line


def _decoded(line: bytes, number: int) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"line {number}: byte {error.start} is not UTF-8; convert the input with iconv") from None


def _record(text: str, number: int, fields: tuple[str, ...]) -> dict[str, Any]:
    shape = "{" + ", ".join(f'"{field}"' for field in ("id", *fields)) + "}"
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        raise InputError(f"line {number} is not JSON; each line is one object: {shape}") from None
    if not isinstance(record, dict) or not all(isinstance(record.get(field), str) for field in fields):
        raise InputError(f"line {number} lacks text in {' or '.join(fields)}; each line is one object: {shape}")
    return record
