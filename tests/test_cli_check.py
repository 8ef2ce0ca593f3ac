"""`exonym check`: exit codes, formats, and files put right."""

import json
import re

import pytest
from click.testing import CliRunner

from glossary.check import RULES
from service.cli import main

TEXT = """\
exonym: 1
concepts:
  donbas:
    kind: place
    names:
      en: {preferred: Donbas, deprecated: [Donbass]}
      es: {preferred: Donbás, deprecated: [Donbas, Donbass]}
"""


@pytest.fixture
def house(tmp_path, monkeypatch):
    path = tmp_path / "names.yaml"
    path.write_text(TEXT, encoding="utf-8")
    monkeypatch.setenv("EXONYM_GLOSSARY", str(path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.es.txt").write_bytes("El Donbass.\r\nY el Donbás.\r\n".encode())
    return path


def run(*arguments, stdin=None):
    return CliRunner().invoke(main, ["check", *arguments], input=stdin, catch_exceptions=False)


def test_a_finding_is_file_line_column_code_message_and_ends_with_1(house):
    done = run("a.es.txt", "--lang", "es")
    assert (done.exit_code, done.stdout) == (1, 'a.es.txt:1:4: E101 deprecated name "Donbass", use "Donbás" (donbas)\n')


def test_nothing_to_say_ends_with_0(house):
    house.with_name("b.txt").write_text("Donbás\n", encoding="utf-8")
    done = run("b.txt", "--lang", "ES")
    assert (done.exit_code, done.output) == (0, "")


def test_the_language_may_stand_in_the_name(house):
    assert run("a.es.txt").exit_code == 1
    house.with_name("notes.txt").write_text("x", encoding="utf-8")
    done = run("notes.txt")
    assert done.exit_code == 2
    assert "notes.txt: say in which language it is" in done.stderr


def test_fix_mends_the_file_and_says_how_many(house):
    path = house.with_name("a.es.txt")
    path.chmod(0o640)
    done = run("a.es.txt", "--fix")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "a.es.txt: 1 name put right\n")
    assert path.read_bytes() == "El Donbás.\r\nY el Donbás.\r\n".encode()
    assert path.stat().st_mode & 0o777 == 0o640
    written = path.stat().st_mtime_ns
    assert (run("a.es.txt", "--fix").exit_code, path.stat().st_mtime_ns) == (0, written)


def test_fix_leaves_what_only_a_person_can_mend_and_ends_with_1(house):
    house.with_name("a.txt").write_text("Donbas.\nDonbas.\n", encoding="utf-8")
    house.with_name("b.es.txt").write_text("Donbass.\nNada.\n", encoding="utf-8")
    done = run("b.es.txt", "--source", "a.txt", "--from", "en", "--fix")
    assert (done.exit_code, done.stdout) == (
        1, 'b.es.txt:2:1: E102 "Donbas" of the source is missing, expected "Donbás" (donbas)\n',
    )  # fmt: skip
    assert house.with_name("b.es.txt").read_text(encoding="utf-8") == "Donbás.\nNada.\n"


def test_standard_input_is_mended_to_standard_output(house):
    assert run("-", "--lang", "es", stdin="Donbass").stdout.startswith("-:1:1: E101")
    done = run("-", "--lang", "es", "--fix", stdin="Donbass\n")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "Donbás\n", "")


def test_json_has_every_field(house):
    (record,) = json.loads(run("a.es.txt", "--format", "json").stdout)
    assert record == {
        "file": "a.es.txt", "code": "E101", "message": 'deprecated name "Donbass", use "Donbás" (donbas)',
        "concept": "donbas", "start": 3, "end": 10, "line": 1, "column": 4, "end_line": 1, "end_column": 11,
        "found": "Donbass", "replacement": "Donbás",
    }  # fmt: skip
    house.with_name("b.es.txt").write_text("", encoding="utf-8")
    assert json.loads(run("b.es.txt", "--format", "json").stdout) == []


def test_github_commands_are_escaped(house):
    house.with_name("a,b:c.es.txt").write_text("Donbass", encoding="utf-8")
    assert run("a,b:c.es.txt", "--format", "github").stdout == (
        "::error file=a%2Cb%3Ac.es.txt,line=1,col=1,endLine=1,endColumn=8,title=E101::"
        'deprecated name "Donbass", use "Donbás" (donbas)\n'
    )


def test_sarif_has_what_code_scanning_asks_for(house):
    house.with_name("ü b.es.txt").write_text("Donbass", encoding="utf-8")
    log = json.loads(run("ü b.es.txt", "--format", "sarif").stdout)
    (only,) = log["runs"]
    (result,) = only["results"]
    assert log["version"] == "2.1.0"
    assert [rule["id"] for rule in only["tool"]["driver"]["rules"]] == list(RULES)
    assert (result["ruleId"], result["ruleIndex"], result["level"]) == ("E101", 0, "error")
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "%C3%BC%20b.es.txt"
    assert place["region"] == {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 8}
    assert result["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"] == {"text": "Donbás"}


def test_rules_are_listed_with_their_documentation():
    lines = run("--rules").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(RULES)
    assert all(re.fullmatch(r"E\d{3} [a-z-]+: .+\.", line) for line in lines)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "give at least one file"),
        (["a.es.txt", "--lang", "klingon"], "'klingon' is no language tag"),
        (["a.es.txt", "--source", "a.es.txt"], "--source and --from go together"),
        (["missing.es.txt"], "missing.es.txt cannot be read"),
        (["a.es.txt", "--glossary", "missing.yaml"], "missing.yaml: G101 the file cannot be read"),
    ],
)
def test_a_wrong_call_is_told_in_a_line(house, arguments, says):
    done = run(*arguments)
    assert done.exit_code == 2
    assert says in done.stderr
    assert done.stderr.startswith("error[")


def test_bytes_that_are_no_text(house):
    house.with_name("bad.es.txt").write_bytes(b"caf\xe9")
    done = run("bad.es.txt")
    assert done.exit_code == 2
    assert "byte 3 (0xE9) is not UTF-8" in done.stderr
