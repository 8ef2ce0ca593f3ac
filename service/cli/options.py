"""What several commands share: settings as flags, the pipeline they describe, files read as text, progress."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import click
from pydantic import ValidationError

from glossary import Glossary, load, shipped
from service.engines import ENGINES, open_engine
from service.errors import InputError, TooLongError
from service.pipeline import Pipeline
from service.routing import PREFERENCE
from service.settings import Settings, TranslationSettings, check_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from service.records import Progress

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def settings_options(*names: str, first: Sequence[str] = ()) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command a flag for each named setting, or for all of translating but the glossary.

    `settings_from` reads them.

    Args: first: those that stand before the others in the command's help.
    """
    wanted = names or tuple(name for name in TranslationSettings.model_fields if name != "glossary")

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for name in reversed((*first, *(name for name in Settings.model_fields if name not in first))):
            field = Settings.model_fields[name]
            if name in wanted:
                default = "" if field.default in (None, "") else f" [default: {field.default}]"
                flag, text = f"--{name.replace('_', '-')}", f"{field.description}{default}"
                command = click.option(flag, f"setting_{name}", metavar=_metavar(field.annotation), help=text)(command)
        return command

    return decorate


def _metavar(annotation: Any) -> str:  # noqa: ANN401 - a type is what it may be
    """Return what stands for the value in a command's help: the choices, or the kind."""
    if get_origin(annotation) is Literal:
        return "|".join(get_args(annotation))
    kinds = {int: "N", float: "NUMBER", bool: "true|false", Path: "PATH"}
    return next((kinds[kind] for kind in (annotation, *get_args(annotation)) if kind in kinds), "TEXT")


def settings_from(arguments: dict[str, Any]) -> Settings:
    """Return the settings that flags and environment give; flags win.

    Raises: InputError naming the setting, its value and what it may be.
    """
    check_environment()
    given = {name.removeprefix("setting_"): value for name, value in arguments.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        flag = f"--{name.replace('_', '-')} (EXONYM_{name.upper()})"
        raise InputError(f"{flag} is {first['input']!r}: {first['msg'].lower()}") from None


@contextmanager
def open_pipeline(settings: Settings, *, engine: str = "auto", glossary: Glossary | None = None) -> Iterator[Pipeline]:
    """Open the pipeline that the settings describe, and close its engines afterwards.

    Args: engine: only this one is opened, or all that routing prefers when it is `auto`.
    """
    names = [name for name in PREFERENCE if name in ENGINES] if engine == "auto" else [engine]
    engines = {name: open_engine(name, settings) for name in names}
    pipeline = Pipeline(engines, house(settings) if glossary is None else glossary, max_chars=settings.max_chars)
    try:
        yield pipeline
    finally:
        pipeline.close()


def house(settings: Settings) -> Glossary:
    """Return the glossary that the settings name, or the one shipped with exonym."""
    return load(settings.glossary or shipped())


def read_text(path: str, *, max_chars: int) -> str:
    """Return the text of a UTF-8 file, or of standard input for `-`.

    Raises: InputError: no file, or not UTF-8 (says at which byte); TooLongError: longer than `max_chars` can be.
    """
    limit = 4 * max_chars  # no character takes more bytes
    try:
        if path == "-":
            data = sys.stdin.buffer.read(limit + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(limit + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    if len(data) > limit:
        raise TooLongError(f"{path} is longer than {max_chars:,} characters; send it in parts, or raise --max-chars")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        guess = "UTF-16" if data.startswith(_UTF16) else "WINDOWS-1252"
        raise InputError(
            f"{path}: byte {error.start} (0x{data[error.start]:02X}) is not UTF-8; convert the file, "
            f"for example: iconv -f {guess} -t UTF-8 {path}"
        ) from None


@contextmanager
def progress_on_stderr(what: str) -> Iterator[Progress]:
    """Show progress on standard error once the work has taken a second: a bar for a person, lines for a log."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(what)
        return
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    bar = Progress(*columns, console=console, transient=True)
    task = bar.add_task(what, total=None)
    timer = threading.Timer(1.0, bar.start)
    timer.daemon = True
    timer.start()
    try:
        yield lambda done, total: bar.update(task, completed=done, total=total)
    finally:
        timer.cancel()
        bar.stop()


def _lines(what: str) -> Progress:
    last = time.monotonic()

    def show(done: int, total: int | None) -> None:
        nonlocal last
        if time.monotonic() - last > 1 and done != total:
            last = time.monotonic()
            click.echo(f"{what}: {done:,}" + (f" of {total:,}" if total else ""), err=True)

    return show
