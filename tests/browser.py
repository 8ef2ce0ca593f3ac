"""Debian's Chromium for the tests of the page, and a server for it to look at.

Test files take the fixtures with `pytest_plugins = ["browser"]`. `page` is a fresh browser window that fails its test
when the page broke its content policy, threw an error, or asked anything of another server.
PYTEST_DONT_REWRITE: the search for doctests may import this module before the plugins are read, and that is no fault.
"""

from __future__ import annotations

import os
import shutil
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright
from pydantic import SecretStr
from served import serving

from service.engines import ENGINES
from service.errors import EngineError
from service.records import Hypothesis, Pair

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page
    from served import Live

    from service.settings import Settings

WAIT_MS = 20_000
#: Answers that are errors show up in the console, and several tests want them.
_EXPECTED = "Failed to load resource"

NAMES = """# The names of the tests.
exonym: 1
concepts:
  kyiv:
    kind: place
    names:
      en: {preferred: Kyiv, deprecated: [Kiev]}  # since 2019
      es: {preferred: Kiev, deprecated: [Kyiv]}
      fr: Kiev
      uk: Київ
      ar: كييف
  kharkiv:
    kind: place
    names:
      en: {preferred: Kharkiv, deprecated: [Kharkov]}
      es: {preferred: Járkov, deprecated: [Kharkiv, Kharkov]}
      fr: {preferred: Kharkiv, deprecated: [Kharkov, Járkov]}
      ar: خاركيف
  donbas:
    kind: place
    names:
      en: {preferred: Donbas, deprecated: [Donbass]}
      es: {preferred: Donbás, deprecated: [Donbas, Donbass]}
      fr: Donbass
    note: The house follows <b>FundéuRAE</b> here.
  zelensky:
    kind: person
    names:
      en: {given: Volodymyr, family: {preferred: Zelensky, deprecated: [Zelenskyy]}}
      es: {given: Volodímir, family: {preferred: Zelenski, deprecated: [Zelensky]}}
"""


class Stage:
    """An engine that does as its text tells it: it breaks, dawdles, loses names, or writes from right to left."""

    name = "stage"
    n_best = 1

    def __init__(self, settings: Settings) -> None:
        del settings

    def pairs(self) -> frozenset[Pair]:
        return frozenset(Pair("en", target) for target in ("es", "ar", "de"))

    def problems(self) -> tuple[str, ...]:
        return ()

    def fingerprint(self, pair: Pair) -> str:
        return f"stage-{pair}"

    def translate(self, sentences: list[str], pair: Pair) -> list[str]:
        return [self._acted(sentence, pair) for sentence in sentences]

    def hypotheses(self, sentences: list[str], pair: Pair, *, n: int) -> list[list[Hypothesis]]:
        del n
        return [[Hypothesis(text)] for text in self.translate(sentences, pair)]

    def close(self) -> None:
        pass

    def _acted(self, sentence: str, pair: Pair) -> str:
        if "breaks" in sentence and pair.target == "de":
            raise EngineError(
                "the stage engine broke down on a sentence; send it again without the word that breaks it"
            )
        if "slowly" in sentence:
            time.sleep(0.25)
        if pair.target == "ar":
            return "زار الرئيس خاركيف ثم عاد إلى كييف."
        return sentence.replace("Donbas", "").replace("Kharkiv", "Charkow")


@contextmanager
def staged(server_settings: Settings, folder: Path, **changed: object) -> Iterator[Live]:
    """Serve with the constructed Argos packages and `Stage`, with a glossary and a store in `folder`."""
    (folder / "names.yaml").write_text(NAMES, encoding="utf-8")
    settings = server_settings.model_copy(
        update={
            "database": SecretStr(f"sqlite:///{folder / 'store.db'}"),
            "glossary": folder / "names.yaml",
            "apertium_modes": folder,
            **changed,
        }
    )
    before = dict(ENGINES)
    ENGINES.pop("apertium", None)
    ENGINES[Stage.name] = f"{__name__}:Stage"
    try:
        with serving(settings) as live:
            yield live
    finally:
        ENGINES.clear()
        ENGINES.update(before)


@pytest.fixture(scope="module")
def stage(server_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server for one test file."""
    with staged(server_settings, tmp_path_factory.mktemp("page")) as live:
        yield live


@pytest.fixture
def names(stage: Live) -> Path:
    """The glossary file, as it was at first."""
    path = stage.server.house.path
    path.write_text(NAMES, encoding="utf-8")
    return path


@contextmanager
def chromium_open() -> Iterator[Browser]:
    """Start Debian's Chromium without a window.

    In root's own name it starts only without its sandbox, which nothing here needs: it is shown nothing but the page.
    """
    path = shutil.which("chromium")
    assert path, "the tests of the page need Debian's chromium: .ci/setup dev"
    expect.set_options(timeout=WAIT_MS)
    args = ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=args)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for one test file: while it runs, its thread has an event loop, which other files' tests have not."""
    with chromium_open() as browser:
        yield browser


@contextmanager
def watched(browser: Browser, url: str, **options: object) -> Iterator[Page]:
    """Open a window of one's own; at the end, see that nothing went wrong in it."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", **options})
    context.set_default_timeout(WAIT_MS)
    wrong: list[str] = []
    page = context.new_page()
    page.on("console", lambda said: said.type == "error" and _EXPECTED not in said.text and wrong.append(said.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda sent: sent.url.startswith((url, "blob:", "data:")) or wrong.append(sent.url))
    page.add_init_script(
        "addEventListener('securitypolicyviolation', "
        "(event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"
    )
    yield page
    context.close()
    assert wrong == []


@pytest.fixture
def page(chromium: Browser, stage: Live, names: Path) -> Iterator[Page]:
    """A window on the page, with nothing in it from the tests before."""
    with watched(chromium, stage.url, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(f"{stage.url}/")
        yield page


def choose(page: Page, *targets: str, source: str = "en", engine: str = "auto") -> None:
    """Choose languages, and an engine, in Translate."""
    page.get_by_role("group", name="Into").get_by_role("checkbox").first.wait_for()
    if engine != "auto":
        page.get_by_text("Options", exact=True).click()
        page.get_by_label("Engine").select_option(engine)
        page.get_by_text("Options", exact=True).click()
        page.get_by_label("German").wait_for()
    page.get_by_label("From").select_option(source)
    for box in page.get_by_role("group", name="Into").get_by_role("checkbox").all():
        box.set_checked(box.get_attribute("value") in targets)


def translate(page: Page, text: str, *targets: str, engine: str = "auto") -> None:
    """Translate a text from English, and wait for all its translations."""
    choose(page, *targets, engine=engine)
    if page.locator("#source-text").is_hidden():
        page.get_by_role("button", name="Edit the text").click()
    page.locator("#source-text").fill(text)
    page.get_by_role("button", name="Translate", exact=True).click()
    for target in targets:
        page.locator(f"[data-target={target}] .text").wait_for()
