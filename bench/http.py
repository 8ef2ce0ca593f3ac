"""Servers under load: beside LibreTranslate with the same model, and beside apertium-apy with the same pairs.

All run on this machine, on loopback; callers ask in a closed loop from a process of their own, over kept connections,
each text once, with nothing remembered. LibreTranslate gets the constructed 6+6x512 package of `bench.argos` at the
same beam; only what needs a network is replaced: its check for models at the start, and its sentence splitter. Exonym
keeps the names of its glossary meanwhile, which the others do not; without a glossary is shown too. Peers are installed
into `bench/.work` when the benchmark first runs.
"""

from __future__ import annotations

import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.argos import package_settings
from service.segment import split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ROOT = Path(__file__).parent.parent
WORK = ROOT / "bench" / ".work" / "http"
LIBRETRANSLATE, APY = "libretranslate==1.9.6", "apertium-apy==0.13.0"
_CALLERS = (1, 4, 16, 64)
_SECONDS = float(os.environ.get("BENCH_SECONDS", "10"))
_ROUNDS = int(os.environ.get("BENCH_ROUNDS", "2"))
_N_TEXTS = 4000
_KINDS = {"sentence": 1, "paragraph of 6": 6}
_MODES = "/usr/share/apertium"
_BARS = {("libretranslate", 1): 2, ("libretranslate", 16): 5, ("apy", 16): 8}

_OFFLINE = """
import re, sys
from argostranslate import sbd
sbd.MiniSBDSentencizer.split_sentences = lambda self, text: [s for s in re.split(r"(?<=[.!?”])\\s+", text) if s]
import libretranslate.init
libretranslate.init.boot = lambda *args, **more: None
from libretranslate.main import main
main()
"""


def run() -> dict[str, object]:
    """Print the comparisons and return their figures."""
    text = (ROOT / "seeds" / "kharkiv-border.txt").read_text(encoding="utf-8")
    WORK.mkdir(parents=True, exist_ok=True)
    settings, _ = package_settings(text)
    results: dict[str, object] = {}
    with ExitStack() as running:
        ours = running.enter_context(_exonym(Path(str(settings.argos_packages)), settings.beam_size))
        theirs = running.enter_context(_libretranslate(Path(str(settings.argos_packages)), settings.beam_size))
        for kind, n in _KINDS.items():
            texts = _texts(text, per=n)
            for glossary in ("house", False):
                what = f"{kind}, {'names kept' if glossary else 'no glossary'}"
                asks = (_native(ours, texts, glossary=glossary), _libre(theirs, texts))
                results[what] = _compared(f"libretranslate, {what}", asks, n, "libretranslate")
    if Path(f"{_MODES}/modes/eng-spa.mode").exists():
        with ExitStack() as running:
            ours = running.enter_context(_exonym(WORK / "none", settings.beam_size))
            apy = running.enter_context(_apy())
            texts = _texts(text, per=1)
            asks = (_native(ours, texts, glossary="house", engine="apertium"), _apy_plan(apy, texts))
            results["apy"] = _compared("apertium-apy, sentence, names kept", asks, 1, "apy")
    return results


def _compared(what: str, asks: tuple[dict[str, Any], dict[str, Any]], n: int, peer: str) -> dict[str, object]:
    """Load both servers in turn at each number of callers; n sentences are in a request."""
    found: dict[str, object] = {}
    for n_callers in _CALLERS:
        rounds = [[_loaded(ask, n_callers) for ask in asks] for _ in range(_ROUNDS)]
        rates = [[each["a_second"] * n for each in pair] for pair in rounds]
        ratio = statistics.median(ours / theirs for ours, theirs in rates)
        ours, theirs = rounds[-1]
        bar = _BARS.get((peer, n_callers))
        print(
            f"{what:44} {n_callers:3} callers   ours {rates[-1][0]:7.1f} sentences/s"
            f" p50 {ours['p50'] * 1e3:7.0f} p95 {ours['p95'] * 1e3:7.0f} ms"
            f"   theirs {rates[-1][1]:7.1f}/s p50 {theirs['p50'] * 1e3:7.0f} p95 {theirs['p95'] * 1e3:7.0f} ms"
            f"   ours/theirs {ratio:5.2f}{f'   bar: at least {bar}' if bar else ''}",
            flush=True,
        )
        found[f"{n_callers} callers"] = {"ours": ours, "theirs": theirs, "rates": rates, "ratio": ratio}
    return found


