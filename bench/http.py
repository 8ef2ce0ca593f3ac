"""Servers under load: beside LibreTranslate with the same model, and beside apertium-apy with the same pairs.

All run on this machine, on loopback; callers ask in a closed loop from a process of their own, over kept connections,
each text once, with nothing remembered. LibreTranslate gets the constructed 6+6x512 package of `bench.argos` at the
same beam. Exonym keeps the names of its glossary meanwhile, which the others do not; without a glossary is shown too.
"""

from __future__ import annotations

import json
import os
import random
import re
import statistics
import sys
import urllib.parse
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil

from bench.argos import package_settings
from bench.servers import WORK, Running, apy, exonym, has_apertium, libretranslate
from service.segment import split

ROOT = Path(__file__).parent.parent
_SECONDS = float(os.environ.get("BENCH_SECONDS", "3"))
_ROUNDS = 2
_MANY_CALLERS = 64  # one round only: the peer takes most of a minute to answer everyone
_N_TEXTS = 2000
_LENGTHS = {"sentence": (1,), "mixed": (1, 1, 1, 2, 2, 3, 4, 6, 8, 12)}  # sentences in a text
_DOCUMENT_BYTES = 5_000_000


def run() -> dict[str, object]:
    """Print the comparisons and return their figures."""
    text = (ROOT / "seeds" / "kharkiv-border.txt").read_text(encoding="utf-8")
    settings, _ = package_settings(text)
    results: dict[str, object] = {}
    folder, beam = Path(str(settings.argos_packages)), settings.beam_size
    with exonym(folder, beam=beam) as ours:
        with libretranslate(folder, beam=beam) as theirs:
            for kind, lengths in _LENGTHS.items():
                texts = made_texts(text, lengths=lengths)
                asks = (native(ours.port, texts), libre(theirs.port, texts))
                callers = (1, 4, 16, _MANY_CALLERS) if kind == "sentence" else (1, 4, 16)
                results[kind] = _compared(f"{kind}, names kept", asks, lengths, callers)
            texts = made_texts(text, lengths=(1,))
            asks = (native(ours.port, texts, glossary=False), libre(theirs.port, texts))
            results["sentence, no glossary"] = _compared("sentence, no glossary", asks, (1,), (1, 16))
        results["document"] = _with_document(ours.port, text)
    if has_apertium():
        results["apy"] = _beside_apy(text, beam)
    return results


def _beside_apy(text: str, beam: int) -> dict[str, object]:
    with ExitStack() as running:
        ours, theirs = running.enter_context(exonym(WORK / "none", beam=beam)), running.enter_context(apy())
        texts = made_texts(text, lengths=(1,))
        asks = (native(ours.port, texts, engine="apertium"), _apy_plan(theirs.port, texts))
        results = _compared("apertium-apy, sentence, names kept", asks, (1,), (1, 16))
        results["processor"] = _processor(ours, asks[0])
        asks = (native(ours.port, texts, engine="apertium", glossary=False), asks[1])
        results["no glossary"] = _compared("apertium-apy, sentence, no glossary", asks, (1,), (1, 16))
        # The article is always the same: nothing is remembered here, and words are all that matters to rules.
        asks = (native(ours.port, [text], engine="apertium"), _apy_plan(theirs.port, [text]))
        return {**results, "article": _compared("apertium-apy, article, names kept", asks, (1,), (1,))}


def _processor(server: Running, ask: dict[str, Any]) -> dict[str, float]:
    """Return the milliseconds of processor that a sentence takes with 16 callers: our own, and the stages'."""
    process = psutil.Process(server.pid)

    def taken() -> tuple[float, float]:
        times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
        own, *stages = (each.user + each.system for each in times)
        return own, sum(stages)

    before = taken()
    n = sum(loaded(ask, 16)["statuses"].values())
    own, stages = (1000 * (b - a) / n for a, b in zip(before, taken(), strict=True))
    print(f"of that, processor time a sentence: the server {own:.1f} ms, Apertium's stages {stages:.1f} ms", flush=True)
    return {"server_ms": own, "stages_ms": stages}


