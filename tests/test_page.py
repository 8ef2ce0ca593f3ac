"""The page as a person uses it, in Debian's Chromium, against a real server with constructed Argos packages."""

from __future__ import annotations

import httpx2
import pytest
import yaml
from browser import NAMES, choose, staged, translate, watched
from playwright.sync_api import expect

pytest_plugins = ["browser"]

ARTICLE = "Zelensky came to Kharkov. The road from Kiev was open.\n\nThe front in Donbass had not moved."
HURT = '<script>window.hurt = 1</script><img src="x" onerror="window.hurt = 1">'


def change(stage, concept, **fields):
    """Change a concept as somebody else would."""
    with httpx2.Client(base_url=stage.url) as client:
        etag = client.get("/api/glossary/concepts?limit=1").headers["ETag"]
        headers = {"If-Match": etag}
        client.patch(f"/api/glossary/concepts/{concept}", json=fields, headers=headers).raise_for_status()


def concepts(names):
    return yaml.safe_load(names.read_text(encoding="utf-8"))["concepts"]


def test_translate_marks_names_in_every_language_and_makes_rules_of_them(page, names):
    translate(page, ARTICLE, "es", "fr")
    spanish, french = page.locator("[data-target=es]"), page.locator("[data-target=fr]")
    expect(spanish.locator(".name[data-concept=kharkiv]")).to_have_text("Járkov")
    expect(french.locator(".name[data-concept=kharkiv]")).to_have_text("Kharkiv")
    expect(spanish.locator(".text")).to_have_attribute("lang", "es")
    status = spanish.locator(".name[data-concept=donbas]").get_attribute("data-status")
    assert status in ("rewritten", "inserted")
    sign = "getComputedStyle(document.querySelector('[data-target=es] [data-concept=donbas]'), '::after').content"
    assert len(page.evaluate(sign)) > 2  # colour is not the only sign of what became of it

    spanish.locator(".name[data-concept=kharkiv]").hover()
    expect(page.locator(".marked .name.lit")).to_have_text("Kharkov")
    expect(french.locator(".name.lit")).to_have_text("Kharkiv")
    card = page.get_by_role("dialog", name="About Járkov")
    expect(card).to_contain_text("kharkiv")
    expect(card).to_contain_text("The engine had written")

    spanish.locator(".name[data-concept=donbas]").click()
    page.get_by_role("button", name="Make this the rule").click()
    expect(page.get_by_role("heading", name="donbas")).to_be_visible()
    expect(page.locator('[data-field="names.es.preferred"]')).to_have_value("Donbás")
    page.locator('[data-field="note"]').evaluate("field => { field.closest('details').open = true; }")
    page.get_by_label("Note").fill("Decided on the page.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("donbas saved")
    assert concepts(names)["donbas"]["note"] == "Decided on the page."
    assert "# since 2019" in names.read_text(encoding="utf-8")


def test_what_the_engine_wrote_becomes_the_rule(page, names):
    translate(page, "They saw Kharkiv.", "es", engine="stage")
    page.locator("[data-target=es] .name").click()
    page.get_by_role("button", name="Prefer “Charkow”").click()
    expect(page.locator('[data-field="names.es.preferred"]')).to_have_value("Charkow")
    expect(page.locator('[data-field="names.es.deprecated"]')).to_have_value("Kharkiv\nKharkov\nJárkov")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("kharkiv saved")
    assert concepts(names)["kharkiv"]["names"]["es"]["preferred"] == "Charkow"


def test_a_selected_word_becomes_an_entry(page):
    translate(page, "They left Lviv.", "es")
    page.get_by_role("button", name="Edit the text").click()
    page.evaluate("() => { const a = document.getElementById('source-text'); a.focus(); a.setSelectionRange(10, 14); }")
    page.get_by_role("button", name="Add “Lviv” to the glossary").click()
    expect(page.get_by_label("Id")).to_have_value("lviv")
    expect(page.locator('[data-field="names.en.preferred"]')).to_have_value("Lviv")


def test_detection_copying_download_and_history(page):
    choose(page, "es", source="auto")
    page.locator("#source-text").fill(
        "The president came to the city yesterday and the people were there to see him in Kiev."
    )
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-target=es] .text")).to_contain_text("Kiev")
    expect(page.locator(".detected")).to_contain_text("Detected: English")
    text = page.locator("[data-target=es] .text").inner_text()
    page.get_by_role("button", name="Copy the Spanish text").click()
    expect(page.locator("#toasts")).to_contain_text("Spanish copied")
    assert page.evaluate("navigator.clipboard.readText()") == text
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the Spanish text").click()
    assert download.value.suggested_filename == "translation.es.txt"
    assert download.value.path().read_text(encoding="utf-8") == text

    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_role("heading", name="Translations appear here")).to_be_visible()
    page.get_by_role("button", name="History").click()
    page.get_by_label("Search the history").fill("the people were there")
    page.locator(".history-open").first.click()
    expect(page.locator("[data-target=es] .text")).to_have_text(text)
    expect(page.locator(".marked .name")).to_have_text("Kiev")


