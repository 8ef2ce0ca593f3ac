"""The page for everyone: by keyboard alone, on narrow and wide screens, in light and dark, from right to left."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import translate, watched
from playwright.sync_api import expect

pytest_plugins = ["browser"]

ARTICLE = "Zelensky came to Kharkiv. The road from Kiev was open.\n\nThe front in Donbas had not moved."
WAVERING = "They held Severodonbass. In Severodonbas it rained. Mayor Petrenko left; Petrenco came."
FOCUS_SEEN = """() => {
  const at = document.activeElement;
  const seen = (element) => element && getComputedStyle(element).outlineStyle !== "none";
  return at === document.body || seen(at) || (at.matches("input[type=checkbox]") && seen(at.nextElementSibling));
}"""
VIEWS = ("translate", "glossary", "entry", "discover", "diff", "revisions", "history", "keys")


@pytest.fixture(params=["light", "dark"])
def scheme(request):
    return request.param


@pytest.fixture
def window(chromium, stage, names, scheme):
    """A window that has a translation in it, so that no view is empty."""
    with watched(chromium, stage.url, color_scheme=scheme, viewport={"width": 360, "height": 740}) as page:
        page.goto(f"{stage.url}/")
        translate(page, ARTICLE, "es", "ar", engine="stage")
        yield page


def show(page, view):
    """Bring a view, and let it have something in it."""
    address = {"entry": "glossary/kyiv", "history": "translate", "keys": "translate"}.get(view, view)
    page.evaluate(f"location.hash = '#/{address}'")
    if view == "entry":
        page.locator('[data-field="names.es.deprecated"]').fill("Kyiv\nKiev")
        expect(page.locator(".field-problem").first).to_be_visible()
        page.get_by_role("button", name="Undo changes").click()
        expect(page.locator(".field-problem")).to_have_count(0)
    elif view == "discover":
        page.get_by_label("Text", exact=True).fill(WAVERING)
        page.locator("#discover").get_by_label("Language").select_option("en")
        page.get_by_role("button", name="Find names").click()
        expect(page.locator(".group").first).to_be_visible()
    elif view == "diff":
        page.get_by_label("Before: text").fill("Llegaron a Járkov el martes. Eran 12.")
        page.get_by_label("After: text").fill("Llegaron a Kharkov, el lunes. Eran 13.")
        page.get_by_label("Language of pasted texts").select_option("es")
        page.get_by_role("button", name="Compare", exact=True).click()
        expect(page.locator(".diff-pair").first).to_be_visible()
    elif view == "history":
        page.get_by_role("button", name="History").click()
        expect(page.locator(".history-open").first).to_be_visible()
    elif view == "keys":
        page.get_by_role("button", name="Keys of the keyboard").click()
    elif view == "glossary":
        expect(page.locator(".entry-table tbody tr").first).to_be_visible()
    elif view == "translate":
        page.locator("[data-target=es] .name").first.click()
        expect(page.locator(".card .kind")).to_be_visible()


def faults(page):
    """Return what axe-core finds that is serious or worse."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:120]} {node.get('failureSummary', '')[:200]}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


def too_wide(page):
    """Return what makes the page wider than the window."""
    return page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
        .filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML.slice(0, 100))"""
    )


def test_every_view_is_accessible_and_fits_every_width(window):
    wrong = {}
    for view in VIEWS:
        show(window, view)
        for width in (360, 1600):
            window.set_viewport_size({"width": width, "height": 900})
            if overflowing := too_wide(window):
                wrong[view, width, "too wide"] = overflowing
        if found := faults(window):
            wrong[view, "axe"] = found
        window.keyboard.press("Escape")
        window.set_viewport_size({"width": 360, "height": 740})
    assert wrong == {}


def test_narrow_views_are_accessible_too(window):
    wrong = {}
    for view in ("glossary", "entry", "translate"):
        show(window, view)
        if found := faults(window):
            wrong[view] = found
    assert wrong == {}


def test_empty_views_are_accessible(chromium, stage, names, scheme):
    with watched(chromium, stage.url, color_scheme=scheme) as page:
        for view in ("translate", "discover", "diff"):
            page.goto(f"{stage.url}/#/{view}")
            expect(page.locator(".view:not([hidden]) h1")).to_be_visible()
            assert faults(page) == []


def test_texts_from_right_to_left_are_laid_out_so(page):
    translate(page, "The president saw Kharkiv and came back to Kyiv.", "ar", engine="stage")
    text = page.locator("[data-target=ar] .text")
    expect(text).to_have_attribute("dir", "rtl")
    expect(text).to_have_attribute("lang", "ar")
    assert text.evaluate("text => getComputedStyle(text).direction") == "rtl"
    assert page.locator("[data-target=ar]").evaluate("pane => getComputedStyle(pane).direction") == "ltr"
    first, last = text.locator(".name").first, text.locator(".name").last
    assert first.bounding_box()["x"] > last.bounding_box()["x"]
    first.focus()
    page.keyboard.press("ArrowLeft")
    expect(last).to_be_focused()


def test_everything_is_done_by_keyboard(page, names):
    page.get_by_role("group", name="Into").get_by_role("checkbox").first.wait_for()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    until(page, lambda: page.evaluate("document.activeElement.id") == "source-text")
    page.keyboard.type("The president saw Kharkiv and then he came back to the city of Kyiv.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-target=es] .text")).to_be_visible()

    until(page, lambda: page.evaluate("document.activeElement.matches('[data-target=es] .name')"))
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-target=es] .name").last).to_be_focused()
    expect(page.locator(".marked .name.lit")).to_have_text("Kyiv")
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Make this the rule")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-target=es] .name").first).to_be_focused()
    expect(page.locator(".card")).to_be_hidden()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="kharkiv")).to_be_focused()
    until(page, lambda: page.evaluate("document.activeElement.dataset.field") == "names.es.deprecated")
    page.keyboard.press("Control+End")
    page.keyboard.type("\nJarkow")
    page.keyboard.press("Control+s")
    expect(page.locator("#toasts")).to_contain_text("kharkiv saved")
    assert "Jarkow" in names.read_text(encoding="utf-8")

    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("g")
    page.keyboard.press("d")
    expect(page.get_by_role("heading", name="Discover")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Search")).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_label("Search")).to_have_value("?")


def until(page, there, n_most=60):
    """Press Tab until something has the focus, seeing on the way that the focus is always to be seen."""
    for _ in range(n_most):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS_SEEN), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if there():
            return
    raise AssertionError("Tab does not lead there")


def test_dark_and_light_are_chosen_and_kept(page):
    background = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(background)
    page.get_by_role("button", name="Light or dark").click()
    dark = page.evaluate(background)
    assert dark != light
    page.reload()
    assert page.evaluate(background) == dark


def test_keys_without_ctrl_can_be_switched_off(page):
    page.keyboard.press("?")
    page.get_by_label("Keys without Ctrl work").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
