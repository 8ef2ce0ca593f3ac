"""Concept by language, and both commands and routes."""

import json

import httpx2 as httpx
import pytest
from click.testing import CliRunner

from glossary import load, settle, shipped
from service.cli import main
from service.diff import Rendering, matrix
from service.diff.report import html
from service.records import Hop, Pair, Translation
from service.store import Store

HOUSE = load(shipped())
SOURCE = "Fighting went on near Kharkiv in the Donbas. Zelensky spoke in Kyiv. Later Kharkiv was quiet."
SPANISH = (
    "Los combates continuaron cerca de Járkov en el Donbass. Zelenski habló en Kiev, y luego Kharkov estaba tranquila."
)
UKRAINIAN = "Бої тривали біля Харкова на Донбасі. Зеленський виступив у столиці. Пізніше в Харкові було тихо."


def rows(found):
    return {row.concept: row for row in found.rows}


@pytest.fixture
def both():
    return [
        Rendering(label="es", lang="es", text=SPANISH),
        Rendering(label="uk", lang="uk", text=UKRAINIAN),
    ]


def test_outliers_are_marked_within_their_language(both):
    found = rows(matrix(both, glossary=HOUSE, source_text=SOURCE, source_lang="en"))
    assert list(found) == ["kharkiv", "donbas", "zelensky", "kyiv"]
    spanish, ukrainian = found["kharkiv"].cells
    assert spanish.outlier == ("several", "deprecated")
    assert [(form.text, form.role) for form in spanish.forms] == [("Járkov", "preferred"), ("Kharkov", "deprecated")]
    assert ukrainian.outlier == ()  # two cases of one name
    assert {form.text for form in ukrainian.forms} == {"Харкова", "Харкові"}
    assert found["donbas"].cells[0].outlier == ("deprecated",)
    assert found["kyiv"].cells[0].outlier == ()
    assert found["kyiv"].cells[1].outlier == ("missing",)
    assert found["kharkiv"].n_source == 2


def test_without_a_source_listed_forms_are_found_in_the_texts(both):
    found = rows(matrix(both, glossary=HOUSE))
    assert found["kharkiv"].n_source is None
    assert found["kyiv"].cells[1].outlier == ("missing",)
    assert found["donbas"].cells[0].forms[0].text == "Donbass"


def test_mentions_of_the_pipeline_are_taken_as_they_are():
    settled = settle(SOURCE, SPANISH, glossary=HOUSE, source_lang="en", target_lang="es")
    column = Rendering(label="1", lang="es", text=settled.text, mentions=settled.mentions)
    found = matrix([column], glossary=HOUSE, source_text=SOURCE, source_lang="en")
    assert found.n_outliers == 0
    assert rows(found)["donbas"].cells[0].statuses == {"rewritten": 1}


def test_a_language_without_a_rule_has_no_cell():
    found = matrix(
        [Rendering(label="x", lang="eu", text="Kharkiv")], glossary=HOUSE, source_text=SOURCE, source_lang="en"
    )
    assert found.rows == ()


def test_the_matrix_as_html_escapes_what_it_shows(both):
    both[0] = Rendering(label="<script>", lang="es", text=SPANISH)
    page = html(matrix=matrix(both, glossary=HOUSE, source_text=SOURCE, source_lang="en"))
    assert "<script" not in page
    assert 'class="outlier"' in page


@pytest.fixture
def files(tmp_path):
    named = {"one.en.txt": "In Donbass it rains.\n", "two.en.txt": "In Donbas it rains.\n", "es.es.txt": SPANISH}
    named |= {"uk.txt": UKRAINIAN, "source.txt": SOURCE}
    for name, text in named.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return lambda name: str(tmp_path / name)


def run(*arguments, **more):
    return CliRunner().invoke(main, arguments, **more)


def test_diff_ends_with_one_when_they_differ(files):
    result = run("diff", files("one.en.txt"), files("two.en.txt"))
    assert result.exit_code == 1
    assert "[-Donbass-]" in result.output
    assert "b follows the glossary" in result.output
    assert "\x1b" not in result.output
    assert run("diff", files("one.en.txt"), files("one.en.txt")).exit_code == 0
    assert run("diff", files("one.en.txt"), files("two.en.txt"), "--ignore-names").exit_code == 0
    assert run("diff", files("one.en.txt"), files("two.en.txt"), "--only-names").exit_code == 1


@pytest.mark.parametrize("style", ["text", "side", "html", "json", "unified"])
def test_every_format_shows_both_sides(files, style):
    result = run("diff", files("one.en.txt"), "-", "--format", style, "--lang", "en", input="In Donbas it snows.")
    assert result.exit_code == 1
    assert "Donbass" in result.output
    assert "snows" in result.output
    if style == "json":
        assert json.loads(result.output)["counts"]["name"] == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("diff", "-", "-"), "only one of the two"),
        (("diff", "one.en.txt", "nothing.txt"), "cannot be read"),
        (("diff", "one.en.txt", "es.es.txt"), "compare two in one language"),
        (("diff", "uk.txt", "source.txt", "--ignore-names"), "give it with --lang"),
        (("diff", "one.en.txt", "two.en.txt", "--ignore-names", "--only-names"), "exclude each other"),
        (("diff", "one.en.txt", "two.en.txt", "--source", "source.txt"), "give it with --from"),
        (("names", "uk.txt"), "its language is not known"),
        (("names", "es.es.txt", "--lang", "es", "--lang", "fr"), "one more than there are files"),
    ],
)
def test_misuse_ends_with_two(files, arguments, says):
    result = run(*(files(part) if part.endswith(".txt") else part for part in arguments))
    assert result.exit_code == 2
    assert says in result.output


