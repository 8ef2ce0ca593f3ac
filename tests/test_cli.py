"""The command line, with the engine that changes nothing and the one that is really there."""

import json
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner

from service.cli import main

SENTENCE = "The fighting in Donbass went over the whole winter."
GLOSSARY = """
exonym: 1
concepts:
  donbas:
    kind: place
    names:
      en: {preferred: Donbas, deprecated: [Donbass]}
      es: {preferred: Donbás, deprecated: [Donbas, Donbass]}
"""


def run(*arguments, stdin=None):
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin, catch_exceptions=False)


@pytest.fixture
def house(tmp_path):
    path = tmp_path / "names.yaml"
    path.write_text(GLOSSARY, encoding="utf-8")
    return path


def translate(*arguments, stdin=None):
    return run("translate", "--from", "en", "--to", "es", "--engine", "echo", *arguments, stdin=stdin)


def test_a_file_on_standard_output(house, tmp_path):
    (tmp_path / "a.txt").write_text("War in Donbass.\n", encoding="utf-8")
    done = translate("--glossary", house, tmp_path / "a.txt")
    assert (done.exit_code, done.stdout) == (0, "War in Donbás.\n")


def test_json_is_one_object_a_target_with_the_documented_keys(house):
    done = translate("--glossary", house, "--to", "fr", "--json", "-", stdin=SENTENCE)
    first, second = map(json.loads, done.stdout.splitlines())
    assert list(first) == ["text", "source", "target", "engine", "route", "mentions", "signature"]
    assert (first["target"], second["target"]) == ("es", "fr")
    assert first["mentions"] == [
        {
            "concept": "donbas",
            "source": {"start": 16, "end": 23, "text": "Donbass"},
            "target": {"start": 16, "end": 22, "text": "Donbás"},
            "status": "rewritten",
            "engine_wrote": "Donbass",
        }
    ]
    assert first["route"] == ["echo:en-es"]


def test_out_writes_text_and_names(house, tmp_path):
    (tmp_path / "a.b.txt").write_bytes(b"War in Donbass.\r\n\r\n")
    done = translate("--glossary", house, "--out", tmp_path / "new" / "out", tmp_path / "a.b.txt")
    assert (done.exit_code, done.stdout) == (0, "")
    assert (tmp_path / "new" / "out" / "a.b.es.txt").read_bytes() == "War in Donbás.\r\n\r\n".encode()
    names = json.loads((tmp_path / "new" / "out" / "a.b.es.names.json").read_text(encoding="utf-8"))
    assert names["mentions"][0]["concept"] == "donbas"


def test_the_table_shows_what_the_engine_alone_would_have_written(house):
    done = translate("--glossary", house, "--table", "-", stdin=SENTENCE)
    assert "Donbás [Donbass]" in done.stdout


def test_several_targets_are_told_apart(house):
    done = translate("--glossary", house, "--to", "fr", "-", stdin="War.")
    assert done.stdout == "== es\nWar.\n== fr\nWar.\n"


def test_no_glossary(house):
    assert translate("--no-glossary", "-", stdin="War in Donbass.").stdout == "War in Donbass.\n"
    both = translate("--no-glossary", "--glossary", house, "-", stdin="War.")
    assert both.exit_code == 2
    assert "exclude each other" in both.stderr


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"caf\xe9 au lait", "byte 3 (0xE9) is not UTF-8"),
        ("\ufeffwar".encode("utf-16"), "iconv -f UTF-16"),
        (b"a\x00b", "character 1 of the text is U+0000"),
    ],
)
def test_files_that_are_no_text(tmp_path, data, says):
    (tmp_path / "a.txt").write_bytes(data)
    done = translate(tmp_path / "a.txt")
    assert done.exit_code == 2
    assert done.stderr.startswith("error[input]: ")
    assert says in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["missing.txt"], "missing.txt cannot be read: No such file or directory"),
        (["-", "--to", "klingonese"], "'klingonese' is no language tag"),
        (["-", "--to", "en"], "source and target are both 'en'"),
        (["-", "--engine", "moses"], "no engine is called 'moses'"),
        (["-", "--to", "zu"], "nothing installed translates en to zu"),
        (["-", "--glossary", "nowhere.yaml"], "nowhere.yaml"),
        (["-", "--beam-size", "0"], "--beam-size (EXONYM_BEAM_SIZE) is '0'"),
        (["-", "--max-chars", "2"], "the limit is 2"),
    ],
)
def test_mistakes_of_the_caller(arguments, says):
    done = translate(*arguments, stdin="War.")
    assert done.exit_code == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_misspelt_variable_is_named(monkeypatch):
    monkeypatch.setenv("EXONYM_BEAM_SIZES", "2")
    done = translate("-", stdin="War.")
    assert done.exit_code == 2
    assert "EXONYM_BEAM_SIZES is no setting of exonym; did you mean EXONYM_BEAM_SIZE?" in done.stderr


@pytest.mark.parametrize("text", ["", " \n \t"])
def test_empty_input_comes_back_empty(text):
    assert translate("--json", "-", stdin=text).exit_code == 0
    assert json.loads(translate("--json", "-", stdin=text).stdout)["text"] == text


def test_languages_and_engines():
    listed = run("languages", "--engine", "echo", "--from", "en", "--json")
    assert {"source": "en", "target": "uk", "route": ["echo:en-uk"]} in map(json.loads, listed.stdout.splitlines())
    assert run("languages", "--from", "tlh").exit_code == 1
    assert "echo:" in run("engines").stdout


@pytest.mark.parametrize("arguments", [[], ["en"], ["en", "es", "fr"]])
def test_install_says_what_it_wants(arguments):
    done = run("install", *arguments)
    assert done.exit_code == 2
    assert "two languages" in done.stderr


def test_help_is_quick():
    """Loads nothing that translates: the modules tell, seconds would depend on the machine."""
    code = (
        "import sys; from service.cli import main; main(['--help'], standalone_mode=False); print(sorted(sys.modules))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for heavy in ("pydantic", "ctranslate2", "pymorphy3", "ruamel", "rich", "regex", "numpy"):
        assert f"'{heavy}'" not in shown


def test_long_work_shows_progress_on_standard_error(tmp_path, monkeypatch):
    from service.engines.echo import Echo

    def slow(self, sentences, pair):
        time.sleep(0.7)
        return list(sentences)

    monkeypatch.setattr(Echo, "translate", slow)
    text = " ".join(f"Sentence number {n} is here." for n in range(2000))
    done = translate("--no-glossary", "-", stdin=text)
    assert "sentences: " in done.stderr
    assert "of 2,000" in done.stderr
    assert done.stdout == f"{text}\n"