def _loaded(ask: dict[str, Any], n_callers: int) -> dict[str, Any]:
    """Load one server, beginning with texts that it has not had yet."""
    sys.path.insert(0, str(ROOT / "tests"))
    from callers import Plan, under_load

    bodies = ask["bodies"]
    found = under_load(Plan(**ask, n_callers=n_callers, seconds=_SECONDS))
    n_sent = sum(found["statuses"].values())
    ask["bodies"] = bodies[n_sent % len(bodies) :] + bodies[: n_sent % len(bodies)]
    if set(found["statuses"]) != {"200"}:
        raise RuntimeError(f"{ask['path']} answered {found['statuses']}")
    return found


def _texts(text: str, *, per: int) -> list[str]:
    """Return different texts of so many sentences each, with the words and the lengths of those in `text`."""
    sentences = [segment.text.split() for segment in split(text, lang="en").segments]
    words = [re.sub(r"[^\w'’-]+", "", word) for sentence in sentences for word in sentence]
    chance = random.Random(7)

    def sentence() -> str:
        chosen = " ".join(chance.sample([word for word in words if word], len(chance.choice(sentences))))
        return chosen[:1].upper() + chosen[1:] + "."

    return [" ".join(sentence() for _ in range(per)) for _ in range(_N_TEXTS // per)]


def _native(port: int, texts: list[str], *, glossary: object, engine: str = "auto") -> dict[str, Any]:
    more = {"source": "en", "targets": ["es"], "glossary": glossary, "engine": engine, "keep": False}
    return _ask(port, "/api/translate", [json.dumps({"text": text, **more}) for text in texts])


def _libre(port: int, texts: list[str]) -> dict[str, Any]:
    return _ask(port, "/translate", [json.dumps({"q": text, "source": "en", "target": "es"}) for text in texts])


def _apy_plan(port: int, texts: list[str]) -> dict[str, Any]:
    bodies = [urllib.parse.urlencode({"langpair": "eng|spa", "q": text, "markUnknown": "no"}) for text in texts]
    return {**_ask(port, "/translate", bodies), "content_type": "application/x-www-form-urlencoded"}


def _ask(port: int, path: str, bodies: list[str]) -> dict[str, Any]:
    return {"host": "127.0.0.1", "port": port, "path": path, "bodies": bodies}


@contextmanager
def _exonym(packages: Path, beam: int) -> Iterator[int]:
    (WORK / "store.db").unlink(missing_ok=True)
    environ = {
        "EXONYM_DATABASE": f"sqlite:///{WORK / 'store.db'}",
        "EXONYM_ARGOS_PACKAGES": str(packages),
        "EXONYM_BEAM_SIZE": str(beam),
        "EXONYM_CACHE_SENTENCES": "0",
        "EXONYM_KEEP_TRANSLATIONS": "0",
        "EXONYM_API_KEYS": "off",
    }
    program = Path(sys.executable).with_name("exonym")
    with _serving(lambda port: [program, "serve", "--port", str(port)], environ, "/health") as port:
        yield port


@contextmanager
def _libretranslate(packages: Path, beam: int) -> Iterator[int]:
    python = _installed("libretranslate", LIBRETRANSLATE)
    environ = {
        "ARGOS_PACKAGES_DIR": str(packages),
        "ARGOS_BEAM_SIZE": str(beam),
        **{f"XDG_{kind}_HOME": str(WORK / "home") for kind in ("DATA", "CONFIG", "CACHE")},
    }
    options = ["--disable-web-ui", "--port"]
    with _serving(
        lambda port: [python, "-W", "ignore", "-c", _OFFLINE, *options, str(port)], environ, "/health"
    ) as port:
        yield port


@contextmanager
def _apy() -> Iterator[int]:
    python = _installed("apy", APY)
    program = python.with_name("apertium-apy")
    with _serving(lambda port: [program, "-p", str(port), _MODES], {}, "/listPairs") as port:
        yield port


def _installed(name: str, requirement: str) -> Path:
    """Return the Python of a peer's own environment, made when it is first wanted."""
    folder = ROOT / "bench" / ".work" / name
    python = folder / "bin" / "python"
    if not (folder / requirement).exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", requirement, "setuptools<80"], check=True)
        (folder / requirement).touch()
    return python


@contextmanager
def _serving(command: Callable[[int], list[Any]], environ: Mapping[str, str], path: str) -> Iterator[int]:
    """Run a server on a free port until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (WORK / "home").mkdir(exist_ok=True)
    with (WORK / "peer.log").open("a") as log:
        process = subprocess.Popen(command(port), env={**os.environ, **environ}, cwd=WORK, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 120
        while not _answers(port, path):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"a server did not start; see {WORK / 'peer.log'}")
            time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _answers(port: int, path: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
