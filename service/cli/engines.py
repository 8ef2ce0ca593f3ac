"""`exonym languages`, `exonym engines` and `exonym install`: what is there, and how to get more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service import packages
from service.cli.options import progress_on_stderr, settings_from, settings_options
from service.engines import ENGINES, open_engine
from service.errors import InputError, ServiceError
from service.languages import canonical, name
from service.routing import PREFERENCE, Router

if TYPE_CHECKING:
    from service.settings import Settings


@click.command()
@click.option("--from", "source", metavar="LANG", help="Only what can be reached from this language.")
@click.option("--engine", default="auto", show_default=True, help="auto, argos, apertium or echo.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a direction.")
@settings_options("argos_packages", "apertium_modes")
def languages(source: str | None, engine: str, as_json: bool, **settings: Any) -> None:  # noqa: ANN401
    """List every direction that can be translated, and the way taken.

    \b
    exonym languages
    exonym languages --from en
    """
    chosen = settings_from(settings)
    engines = {each: open_engine(each, chosen) for each in ([engine] if engine != "auto" else PREFERENCE)}
    router = Router(engines)
    found = False
    for start in [canonical(source)] if source else router.sources(engine=engine):
        if not as_json and router.targets(start, engine=engine):
            click.echo(f"{start}  {name(start)}")
        for target in router.targets(start, engine=engine):
            found = True
            way = [str(hop) for hop in router.route(start, target, engine=engine)]
            if as_json:
                click.echo(json.dumps({"source": start, "target": target, "route": way}, ensure_ascii=False))
            else:
                click.echo(f"    {target:8} {name(target):24} {' > '.join(way)}")
    for each in engines.values():
        each.close()
    if not found:
        click.echo("nothing can be translated yet; `exonym engines` says what is missing", err=True)
        raise click.exceptions.Exit(1)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object an engine.")
@settings_options("argos_packages", "apertium_modes")
def engines(as_json: bool, **settings: Any) -> None:  # noqa: ANN401
    """List the engines, the pairs each has installed, and what is broken; exit 1 when there is no pair at all.

    \b
    exonym engines
    exonym engines --json
    """
    chosen = settings_from(settings)
    reports = [_engine(each, chosen) for each in ENGINES]
    for report in reports:
        if as_json:
            click.echo(json.dumps(report, ensure_ascii=False))
        else:
            _print_engine(report)
    if not any(report["pairs"] for report in reports if report["engine"] in PREFERENCE):
        click.echo(
            "install a model (exonym install en es) or an Apertium pair (apt-get install apertium-eng-spa)", err=True
        )
        raise click.exceptions.Exit(1)


def _print_engine(report: dict[str, Any]) -> None:
    """Print how many pairs an engine has and, of one that routing may take, which, a line for each source."""
    n_pairs = len(report["pairs"])
    click.echo(f"{report['engine']}: {n_pairs} pairs")
    for problem in report["problems"]:
        click.echo(f"    broken: {problem}")
    if report["engine"] in PREFERENCE:
        targets: dict[str, list[str]] = {}
        for source, target in report["pairs"]:
            targets.setdefault(source, []).append(target)
        for source, reached in targets.items():
            click.echo(f"    {source:8} {' '.join(reached)}")


def _engine(engine: str, settings: Settings) -> dict[str, Any]:
    try:
        opened = open_engine(engine, settings)
        pairs = sorted((pair.source, pair.target) for pair in opened.pairs())
        problems = list(opened.problems())
        opened.close()
    except ServiceError as error:
        return {"engine": engine, "pairs": [], "problems": [str(error)]}
    return {"engine": engine, "pairs": pairs, "problems": problems}


@click.command()
@click.argument("what", metavar="SOURCE TARGET | FILE.argosmodel...", nargs=-1)
@click.option("--list", "listing", is_flag=True, help="List the installed models.")
@settings_options("argos_packages")
def install(what: tuple[str, ...], listing: bool, **settings: Any) -> None:  # noqa: ANN401
    """Install translation models: a pair from the Argos index, or files that were brought here.

    This is the only command that uses a network, and only when it is given two languages.

    \b
    exonym install en es
    exonym install translate-en_es-1_9.argosmodel
    exonym install --list
    """
    chosen = settings_from(settings)
    if listing:
        for package in packages.installed(chosen):
            click.echo(package)
        return
    if not what:
        raise InputError("name two languages (exonym install en es) or .argosmodel files; --list shows what is there")
    files = [Path(each) for each in what]
    if all(file.suffix == ".argosmodel" or file.exists() for file in files):
        for file in files:
            click.echo(f"installed {packages.install_file(file, chosen)}")
        return
    if len(what) != 2:
        raise InputError(f"{' '.join(what)!r} is neither two languages nor files that exist; see exonym install --help")
    source, target = map(canonical, what)
    with progress_on_stderr(f"{source} to {target}: bytes") as progress:
        package = packages.install_from_index(source, target, chosen, progress=progress)
    click.echo(f"installed {package}")
