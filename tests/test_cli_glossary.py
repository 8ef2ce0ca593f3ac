"""`exonym glossary`: what a maintainer types, and what comes of it."""

import json

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from glossary import Names, PersonNames, load, shipped
from service.cli import main

TEXT = """\
exonym: 1
concepts:
  # kept
  lviv:
    kind: place
    names:
      en: {preferred: Lviv, deprecated: [Lvov]}   # kept too
      pl: Lwów
  lee:
    kind: person
    names:
      en: {given: Ann, family: {preferred: Lee, deprecated: [Li]}}
"""


@pytest.fixture
def house(tmp_path):
    path = tmp_path / "names.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def run(*arguments, house=None):
    options = ["--glossary", str(house)] if house else []
    call = ["glossary", *map(str, arguments), *options]
    return CliRunner().invoke(main, call, catch_exceptions=False)


def test_validate_names_file_line_column_code_and_remedy(tmp_path, house):
    bad = tmp_path / "bad.yaml"
    bad.write_text(TEXT.replace("place", "plaice") + "  x: {kind: term, names: {en: {preferred: A, admitted: [A]}}}\n")
    done = run("validate", house, bad)
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        f"{bad}:5:11: G116 lviv: 'plaice' is no kind; did you mean place?",
        f"{bad}:13:57: warning: G119 x: 'A' stands twice: preferred and admitted; remove one of the two",
    ]
    assert f"{house}: 2 concepts in 2 languages; 0 errors, 0 warnings" in done.stderr
    assert f"{bad}: not usable; 1 errors, 1 warnings" in done.stderr


def test_validate_is_quiet_about_a_good_file_and_strict_when_asked(house):
    assert (run("validate", house).exit_code, run("validate", house).stdout) == (0, "")
    house.write_text(TEXT + "    except: {en: [Ann Arbor]}\n", encoding="utf-8")
    assert run("validate", house).exit_code == 0
    assert run("validate", house, "--strict").exit_code == 1
    (problem,) = map(json.loads, run("validate", house, "--json").stdout.splitlines())
    assert (problem["code"], problem["line"], problem["severity"]) == ("G122", 13, "warning")


def test_validate_warns_of_romanisations_that_are_names_of_others(house):
    river = "  dnipro:\n    kind: place\n    names: {en: Dnipro, ru: Днепр}\n"
    term = "  dnepr:\n    kind: term\n    names: {en: Dnepr}\n"
    house.write_text(TEXT + river + term, encoding="utf-8")
    done = run("validate", house)
    assert done.exit_code == 0
    assert done.stdout.startswith(f"{house}:13:1: warning: G125 dnipro: 'Dnepr' may stand for Днепр in en, but is")
    house.write_text(TEXT + river + "    romanise: false\n" + term, encoding="utf-8")
    assert run("validate", house, "--strict").stdout == ""


def test_without_a_file_validate_checks_the_one_that_is_in_force(house, monkeypatch):
    monkeypatch.setenv("EXONYM_GLOSSARY", str(house))
    assert str(house) in run("validate").stderr
    monkeypatch.delenv("EXONYM_GLOSSARY")
    assert str(shipped()) in run("validate").stderr


@pytest.mark.parametrize("wanted", ["lviv", "Lviv", "lvov", "Lwów"])
def test_show_finds_a_concept_by_id_and_by_name(house, wanted):
    done = run("show", wanted, house=house)
    assert done.stdout.startswith("lviv:\n  kind: place\n")
    assert "en: {preferred: Lviv, deprecated: [Lvov]}" in done.stdout


def test_show_finds_a_person_by_family_name_and_in_full(house):
    for wanted in ("Li", "Ann Li", "ann lee"):
        record = json.loads(run("show", wanted, "--json", house=house).stdout)
        assert (record["id"], record["line"]) == ("lee", 9)
        assert record["names"]["en"]["family"] == {"preferred": "Lee", "deprecated": ["Li"]}


def test_show_lists_and_says_what_is_near(house):
    assert run("show", house=house).stdout == "lviv\tplace\ten, pl\nlee\tperson\ten\n"
    done = run("show", "lviw", house=house)
    assert (done.exit_code, done.stderr) == (
        2, "error[input]: no concept has the id or name 'lviw'; did you mean lviv?\n",
    )  # fmt: skip


def test_add_set_and_remove(house):
    added = run(
        "add", "odesa", "--kind", "place", "--name", "en=Odesa", "--deprecated", "en=Odessa", "--name", "pt-br=Odessa",
        "--note", "house choice", house=house,
    )  # fmt: skip
    assert (added.exit_code, added.stdout) == (0, "")
    changed = run(
        "set", "lviv", "--name", "en=L’viv", "--deprecated", "en=Lwow", "--forget", "en=Lvov", "--form", "pl:gen=Lwowa",
        "--except", "en=L’viv, Ohio", "--near", "pl=miasto", "--no-romanise", "--match", "any", "--source", "house",
        house=house,
    )  # fmt: skip
    assert changed.exit_code == 0, changed.stderr
    concepts = load(house).concepts
    assert concepts["odesa"].names == {
        "en": Names(preferred="Odesa", deprecated=("Odessa",)), "pt-BR": Names(preferred="Odessa"),
    }  # fmt: skip
    lviv = concepts["lviv"]
    assert lviv.names["en"] == Names(preferred="L’viv", deprecated=("Lwow",))
    assert lviv.names["pl"].forms == {"gen": "Lwowa"}
    assert (lviv.excepts, lviv.near) == ({"en": ("L’viv, Ohio",)}, {"pl": ("miasto",)})
    assert (lviv.romanise, lviv.match, lviv.source) == (False, "any", "house")
    assert "# kept\n" in house.read_text(encoding="utf-8")
    assert "# kept too\n" in house.read_text(encoding="utf-8")
    assert run("remove", "lviv", "--lang", "pl", house=house).exit_code == 0
    assert run("remove", "odesa", house=house).exit_code == 0
    assert list(load(house).concepts) == ["lviv", "lee"]
    assert list(load(house).concepts["lviv"].names) == ["en"]


