"""The `exonym` command: each command parses, calls the library and prints; nothing else in the project prints.

Exit codes: 0 done, 1 something failed or findings were reported, 2 the caller's fault.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any, NoReturn

import click

from service import __version__

# Commands are imported when they are called: `exonym --help` starts no engine and loads no dictionary.
_COMMANDS = {
    "translate": (
        "service.cli.translate:translate",
        "Translate files or standard input, names as the glossary has them.",
    ),
    "serve": ("service.cli.serve:serve", "Serve the page and the HTTP interfaces."),
    "health": ("service.cli.serve:health", "Ask a running server whether it lives."),
    "keys": ("service.cli.keys:keys", "Add, list and revoke the server's API keys."),
    "languages": ("service.cli.engines:languages", "List the languages that can be translated, and the way taken."),
    "engines": ("service.cli.engines:engines", "List the engines, what each has installed and what is missing."),
    "install": ("service.cli.engines:install", "Install translation models, from the index or from a file."),
    "glossary": ("service.cli.glossary:glossary", "Look at the glossary, change it, import and export it."),
    "check": ("service.cli.check:check", "Find deprecated names in files, and put them right."),
    "normalise": ("service.cli.names:normalise", "Put the names of one text right, without its source."),
    "settle": ("service.cli.names:settle", "Put the names of a translation right, with its source."),
    "diff": ("service.cli.diff:diff", "Compare two translations of one text."),
    "names": ("service.cli.diff:names", "Print how translations of one text write each name."),
    "discover": ("service.cli.discover:discover", "Find names that a text spells in more than one way."),
}


class _Lazy(click.Group):
    """A group that imports a command when it is called, and prints the project's errors as errors."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click has it
        try:
            return super().invoke(ctx)
        except Exception as error:
            from glossary.errors import GlossaryError
            from service.errors import RequestError, ServiceError

            if not isinstance(error, GlossaryError | ServiceError):
                raise
            _fail(error.code, error, 2 if isinstance(error, GlossaryError | RequestError) else 1)


def _fail(code: str, error: Exception, status: int) -> NoReturn:
    click.echo(f"error[{code}]: {error}", err=True)
    raise click.exceptions.Exit(status)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="exonym")
def main() -> None:
    """Translate offline, and keep every name as the house spells it.

    \b
    exonym translate article.txt --from en --to es --to fr
    exonym languages
    exonym glossary show kharkiv

    Settings are flags or EXONYM_* variables; the README lists them.
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal without UTF-8 must not turn a name into a traceback.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None and (stream.encoding or "").lower().replace("-", "") != "utf8":
            reconfigure(errors="replace")