def test_files_are_read_or_translated_as_they_are(page, tmp_path):
    choose(page, "es")
    (tmp_path / "a.txt").write_text("They left Kiev.", encoding="utf-8")
    page.get_by_label("File to translate").set_input_files(tmp_path / "a.txt")
    expect(page.locator("#source-text")).to_have_value("They left Kiev.")
    (tmp_path / "b.txt").write_bytes(b"They left Kie\xff.")
    page.get_by_label("File to translate").set_input_files(tmp_path / "b.txt")
    expect(page.get_by_role("alert")).to_contain_text("not written in UTF-8")
    (tmp_path / "c.md").write_text("# They left Kharkov\n\nThe road.\n", encoding="utf-8")
    page.get_by_label("File to translate").set_input_files(tmp_path / "c.md")
    page.get_by_role("button", name="Translate", exact=True).click()
    with page.expect_download() as download:
        page.locator("[data-target=es] .files button").click()
    translated = download.value.path().read_text(encoding="utf-8")
    assert translated.startswith("# ") and "Járkov" in translated


def test_long_work_shows_how_far_it_is_and_is_cancelled(page):
    choose(page, "es", "de", engine="stage")
    page.locator("#source-text").fill("\n".join(f"Number {n} goes slowly." for n in range(60)))
    page.get_by_role("button", name="Translate", exact=True).click()
    expect(page.locator("[data-target=es] progress")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("[data-target=es]")).to_contain_text("Cancelled")
    expect(page.locator("[data-target=de]")).to_contain_text("Cancelled")
    expect(page.get_by_role("button", name="Translate", exact=True)).to_be_visible()
    expect(page.locator("#source-text")).to_be_visible()


def test_an_engine_error_is_said_in_words_and_the_other_language_comes(page):
    choose(page, "es", "de", engine="stage")
    page.locator("#source-text").fill("This breaks it.")
    page.get_by_role("button", name="Translate", exact=True).click()
    failed = page.locator("[data-target=de]")
    expect(failed.get_by_role("alert")).to_contain_text("broke down")
    expect(failed.get_by_role("alert")).to_contain_text("send it again")
    expect(page.locator("[data-target=es] .text")).to_have_text("This breaks it.")
    failed.get_by_role("button", name="Try again").click()
    expect(failed.get_by_role("alert")).to_contain_text("broke down")


def test_what_is_missing_is_said(page):
    page.get_by_role("button", name="Translate", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("nothing to translate yet")
    choose(page)
    page.locator("#source-text").fill("Words.")
    page.get_by_role("button", name="Translate", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("at least one language")


def test_mark_up_in_texts_stays_text(page, names):
    translate(page, f"They left Kiev. {HURT}", "es", engine="stage")
    assert page.locator("[data-target=es] .text").inner_text().endswith(HURT)
    page.get_by_role("button", name="History").click()
    expect(page.locator(".history-text").first).to_contain_text("<script>")
    page.keyboard.press("Escape")
    page.evaluate("location.hash = '#/glossary/donbas'")
    expect(page.get_by_label("Note")).to_have_value("The house follows <b>FundéuRAE</b> here.")
    page.evaluate("location.hash = '#/glossary/kyiv'")
    page.locator('[data-field="names.es.preferred"]').fill("<i>Kyjiw</i>")
    page.locator('[data-field="names.es.deprecated"]').fill("Kiev")
    expect(page.locator(".preview-list ins").first).to_contain_text("<i>Kyjiw</i>")
    page.evaluate("location.hash = '#/diff'")
    page.get_by_role("button", name="Leave").click()
    page.get_by_label("Before: text").fill(HURT)
    page.get_by_label("After: text").fill(f"Not {HURT}")
    page.get_by_label("Language of pasted texts").select_option("en")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".diff-pairs")).to_contain_text("<script>")
    assert page.evaluate("window.hurt") is None
    assert page.locator("main script, main img").count() == 0


