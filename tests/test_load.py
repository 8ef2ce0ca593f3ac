"""Many callers at once against `exonym serve`: every answer is right or a clean refusal, and light routes stay light.

Short here; `LOAD_CALLERS=200 LOAD_SECONDS=60` is the run that the figures in the README come from.
"""

import json
import os
import re
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from callers import Plan, under_load

from glossary import load
from service.engines.argos import Argos
from service.pipeline import Pipeline

N_CALLERS = int(os.environ.get("LOAD_CALLERS", "100"))
SECONDS = float(os.environ.get("LOAD_SECONDS", "6"))
IS_LONG = SECONDS >= 30
# A short run has few looks at /health, and on a machine that does other work the slowest of them are not ours.
HEALTH_S = ("p99", 0.1) if IS_LONG else ("p50", 0.1)
GROWTH_BYTES = 30_000_000
MOST_BYTES = 400_000_000
N_TEXTS = 400


def texts():
    words = ("water", "city", "river", "governor", "children", "border", "war", "people")
    return [
        f"The {words[n % 8]} of the {words[n // 8 % 8]} number {n} is old. The war in Donbass goes on."
        for n in range(N_TEXTS)
    ]


def bodies():
    return [json.dumps({"text": text, "source": "en", "targets": ["es"], "keep": False}) for text in texts()]


@pytest.fixture(scope="module")
def expected(server_settings):
    """What one caller alone gets, without a server."""
    pipeline = Pipeline({"argos": Argos(server_settings)}, load(server_settings.glossary))
    found = [row[0].text for row in pipeline.translate_many(texts(), source="en", targets=["es"])]
    pipeline.close()
    return found


@contextmanager
def serving(server_settings, folder, *options):
    """Run `exonym serve` in a process of its own; yields its host and port, and the process."""
    environment = {
        **os.environ,
        "EXONYM_DATABASE": f"sqlite:///{folder / 'store.db'}",
        "EXONYM_GLOSSARY": str(server_settings.glossary),
        "EXONYM_ARGOS_PACKAGES": str(server_settings.argos_packages),
    }
    command = [
        str(Path(sys.executable).with_name("exonym")),
        "serve",
        "--port",
        "0",
        "--cache-sentences",
        "0",
        *options,
    ]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        said = []
        while not (found := re.search(r"http://[^ ]+/", "".join(said))):
            said.append(process.stderr.readline())
            assert said[-1], f"it does not start: {''.join(said)}"
        threading.Thread(target=process.stderr.read, daemon=True).start()
        address = urlsplit(found.group())
        warm = under_load(Plan(address.hostname, address.port, "/api/translate", 0.5, bodies()[:1], 1))
        assert set(warm["statuses"]) == {"200"}
        yield address.hostname, address.port, process
    finally:
        process.terminate()
        process.wait(30)
        process.stderr.close()


def right(found, expected):
    """Tell whether every answer with 200 has the translation of its own text."""
    answered = [
        (n, json.loads(body)["translations"][0]["text"]) for n, status, body in found["answers"] if status == 200
    ]
    assert [text for _, text in answered] == [expected[n] for n, _ in answered]
    return bool(answered)


def test_every_answer_is_right_health_is_quick_and_memory_flat(server_settings, tmp_path, expected):
    with serving(server_settings, tmp_path) as (host, port, process):
        sizes, watched = [], {}
        watcher = threading.Thread(
            target=lambda: watched.update(under_load(Plan(host, port, "", SECONDS, watch="/health")))
        )
        plan = Plan(host, port, "/api/translate", SECONDS, bodies(), N_CALLERS, keep_answers=True)
        results = {}
        load_ = threading.Thread(target=lambda: results.update(under_load(plan)))
        load_.start()
        watcher.start()
        started = time.monotonic()
        while load_.is_alive() and time.monotonic() - started < SECONDS + 60:
            sizes.append((time.monotonic() - started, psutil.Process(process.pid).memory_info().rss))
            time.sleep(0.25)
        load_.join(60)
        watcher.join(60)
    assert set(results["statuses"]) == {"200"}
    assert right(results, expected)
    health = watched["watched"]
    show(results, health, sizes)
    quantile, limit_s = HEALTH_S
    assert health[quantile] < limit_s, health
    assert max(size for _, size in sizes) < MOST_BYTES, sizes
    if IS_LONG:  # a short run is over before every thread and connection has been used
        warmed_up = max(size for at, size in sizes if at <= SECONDS / 3)
        assert sizes[-1][1] - warmed_up < GROWTH_BYTES, sizes


def show(results, health, sizes):
    """Write the figures of a long run where `pytest -s` shows them."""
    figures = {"statuses": results["statuses"], "health": health, "mebibytes": [size >> 20 for _, size in sizes[::20]]}
    figures |= {name: results[name] for name in ("a_second", "p50", "p95", "p99", "max")}
    sys.stdout.write(f"\n{json.dumps(figures)}\n")


def test_a_full_queue_refuses_cleanly_and_answers_the_rest(server_settings, tmp_path, expected):
    with serving(server_settings, tmp_path, "--queue-requests", "4") as (host, port, _):
        results = under_load(Plan(host, port, "/api/translate", 1.5, bodies(), 30, keep_answers=True))
    assert set(results["statuses"]) == {"200", "503"}
    assert right(results, expected)
    refusals = [json.loads(body) for _, status, body in results["answers"] if status == 503]
    assert {refusal["code"] for refusal in refusals} == {"overloaded"}
    assert all("the limit is 4" in refusal["message"] for refusal in refusals)
