"""`exonym serve` and `exonym keys` as processes: start, stop, kill."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

EXONYM = [str(Path(sys.executable).with_name("exonym"))]
N_REQUESTS = 50


@pytest.fixture
def environment(server_settings, tmp_path):
    """Settings of a server of this test's own, as environment variables."""
    names = tmp_path / "names.yaml"
    names.write_bytes(server_settings.glossary.read_bytes())
    return {
        **os.environ,
        "EXONYM_DATABASE": f"sqlite:///{tmp_path / 'store.db'}",
        "EXONYM_GLOSSARY": str(names),
        "EXONYM_ARGOS_PACKAGES": str(server_settings.argos_packages),
        "EXONYM_PORT": "0",
    }


@contextmanager
def served(environment, *options):
    """Run `exonym serve`; yields the process and the address that it printed."""
    command = [*EXONYM, "serve", *options]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    said = []
    try:
        for line in process.stderr:
            said.append(line)
            found = re.search(r"http://[^ ]+/", line)
            if found:
                break
        else:
            pytest.fail(f"no address in {said}")
        drain = threading.Thread(target=lambda: said.extend(process.stderr), daemon=True)
        drain.start()
        wait_until_it_answers(found.group())
        yield process, found.group(), said
    finally:
        process.kill()
        process.wait(10)
        drain.join(10)
        process.stderr.close()


def wait_until_it_answers(url):
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            if httpx2.get(f"{url}health").status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.02)
    pytest.fail(f"{url} does not answer")


def translate(url, text, **more):
    body = {"text": text, "source": "en", "targets": ["es"], **more}
    return httpx2.post(f"{url}api/translate", json=body, timeout=60)


def test_sigterm_in_the_middle_of_fifty_requests_answers_all_of_them(environment):
    answers = {}
    with served(environment, "--cache-sentences", "0") as (process, url, _):
        assert translate(url, "Warm.").status_code == 200

        def ask(n):
            answers[n] = translate(url, f"The governor of the region spoke about the water {n}. " * 40)

        threads = [threading.Thread(target=ask, args=(n,)) for n in range(N_REQUESTS)]
        for thread in threads:
            thread.start()
        wait_until_running(url, N_REQUESTS)
        process.send_signal(signal.SIGTERM)
        for thread in threads:
            thread.join(60)
        assert process.wait(60) == 0
    assert len(answers) == N_REQUESTS
    assert {answer.status_code for answer in answers.values()} == {200}
    assert all(str(n) in answers[n].json()["translations"][0]["text"] for n in range(N_REQUESTS))


def wait_until_running(url, n_wanted):
    """Wait until that many requests have come in, or so many have been answered that they cannot any more."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        text = httpx2.get(f"{url}metrics").text
        running = float(re.search(r"^exonym_http_requests_running (\S+)", text, re.MULTILINE).group(1))
        done = re.search(r'^exonym_http_requests_total\{[^}]*route="/api/translate"[^}]*\} (\S+)', text, re.MULTILINE)
        if running - 1 + (float(done.group(1)) - 1 if done else 0) >= n_wanted:
            return
        time.sleep(0.01)
    pytest.fail("the requests did not come in")


def test_after_sigkill_nothing_that_was_acknowledged_is_missing(environment):
    with served(environment) as (process, url, _):
        kept = [translate(url, f"The river number {n} is long.").json()["translations"][0]["id"] for n in range(20)]
        process.kill()
        process.wait(10)
    assert all(kept)
    with served(environment) as (_, url, _):
        found = [httpx2.get(f"{url}api/translations/{each}").status_code for each in kept]
    assert found == [200] * len(kept)


def test_a_port_that_is_taken_is_said_so(environment):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run([*EXONYM, "serve", "--port", port], env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert port in done.stderr and "--port" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--workers", "4"], "one process owns the models"),
        (["--glossary", "/nowhere/names.yaml"], "/nowhere/names.yaml"),
        (["--database", "mysql://user:hunter2@host/db"], "database"),
        (["--port", "99999"], "--port"),
        (["--url-prefix", "names/"], "--url-prefix"),
    ],
)
def test_what_cannot_be_served_is_refused_with_the_reason(environment, options, said):
    done = subprocess.run([*EXONYM, "serve", *options], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr and "hunter2" not in done.stderr


def test_keys_are_made_listed_and_revoked_while_the_server_runs(environment):
    with served(environment, "--api-keys", "required") as (_, url, said):
        assert any("exonym keys add" in line for line in said)
        added = run(environment, "keys", "add", "newsroom")
        secret = added.stdout.strip()
        assert translate(url, "Water.").status_code == 401
        with_key = {"Authorization": f"Bearer {secret}"}
        body = {"text": "Water.", "source": "en", "targets": ["es"]}
        assert httpx2.post(f"{url}api/translate", json=body, headers=with_key).status_code == 200
        listed = run(environment, "keys", "list", "--json")
        (key,) = map(json.loads, listed.stdout.splitlines())
        assert key["name"] == "newsroom" and key["scopes"] == ["read", "translate"]
        assert secret not in listed.stdout
        run(environment, "keys", "revoke", str(key["id"]))
        assert httpx2.post(f"{url}api/translate", json=body, headers=with_key).status_code == 401
    assert secret not in "".join(said)
    assert run(environment, "keys", "revoke", "none-such", status=2).stderr.startswith("error[not_found]")


def run(environment, *arguments, status=0):
    done = subprocess.run([*EXONYM, *arguments], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == status, done.stderr
    return done