def test_the_glossary_is_searched_and_filtered(page):
    page.get_by_role("link", name="Glossary").click()
    rows = page.locator(".entry-table tbody tr")
    expect(rows).to_have_count(4)
    page.get_by_label("Kind").select_option("person")
    expect(rows).to_have_count(1)
    page.get_by_label("Kind").select_option("")
    page.get_by_label("Language", exact=True).select_option("uk")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Київ")
    page.get_by_label("Search").fill("nothing like it")
    page.get_by_role("button", name="Show all entries").click()
    expect(rows).to_have_count(4)


def test_an_entry_is_written_checked_previewed_saved_and_taken_back(page, names):
    translate(page, "They left Kharkov by night.", "es", engine="stage")
    page.get_by_role("link", name="Glossary").click()
    page.get_by_role("link", name="Kharkiv").click()
    deprecated = page.locator('[data-field="names.es.deprecated"]')
    deprecated.fill("Kharkiv\nKharkov\nJárkov")
    beside = page.locator(".field", has=deprecated).locator(".field-problem")
    expect(beside).to_contain_text("Járkov")
    expect(deprecated).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    page.locator('[data-field="names.es.preferred"]').fill("Harkov")
    expect(beside).to_have_count(0)
    effect = page.get_by_role("region", name="What this would change")
    expect(effect.locator("del")).to_contain_text("Járkov")
    expect(effect.locator("ins")).to_contain_text("Harkov")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("kharkiv saved")
    assert concepts(names)["kharkiv"]["names"]["es"]["preferred"] == "Harkov"

    page.evaluate("location.hash = '#/revisions'")
    page.locator(".revision-list a").first.click()
    expect(page.locator(".code .added")).to_contain_text("Harkov")
    page.locator(".revision-list a").nth(1).click()
    page.get_by_role("button", name="Restore this version").click()
    page.get_by_role("button", name="Restore", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("Restored")
    assert names.read_text(encoding="utf-8") == NAMES


def test_a_new_entry_gets_an_id_and_another_language(page, names):
    page.evaluate("location.hash = '#/glossary'")
    page.get_by_role("button", name="New entry").click()
    page.get_by_label("Preferred").fill("Íjar de Aragón")
    expect(page.get_by_label("Id")).to_have_value("ijar_de_aragon")
    page.get_by_label("Tag of a language to add").fill("pt-BR")
    page.get_by_role("button", name="Add the language").click()
    page.locator('[data-field="names.pt-BR.preferred"]').fill("Híjar")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="ijar_de_aragon")).to_be_visible()
    assert concepts(names)["ijar_de_aragon"]["names"] == {"en": "Íjar de Aragón", "pt-BR": "Híjar"}
    page.get_by_role("button", name="Delete the entry").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator(".entry-table tbody tr")).to_have_count(4)
    assert "ijar_de_aragon" not in concepts(names)


def test_a_person_is_written_in_parts(page, names):
    page.evaluate("location.hash = '#/glossary'")
    page.get_by_role("button", name="New entry").click()
    page.locator('[data-field="kind"]').select_option("person")
    page.get_by_label("Preferred").fill("Oleh Syniehubov")
    page.get_by_label("Language to add", exact=True).select_option("es")
    page.get_by_role("button", name="Add the language").click()
    page.locator('[data-field="names.es.preferred"]').fill("Oleh Siniehúbov")
    page.locator('[data-field="names.es"]').get_by_role("button", name="Write as given and family name").click()
    expect(page.locator('[data-field="names.es.family.preferred"]')).to_have_value("Siniehúbov")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("saved")
    assert concepts(names)["oleh_syniehubov"]["names"]["es"] == {"given": "Oleh", "family": "Siniehúbov"}


