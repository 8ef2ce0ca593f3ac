import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli import main

NAMES = str(Path(__file__).parent / "cases" / "names.yaml")


def run(*arguments, text):
    return CliRunner().invoke(main, [*arguments, "--glossary", NAMES], input=text)


def test_normalise_reads_and_writes_json_lines():
    lines = [{"id": "a", "text": "Donbass"}, {"id": 2, "text": "nothing"}]
    result = run("normalise", "--lang", "en", "--jsonl", text="\n".join(map(json.dumps, lines)) + "\n\n")
    assert result.exit_code == 0
    edit = {"start": 0, "end": 7, "before": "Donbass", "after": "Donbas", "concept": "donbas"}
    assert [json.loads(line) for line in result.output.splitlines()] == [
        {"id": "a", "output": "Donbas", "edits": [edit]},
        {"id": 2, "output": "nothing", "edits": []},
    ]


def test_normalise_keeps_plain_text_byte_for_byte():
    text = "In Donbass\r\n\n\tKharkov’s port"
    result = CliRunner().invoke(main, ["normalise", "--lang", "en", "--glossary", NAMES], input=text.encode())
    assert result.stdout_bytes.decode() == "In Donbas\r\n\n\tKharkiv’s port"


def test_settle_reports_mentions():
    line = {"id": 7, "source": "Бої за Харків", "translation": "Battles for Kharkov"}
    result = run("settle", "--from", "uk", "--to", "en", "--jsonl", text=json.dumps(line))
    assert json.loads(result.output) == {
        "id": 7,
        "output": "Battles for Kharkiv",
        "mentions": [
            {
                "concept": "kharkiv",
                "source": {"start": 7, "end": 13, "text": "Харків"},
                "target": {"start": 12, "end": 19, "text": "Kharkiv"},
                "status": "rewritten",
                "engine_wrote": "Kharkov",
            }
        ],
    }


@pytest.mark.parametrize(
    ("arguments", "text", "says"),
    [
        (("normalise", "--lang", "en", "--jsonl"), '{"id": 1}', 'each line is one object: {"id", "text"}'),
        (("normalise", "--lang", "en", "--jsonl"), '{"id": 1, "text": "x"}\n{', "line 2 is not JSON"),
        (("normalise", "--lang", "en", "--jsonl"), "[" * 100_000, "line 1 is not JSON"),
        (("normalise", "--lang", "en"), b"ok\n\xff\xfe", "line 2: byte 0 is not UTF-8"),
        (("settle", "--from", "uk", "--to", "en", "--jsonl"), '{"source": "x", "translation": 3}', "line 1 lacks text"),
        (("settle", "--from", "uk", "--to", "en"), "", "give --jsonl"),
        (("normalise", "--lang", "not a tag"), "", "not a tag"),
    ],
)  # fmt: skip
def test_mistakes_are_named(arguments, text, says):
    result = run(*arguments, text=text)
    assert result.exit_code == 2
    assert says in result.output
    assert "Traceback" not in result.output
