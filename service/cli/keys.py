"""`exonym keys`."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from service.cli.options import settings_from, settings_options
from service.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

_SCOPES = ("read", "translate", "glossary")


@click.group()
def keys() -> None:
    """Add, list and revoke the API keys of the server.

    \b
    exonym keys add newsroom
    exonym keys add desk --scope read --scope translate --scope glossary
    exonym keys revoke 3

    The keys are kept, hashed, in the store that --database names. A server that runs sees changes at once.
    """


@keys.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(_SCOPES),
    multiple=True,
    default=("read", "translate"),
    show_default=True,
    help="What the key may do: read what is kept, translate, change the glossary. May be repeated.",
)
@click.option("--requests-per-minute", type=click.IntRange(1), help="A limit for this key in place of the server's.")
@click.option("--max-chars", type=click.IntRange(1), help="Longest text that this key may send, in characters.")
@settings_options("database")
def add(
    name: str, scopes: tuple[str, ...], requests_per_minute: int | None, max_chars: int | None, **settings: str | None
) -> None:
    """Make a key for NAME and print it, this once: only its hash is kept."""
    with _store(settings) as store:
        key, secret = store.keys.add(
            name, scopes=frozenset(scopes), requests_per_minute=requests_per_minute, max_chars=max_chars
        )
    click.echo(secret)
    click.echo(f"key {key.id} for {key.name}: {', '.join(sorted(key.scopes))}; it is not shown again", err=True)


@keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a key.")
@settings_options("database")
def list_(as_json: bool, **settings: str | None) -> None:
    """List the keys: never their secrets."""
    from rich.console import Console
    from rich.table import Table

    with _store(settings) as store:
        found = store.keys.list()
    if as_json:
        for key in found:
            click.echo(json.dumps(asdict(key) | {"scopes": sorted(key.scopes)}, default=str, ensure_ascii=False))
        return
    if not found:
        click.echo("there are no keys; make one: exonym keys add NAME", err=True)
        return
    table = Table("id", "name", "scopes", "made", "last used", "revoked")
    for key in found:
        times = (f"{time:%Y-%m-%d %H:%M}" if time else "" for time in (key.created, key.last_used, key.revoked))
        table.add_row(str(key.id), key.name, ", ".join(sorted(key.scopes)), *times)
    Console().print(table)


@keys.command()
@click.argument("key_id", metavar="ID")
@settings_options("database")
def revoke(key_id: str, **settings: str | None) -> None:
    """Take a key back; requests with it are refused from now on."""
    with _store(settings) as store:
        store.keys.revoke(key_id)
    click.echo(f"key {key_id} is revoked", err=True)


@contextmanager
def _store(settings: dict[str, Any]) -> Iterator[Store]:
    store = Store.open(settings_from(settings))
    try:
        yield store
    finally:
        store.close()