def test_a_save_conflict_shows_both_and_lets_one_choose(page, stage, names):
    page.evaluate("location.hash = '#/glossary/kyiv'")
    page.locator('[data-field="names.en.deprecated"]').fill("Kiev\nKyjiw")
    page.locator('[data-field="names.fr.preferred"]').fill("Kyïv")
    change(stage, "kyiv", names={"fr": {"preferred": "Kyjev"}, "pl": {"preferred": "Kijów"}})
    page.get_by_role("button", name="Save").click()
    both = page.get_by_role("dialog", name="Somebody else saved this entry first")
    french = both.get_by_role("row", name="French")
    expect(french).to_contain_text("Kyïv")
    expect(french).to_contain_text("Kyjev")
    french.get_by_role("radio", name="Kyjev").check()
    expect(both.get_by_role("row", name="Polish").get_by_role("radio", name="Kijów")).to_be_checked()
    both.get_by_role("button", name="Save what is chosen").click()
    expect(page.locator("#toasts")).to_contain_text("kyiv saved")
    saved = concepts(names)["kyiv"]["names"]
    assert saved["fr"] == "Kyjev" and saved["pl"] == "Kijów" and saved["en"]["deprecated"] == ["Kiev", "Kyjiw"]


def test_who_saved_another_entry_is_no_conflict(page, stage, names):
    page.evaluate("location.hash = '#/glossary/kyiv'")
    page.locator('[data-field="names.en.deprecated"]').fill("Kiev\nKieff")
    change(stage, "donbas", note="Changed meanwhile.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("kyiv saved")
    assert concepts(names)["donbas"]["note"] == "Changed meanwhile."
    assert concepts(names)["kyiv"]["names"]["en"]["deprecated"] == ["Kiev", "Kieff"]


def test_import_says_first_what_it_does_and_export_gives_the_file(page, names, tmp_path):
    page.evaluate("location.hash = '#/glossary'")
    (tmp_path / "more.csv").write_text("concept,kind,en,en:deprecated\nlviv,place,Lviv,Lvov\n", encoding="utf-8")
    page.get_by_role("button", name="Import").click()
    page.get_by_label("File", exact=True).set_input_files(tmp_path / "more.csv")
    box = page.get_by_role("dialog", name="Import into the glossary")
    expect(box).to_contain_text("This adds 1 entry")
    assert "lviv" not in concepts(names)
    box.get_by_role("button", name="Import").click()
    expect(page.locator("#toasts")).to_contain_text("1 entry added")
    assert concepts(names)["lviv"]["names"]["en"]["deprecated"] == ["Lvov"]
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="TBX").click()
    assert b"Lviv" in download.value.path().read_bytes()


def test_a_broken_file_is_told(page, names):
    page.evaluate("location.hash = '#/glossary'")
    expect(page.locator(".entry-table tbody tr")).to_have_count(4)
    names.write_text(NAMES.replace("kind: place", "kind: plaec", 1), encoding="utf-8")
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("1 mistake")
    expect(page.get_by_role("alert")).to_contain_text("plaec")
    expect(page.locator(".entry-table tbody tr")).to_have_count(4)


def test_discover_accepts_a_name_in_two_keystrokes(page, names):
    page.get_by_role("link", name="Discover").click()
    text = "They held Severodonbass. In Severodonbas it rained, and Severodonbass was cold.\n"
    page.get_by_label("Text", exact=True).fill(text)
    page.get_by_label("Language").select_option("en")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".group input").first).to_be_focused()
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.locator(".group")).to_contain_text("In the glossary")
    (added,) = set(concepts(names)) - set(yaml.safe_load(NAMES)["concepts"])
    assert concepts(names)[added]["names"]["en"] == {"preferred": "Severodonbas", "deprecated": ["Severodonbass"]}


