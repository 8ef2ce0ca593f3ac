"""The servers that are compared, each run on a free port of loopback until a block ends.

Exonym runs with nothing remembered. LibreTranslate and apertium-apy are installed into environments of their own under
`bench/.work` when they are first wanted. Of LibreTranslate only what needs a network is replaced: its check for models
at the start, and its sentence splitter.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ROOT = Path(__file__).parent.parent
WORK = ROOT / "bench" / ".work" / "servers"
LIBRETRANSLATE, APY = "libretranslate==1.9.6", "apertium-apy==0.13.0"
MODES = Path("/usr/share/apertium")
_START_S = 120

_OFFLINE = """
import re, sys
from argostranslate import sbd
sbd.MiniSBDSentencizer.split_sentences = lambda self, text: [s for s in re.split(r"(?<=[.!?”])\\s+", text) if s]
import libretranslate.init
libretranslate.init.boot = lambda *args, **more: None
from libretranslate.main import main
main()
"""


@dataclass(frozen=True)
class Running:
    """A server that answers: its port, its process, and the seconds from its start to its first answer."""

    port: int
    pid: int
    ready_s: float


@contextmanager
def exonym(packages: Path, *, beam: int = 4) -> Iterator[Running]:
    """Run `exonym serve` with the Argos packages of a folder and a new store."""
    WORK.mkdir(parents=True, exist_ok=True)
    store = WORK / "store.db"
    for path in WORK.glob("store.db*"):
        path.unlink()
    environ = {
        "EXONYM_DATABASE": f"sqlite:///{store}",
        "EXONYM_ARGOS_PACKAGES": str(packages),
        "EXONYM_BEAM_SIZE": str(beam),
        "EXONYM_CACHE_SENTENCES": "0",
        "EXONYM_KEEP_TRANSLATIONS": "0",
        "EXONYM_API_KEYS": "off",
    }
    program = Path(sys.executable).with_name("exonym")
    with _serving(lambda port: [program, "serve", "--port", str(port)], environ, "/health") as running:
        yield running


@contextmanager
def libretranslate(packages: Path, *, beam: int = 4) -> Iterator[Running]:
    """Run LibreTranslate with the Argos packages of a folder."""
    python = _installed("libretranslate", LIBRETRANSLATE)
    environ = {
        "ARGOS_PACKAGES_DIR": str(packages),
        "ARGOS_BEAM_SIZE": str(beam),
        **{f"XDG_{kind}_HOME": str(WORK / "home") for kind in ("DATA", "CONFIG", "CACHE")},
    }
    command = [python, "-W", "ignore", "-c", _OFFLINE, "--disable-web-ui", "--port"]
    with _serving(lambda port: [*command, str(port)], environ, "/health") as running:
        yield running


@contextmanager
def apy() -> Iterator[Running]:
    """Run apertium-apy with the pairs that are installed."""
    program = _installed("apy", APY).with_name("apertium-apy")
    with _serving(lambda port: [program, "-p", str(port), MODES], {}, "/listPairs") as running:
        yield running


def has_apertium() -> bool:
    """Tell whether English to Spanish is installed for Apertium."""
    return (MODES / "modes" / "eng-spa.mode").exists()


def _installed(name: str, requirement: str) -> Path:
    """Return the Python of a peer's own environment, made when it is first wanted."""
    folder = ROOT / "bench" / ".work" / name
    python = folder / "bin" / "python"
    if not (folder / requirement).exists():
        print(f"installing {requirement}, once", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", requirement, "setuptools<80"], check=True)
        (folder / requirement).touch()
    return python


@contextmanager
def _serving(command: Callable[[int], list[Any]], environ: Mapping[str, str], path: str) -> Iterator[Running]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (WORK / "home").mkdir(parents=True, exist_ok=True)
    log_path = WORK / "servers.log"
    with log_path.open("a") as log:
        started = time.monotonic()
        process = subprocess.Popen(command(port), env={**os.environ, **environ}, cwd=WORK, stdout=log, stderr=log)
    try:
        while not _answers(port, path):
            if process.poll() is not None or time.monotonic() - started > _START_S:
                raise RuntimeError(f"a server did not start; see {log_path}")
            time.sleep(0.01)
        yield Running(port, process.pid, time.monotonic() - started)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def _answers(port: int, path: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
