"""Take a picture of each view at both widths, light and dark: `make screenshots`.

It starts a server of its own with a copy of the house glossary and a new store, and translates the article in
`seeds/`. Two of the pictures stand in the README.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent))

from browser import chromium_open, watched
from playwright.sync_api import expect
from pydantic import SecretStr
from served import serving

from glossary import shipped
from service.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).parents[1]
README = {"card-wide-light.png": "translate.png", "entry-wide-light.png": "glossary.png"}
WIDTHS = {"wide": (1600, 1000), "narrow": (360, 780)}
WAVERING = (
    "Severodonbass fell in June. Whoever stayed in Severodonbas had no water, and the mayor of Severodonbass, "
    "Stryuk, called it a siege.\nHe was in Slavutych by then; the convoy had left Slavutich at night.\n"
)
BEFORE = "Las tropas llegaron a Járkov el martes. El frente de Donbás no se movió, dijo Zelenski.\nHubo 12 heridos."
AFTER = "Las tropas llegaron a Kharkov el martes. El frente en Donbass no se ha movido, dijo Zelensky.\nHubo 13."


def main() -> None:
    """Write the pictures into the folder that is named, or out/screenshots; those of the README go to docs/, too."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "out" / "screenshots"
    for each in (folder, ROOT / "docs"):
        each.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, chromium_open() as browser:
        names = Path(scratch) / "names.yaml"
        names.write_bytes(shipped().read_bytes())
        settings = Settings(glossary=names, database=SecretStr(f"sqlite:///{scratch}/store.db"), port=0)
        with serving(settings) as live:
            for width, (w, h) in WIDTHS.items():
                for scheme in ("light", "dark"):
                    shutil.copyfile(shipped(), names)
                    with watched(browser, live.url, viewport={"width": w, "height": h}, color_scheme=scheme) as page:
                        page.goto(f"{live.url}/")
                        for view, bring in VIEWS.items():
                            bring(page)
                            page.wait_for_timeout(250)  # what slides and fades has come to rest
                            page.screenshot(path=folder / f"{view}-{width}-{scheme}.png")
    for name, shown in README.items():
        shutil.copyfile(folder / name, ROOT / "docs" / shown)
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")  # noqa: T201 - it is a command


def empty(page: Page) -> None:
    page.locator(".chip").first.wait_for()


def translated(page: Page) -> None:
    page.get_by_label("From").select_option("en")
    for box in page.get_by_role("group", name="Into").get_by_role("checkbox").all():
        box.set_checked(box.get_attribute("value") in ("es", "fr"))
    page.locator("#source-text").fill(next((ROOT / "seeds").glob("*.txt")).read_text(encoding="utf-8"))
    page.get_by_role("button", name="Translate", exact=True).click()
    expect(page.locator(".results .text")).to_have_count(2)
    page.get_by_role("button", name="Close this message").click()
    page.mouse.move(0, 0)
    page.evaluate("scrollTo(0, 0)")


def card(page: Page) -> None:
    name = page.locator("[data-target=fr] .name[data-concept=kharkiv]").nth(1)
    name.scroll_into_view_if_needed()
    name.click()
    expect(page.locator(".card .kind")).to_be_visible()


def matrix(page: Page) -> None:
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Names across languages").click()
    expect(page.locator(".matrix tbody tr").first).to_be_visible()


def history(page: Page) -> None:
    page.keyboard.press("Escape")
    page.get_by_role("button", name="History").click()
    expect(page.locator(".history-open").first).to_be_visible()


def glossary(page: Page) -> None:
    page.keyboard.press("Escape")
    page.evaluate("location.hash = '#/glossary'")
    expect(page.locator(".entry-table tbody tr").first).to_be_visible()
    page.evaluate("scrollTo(0, 0)")


def entry(page: Page) -> None:
    page.evaluate("location.hash = '#/glossary/kharkiv'")
    page.locator('[data-field="names.es.preferred"]').fill("Kharkiv")
    field = page.locator('[data-field="names.es.deprecated"]')
    field.fill("Járkov\nJarkov\nKharkov")
    expect(page.locator(".preview-list ins").first).to_be_visible()
    field.blur()
    page.mouse.move(0, 0)
    page.evaluate("scrollTo(0, 0)")


def problem(page: Page) -> None:
    field = page.locator('[data-field="names.es.deprecated"]')
    field.fill(f"{field.input_value()}\nKharkiv")
    expect(page.locator(".field-problem").first).to_be_visible()
    field.scroll_into_view_if_needed()


def revisions(page: Page) -> None:
    field = page.locator('[data-field="names.es.deprecated"]')
    field.fill(field.input_value().removesuffix("\nKharkiv"))
    expect(page.get_by_role("button", name="Save")).to_be_enabled()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("kharkiv saved")
    page.get_by_role("button", name="Close this message").click()
    page.evaluate("location.hash = '#/revisions'")
    page.locator(".revision-list a").first.click()
    expect(page.locator(".code .added")).to_be_visible()


def discover(page: Page) -> None:
    page.keyboard.press("Escape")
    page.evaluate("location.hash = '#/discover'")
    page.get_by_label("Text", exact=True).fill(WAVERING)
    page.locator("#discover").get_by_label("Language").select_option("en")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".group input").first).to_be_focused()


def diff(page: Page) -> None:
    page.evaluate("location.hash = '#/diff'")
    page.get_by_label("Before: text").fill(BEFORE)
    page.get_by_label("After: text").fill(AFTER)
    page.get_by_label("Language of pasted texts").select_option("es")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".diff-pair").first).to_be_visible()


VIEWS = {
    "empty": empty,
    "translate": translated,
    "card": card,
    "names": matrix,
    "history": history,
    "discover": discover,
    "diff": diff,
    "glossary": glossary,
    "entry": entry,
    "problem": problem,
    "revisions": revisions,
}

if __name__ == "__main__":
    main()