def test_diff_of_two_kept_translations(page):
    translate(page, ARTICLE, "es")
    translate(page, ARTICLE, "es", engine="stage")
    page.get_by_role("button", name="Compare the Spanish text").click()
    expect(page.get_by_label("Translation").nth(1)).not_to_have_value("")
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator(".diff-pair").first).to_be_visible()
    expect(page.locator(".summary")).to_contain_text("alike")
    expect(page.locator(".matrix")).to_contain_text("kharkiv")


def test_diff_of_pasted_texts_tells_names_from_the_rest(page):
    page.get_by_role("link", name="Diff").click()
    page.get_by_label("Before: text").fill("Llegaron a Járkov el martes. Eran 12.")
    page.get_by_label("After: text").fill("Llegaron a Kharkov el lunes. Eran 13.")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("alert")).to_contain_text("in which language")
    page.get_by_label("Language of pasted texts").select_option("es")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("ins.of-name")).to_have_text("Kharkov")
    expect(page.locator("ins.of-wording")).to_have_text("lunes")
    expect(page.locator("ins.of-number")).to_have_text("13")
    expect(page.locator(".name-changes")).to_contain_text("before follows the glossary")
    page.get_by_role("checkbox", name="Names").uncheck(force=True)
    expect(page.locator("ins.of-name")).to_have_count(0)
    expect(page.locator("ins.of-wording")).to_have_count(1)


def test_names_across_languages(page):
    translate(page, ARTICLE, "es", "fr")
    page.get_by_role("button", name="Names across languages").click()
    row = page.get_by_role("row", name="kharkiv")
    expect(row).to_contain_text("Járkov")
    expect(row).to_contain_text("Kharkiv")


def test_what_is_not_saved_is_not_lost_by_leaving(page):
    page.evaluate("location.hash = '#/glossary/kyiv'")
    page.locator('[data-field="names.fr.preferred"]').fill("Kyïv")
    page.get_by_role("link", name="Diff").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator('[data-field="names.fr.preferred"]')).to_have_value("Kyïv")
    page.get_by_role("link", name="Diff").click()
    page.get_by_role("button", name="Leave").click()
    expect(page.get_by_role("heading", name="Diff")).to_be_visible()


@pytest.fixture
def elsewhere(chromium, server_settings, tmp_path):
    """A window on a server of its own, which the settings change."""

    def opened(**changed):
        return staged(server_settings, tmp_path, **changed)

    return opened


def test_a_server_with_keys_is_asked_with_one(chromium, elsewhere):
    with elsewhere(api_keys="required") as live, watched(chromium, live.url) as page:
        _, secret = live.server.store.keys.add("tests", scopes={"read", "translate", "glossary"})
        page.goto(f"{live.url}/#/glossary")
        box = page.get_by_role("dialog", name="This server asks for an API key")
        box.get_by_role("textbox", name="API key").fill("wrong")
        page.keyboard.press("Enter")
        expect(box).to_contain_text("Invalid API key")
        box.get_by_role("textbox", name="API key").fill(secret)
        page.keyboard.press("Enter")
        expect(page.locator(".entry-table tbody tr")).to_have_count(4)
        page.get_by_role("link", name="Translate", exact=True).click()
        translate(page, "They left Kiev.", "es")
        assert secret not in page.evaluate("JSON.stringify(localStorage)")


def test_the_page_works_under_a_prefix(chromium, elsewhere):
    with elsewhere(url_prefix="/exonym") as live, watched(chromium, live.url) as page:
        page.goto(live.url)
        assert page.url.startswith(f"{live.url}/")
        translate(page, "They left Kiev.", "es")
        expect(page.locator("[data-target=es] .name")).to_have_text("Kiev")


def test_a_broken_stream_of_events_loses_nothing(page):
    page.route("**/api/jobs/*/events", lambda route: route.abort())
    translate(page, "They left Kiev.", "es")
    expect(page.locator("[data-target=es] .name")).to_have_text("Kiev")


def test_a_server_that_is_gone_is_told_in_words(page, stage):
    choose(page, "es")
    page.locator("#source-text").fill("They left Kiev.")
    page.route("**/api/jobs", lambda route: route.abort())
    page.get_by_role("button", name="Translate", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
    page.unroute("**/api/jobs")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("[data-target=es] .name")).to_have_text("Kiev")