def test_a_person_in_parts(house):
    done = run(
        "set", "lee", "--deprecated", "en.given=Anne", "--name", "uk.given=Енн", "--name", "uk.family=Лі", house=house
    )
    assert done.exit_code == 0, done.stderr
    names = load(house).concepts["lee"].names
    assert names["en"].given == Names(preferred="Ann", deprecated=("Anne",))
    assert names["uk"] == PersonNames(given=Names(preferred="Енн"), family=Names(preferred="Лі"))


def test_setting_what_is_set_changes_nothing(house):
    done = run("set", "lviv", "--deprecated", "en=Lvov", house=house)
    assert "nothing to change" in done.stderr
    assert house.read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["set", "lvov", "--note", "x"], "error[glossary]: there is no concept 'lvov'"),
        (["set", "lviv", "--name", "Kyiv"], "'Kyiv' is not written LANG=NAME"),
        (["set", "lviv", "--name", "klingon=Kyiv"], "'klingon' is no language tag"),
        (["set", "lviv", "--name", "en.middle=Kyiv"], "not written LANG=NAME"),
        (["set", "lviv", "--deprecated", "fr=Lvov"], "there is no preferred name for fr; give --name fr=NAME"),
        (["set", "lviv", "--forget", "en=Lemberg"], "neither admitted nor deprecated"),
        (["set", "lee", "--name", "fr.given=Ann"], "give both fr.given and fr.family"),
        (["set", "lviv", "--form", "pl=Lwowa"], "not written LANG:CASE=FORM"),
        (["set", "lviv", "--deprecated", "en=Lviv"], "G118 lviv: 'Lviv' is preferred and deprecated at once"),
        (["add", "lviv", "--kind", "place", "--name", "en=A"], "there is a concept lviv already"),
        (["add", "b c", "--kind", "place", "--name", "en=A"], "G110"),
        (["add", "new", "--kind", "place", "--name", "en=Lvov"], "G120 new: 'Lvov' is preferred here and deprecated"),
        (["remove", "lviv", "--lang", "fr"], "has no names in fr"),
        (["export"], "say in which format"),
        (["export", "--format", "deepl"], "--from en --to es"),
        (["export", "--out", "/nowhere/names.csv"], "/nowhere/names.csv cannot be written"),
        (["import", "/nowhere.csv"], "/nowhere.csv: G101 the file cannot be read"),
        (["import", "/nowhere.doc"], "the ending tells no format"),
        (["show", "--glossary", "/nowhere.yaml"], "error[glossary_file]"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_a_line_and_nothing_is_written(house, arguments, says):
    done = run(*arguments, house=None if "--glossary" in arguments else house)
    assert done.exit_code == 2
    assert done.stderr.startswith("error[")
    assert says in done.stderr
    assert house.read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize("ending", ["csv", "tsv", "tbx"])
def test_out_to_a_file_and_in_again(house, tmp_path, ending):
    out, empty = tmp_path / f"out.{ending}", tmp_path / "empty.yaml"
    assert run("export", "--out", out, house=house).exit_code == 0
    empty.write_text("exonym: 1\nconcepts: {}\n", encoding="utf-8")
    done = run("import", out, house=empty)
    assert (done.exit_code, done.stderr) == (0, "added 2 and set 0 concepts; 0 left out\n")
    assert load(empty).concepts["lviv"].names == load(house).concepts["lviv"].names


def test_import_names_bad_rows_and_contradictions_and_takes_the_rest(house, tmp_path):
    table = tmp_path / "in.csv"
    table.write_text("concept,en,fr\nlviv,Lviv,Lviv\nbad,row\nkyiv,Kyiv,Kiev\nwrong,Lvov,\n", encoding="utf-8")
    dry = run("import", table, "--kind", "place", "--dry-run", house=house)
    assert (dry.exit_code, house.read_text(encoding="utf-8")) == (1, TEXT)
    assert dry.stderr == "would have added 1 and set 1 concepts; 2 left out\n"
    done = run("import", table, "--kind", "place", house=house)
    assert done.exit_code == 1
    assert done.stdout.splitlines()[0].startswith(f"{table}:3:1: G202 the row has 2 cells")
    assert done.stdout.splitlines()[1].startswith(f"{table}:5:1: G120 wrong: 'Lvov' is preferred here and deprecated")
    assert list(load(house).concepts) == ["lviv", "lee", "kyiv"]
    assert load(house).concepts["lviv"].names["en"].deprecated == ("Lvov",)


def test_schema_is_json_that_the_file_satisfies(house):
    schema = json.loads(run("schema").stdout)
    jsonschema.validate(yaml.safe_load(house.read_text(encoding="utf-8")), schema)


@pytest.mark.parametrize("command", ["validate", "show", "add", "set", "remove", "export", "import", "schema"])
def test_help_teaches_by_example(command):
    assert f"exonym glossary {command}" in run(command, "--help").stdout