def _compared(
    what: str, asks: tuple[dict[str, Any], dict[str, Any]], lengths: tuple[int, ...], callers: tuple[int, ...]
) -> dict[str, object]:
    """Load both servers in turn at each number of callers; texts have so many sentences in turn."""
    found: dict[str, object] = {}
    sent = [0] * len(asks)

    def rate(who: int, n_callers: int) -> tuple[dict[str, Any], float]:
        """Return what was measured and the sentences a second: servers get through different numbers of texts."""
        each = loaded(asks[who], n_callers)
        n = sum(each["statuses"].values())
        n_sentences = sum(lengths[i % len(lengths)] for i in range(sent[who], sent[who] + n))
        sent[who] += n
        return each, each["a_second"] * n_sentences / n

    for n_callers in callers:
        n_rounds = 1 if n_callers >= _MANY_CALLERS else _ROUNDS
        rounds = [[rate(who, n_callers) for who in (0, 1)] for _ in range(n_rounds)]
        rates = [[a_second for _, a_second in pair] for pair in rounds]
        ratio = statistics.median(ours / theirs for ours, theirs in rates)
        ours, theirs = (each for each, _ in rounds[-1])
        print(
            f"{what:36} {n_callers:3} callers   ours {rates[-1][0]:7.1f} a second"
            f" p50 {ours['p50'] * 1e3:7.0f} p95 {ours['p95'] * 1e3:7.0f} ms"
            f"   theirs {rates[-1][1]:7.1f} p50 {theirs['p50'] * 1e3:7.0f} p95 {theirs['p95'] * 1e3:7.0f} ms"
            f"   ours/theirs {ratio:5.2f}",
            flush=True,
        )
        found[f"{n_callers} callers"] = {"ours": ours, "theirs": theirs, "rates": rates, "ratio": ratio}
    return found


def _with_document(port: int, text: str) -> dict[str, object]:
    """Ask for sentences, one caller, before and while a document of 5 MB is translated, which is then cancelled."""
    ask = native(port, made_texts(text, lengths=(1,)))
    alone = loaded(ask, 1)
    document = " ".join(made_texts(text, lengths=(1,), n=_DOCUMENT_BYTES // 100))[:_DOCUMENT_BYTES]
    job = _job(port, "POST", "", {"kind": "translate", "text": document, "source": "en", "targets": ["es"]})
    beside = loaded(ask, 1, seconds=4 * _SECONDS)
    state = _job(port, "GET", f"/{job['id']}")["state"]
    if state != "running":
        raise RuntimeError(f"the document is {state} while sentences are measured")
    _job(port, "DELETE", f"/{job['id']}")
    print(
        f"a sentence while 5 MB are translated: p50 {beside['p50'] * 1e3:.0f} p95 {beside['p95'] * 1e3:.0f} ms;"
        f" alone: p50 {alone['p50'] * 1e3:.0f} p95 {alone['p95'] * 1e3:.0f} ms   bar: p95 under 2 s",
        flush=True,
    )
    return {"alone": alone, "beside": beside}


def _job(port: int, method: str, path: str, body: object = None) -> dict[str, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/jobs{path}", data, {"Content-Type": "application/json"}, method=method
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read() or b"{}")


def loaded(ask: dict[str, Any], n_callers: int, *, seconds: float = _SECONDS) -> dict[str, Any]:
    """Load one server, beginning with texts that it has not had yet; returns what `tests/callers.py` measures."""
    sys.path.insert(0, str(ROOT / "tests"))
    from callers import Plan, under_load

    bodies = ask["bodies"]
    found = under_load(Plan(**ask, n_callers=n_callers, seconds=seconds))
    n_sent = sum(found["statuses"].values())
    ask["bodies"] = bodies[n_sent % len(bodies) :] + bodies[: n_sent % len(bodies)]
    if set(found["statuses"]) != {"200"}:
        raise RuntimeError(f"{ask['path']} answered {found['statuses']}")
    return found


def made_texts(text: str, *, lengths: tuple[int, ...], n: int = _N_TEXTS) -> list[str]:
    """Return n different texts of so many sentences in turn, with the words and the lengths of those in `text`."""
    sentences = [segment.text.split() for segment in split(text, lang="en").segments]
    words = [re.sub(r"[^\w'’-]+", "", word) for sentence in sentences for word in sentence]
    words = [word for word in words if word]
    chance = random.Random(7)

    def sentence() -> str:
        chosen = " ".join(chance.sample(words, len(chance.choice(sentences))))
        return chosen[:1].upper() + chosen[1:] + "."

    return [" ".join(sentence() for _ in range(lengths[i % len(lengths)])) for i in range(n)]


def native(port: int, texts: list[str], *, glossary: object = "house", engine: str = "auto") -> dict[str, Any]:
    """Return a plan to send texts to exonym."""
    more = {"source": "en", "targets": ["es"], "glossary": glossary, "engine": engine, "keep": False}
    return _ask(port, "/api/translate", [json.dumps({"text": text, **more}) for text in texts])


def libre(port: int, texts: list[str]) -> dict[str, Any]:
    """Return a plan to send texts to LibreTranslate, or to exonym's routes of its kind."""
    return _ask(port, "/translate", [json.dumps({"q": text, "source": "en", "target": "es"}) for text in texts])


def _apy_plan(port: int, texts: list[str]) -> dict[str, Any]:
    bodies = [urllib.parse.urlencode({"langpair": "eng|spa", "q": text, "markUnknown": "no"}) for text in texts]
    return {**_ask(port, "/translate", bodies), "content_type": "application/x-www-form-urlencoded"}


def _ask(port: int, path: str, bodies: list[str]) -> dict[str, Any]:
    return {"host": "127.0.0.1", "port": port, "path": path, "bodies": bodies}
