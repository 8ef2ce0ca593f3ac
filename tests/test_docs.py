"""The README says what the program does."""

import json
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bench.table import RESULTS, table, with_table
from service.cli import main
from service.settings import Settings

README = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")
CONTEXT = click.Context(main)
COMMANDS = {name: main.get_command(CONTEXT, name) for name in main.list_commands(CONTEXT)}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme_and_its_help_teaches(name):
    assert f"exonym {name}" in README
    shown = CliRunner().invoke(main, [name, "--help"])
    assert shown.exit_code == 0
    assert f"exonym {name}" in shown.output


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_the_readme(name):
    assert f"EXONYM_{name.upper()}" in README


def test_commands_in_the_readme_exist():
    for line in re.findall(r"^\$? ?exonym (.+)$", README, re.MULTILINE):
        command, *arguments = line.split()
        assert command in COMMANDS, line
        options = {option for parameter in _parameters(COMMANDS[command]) for option in parameter.opts}
        for argument in arguments:
            if argument.startswith("--"):
                assert argument in options, line


def _parameters(command):
    yield from command.params
    for subcommand in getattr(command, "commands", {}).values():
        yield from subcommand.params


def test_the_readme_is_short():
    assert len(README.splitlines()) <= 220


def test_the_readmes_figures_are_those_of_the_last_run():
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    assert with_table(README, results) == README
    assert all(line in README for line in table(results).splitlines())