def test_names_prints_the_matrix_of_files(files):
    more = ("--lang", "es", "--lang", "uk", "--source", files("source.txt"), "--from", "en")
    shown = run("names", files("es.es.txt"), files("uk.txt"), *more)
    assert shown.exit_code == 0
    assert "Kharkov 1×" in shown.output
    assert "! several, deprecated" in shown.output
    as_json = json.loads(run("names", files("es.es.txt"), files("uk.txt"), *more, "--format", "json").output)
    assert [column["lang"] for column in as_json["columns"]] == ["es", "uk"]


def made(text, lang, source=SOURCE):
    settled = settle(source, text, glossary=HOUSE, source_lang="en", target_lang=lang)
    route = (Hop("echo", Pair("en", lang)),)
    return Translation(
        text=settled.text, source="en", target=lang, route=route, mentions=settled.mentions, signature="test"
    )


def test_kept_translations_are_compared_by_id(tmp_path):
    url = f"sqlite:///{tmp_path / 'store.db'}"
    with Store.open(url) as store:
        ids = [
            store.translations.keep(text=SOURCE, translation=made(text, lang)).id
            for text, lang in ((SPANISH, "es"), (SPANISH.replace("combates", "choques"), "es"), (UKRAINIAN, "uk"))
        ]
        other = store.translations.keep(text="Other.", translation=made("Otro.", "es", "Other.")).id
    where = ("--database", url)
    result = run("diff", ids[0], ids[1], *where, "--format", "json")
    assert result.exit_code == 1
    found = json.loads(result.output)
    assert [(change["before"], change["after"]) for pair in found["pairs"] for change in pair["changes"]] == [
        ("combates", "choques")
    ]
    assert found["matrix"]["rows"][0]["concept"] == "kharkiv"
    assert run("diff", ids[0], ids[1], *where, "--only-names").exit_code == 0
    assert "kharkiv" in run("names", ids[0], ids[2], *where).output
    assert run("diff", ids[0], ids[2], *where).exit_code == 2
    assert "different texts" in run("diff", ids[0], other, *where).output
    assert run("diff", ids[0], "999", *where).exit_code == 2


def post(live, path, body):
    return httpx.post(f"{live.url}/api/{path}", json=body, timeout=30)


def test_diff_over_http(live_server):
    body = {"a": {"text": "In Donbass it rains."}, "b": {"text": "In Donbas it snows."}, "lang": "en"}
    answer = post(live_server, "diff", body)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["counts"]["name"] == found["counts"]["wording"] == 1
    assert found["pairs"][0]["changes"][0] == {
        "class": "name",
        "before": "Donbass",
        "after": "Donbas",
        "concept": "donbas",
        "follows": "b",
        "spans": {"a": [3, 10], "b": [3, 9]},
    }
    assert found["matrix"] is None
    apart = post(live_server, "diff", body | {"only": "ignore-names", "source_text": "Rain.", "source": "en"}).json()
    assert apart["counts"]["changes"] == 1
    assert apart["matrix"]["rows"] == []


def test_names_over_http(live_server):
    kept = live_server.server.store.translations.keep(text=SOURCE, translation=made(SPANISH, "es"))
    live_server.server.store.translations.keep(text=SOURCE, translation=made(UKRAINIAN, "uk"))
    answer = httpx.get(f"{live_server.url}/api/translations/{kept.id}/names")
    assert answer.status_code == 200, answer.text
    assert [column["lang"] for column in answer.json()["columns"]] == ["es", "uk"]
    assert answer.json()["rows"][0]["cells"][0]["statuses"] == {"kept": 1, "rewritten": 1}
    body = {"translations": [{"text": SPANISH, "lang": "es"}], "source_text": SOURCE, "source": "en"}
    assert post(live_server, "names", body).json()["n_outliers"] == 2


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("diff", {"a": {"text": "x"}, "b": {}}, 422),
        ("diff", {"a": {"text": "x"}, "b": {"id": "99999999"}}, 404),
        ("diff", {"a": {"text": "x"}, "b": {"text": "y"}, "lang": "not a tag"}, 422),
        ("diff", {"a": {"text": "x" * 2_000_001}, "b": {"text": "y"}}, 413),
        ("diff", {"a": {"text": "x"}, "b": {"text": "y"}, "source_text": "z"}, 422),
        ("diff", {"a": {"text": "x"}, "b": {"text": "y"}, "colour": 1}, 422),
        ("names", {"translations": []}, 422),
        ("names", {"translations": [{"text": "x"}]}, 422),
    ],
)
def test_mistakes_over_http_are_answered_in_words(live_server, path, body, status):
    answer = post(live_server, path, body)
    assert answer.status_code == status
    assert set(answer.json()) >= {"code", "message", "request_id"}
