"""The Dockerfile's steps, run in a bare Debian 12 where no container engine is at hand.

    make container

Asked for, never part of `make test`: it needs root, debootstrap and minutes.
"""

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.container


ASK = """
import sys, urllib.request as http
body = b"q=Kharkiv+is+far.&source=en&target=es&api_key=" + sys.argv[1].encode()
print(http.urlopen("http://127.0.0.1:5000/translate", body).read().decode())
"""


def steps():
    """Return the Dockerfile as (instruction, argument) pairs, continued lines joined."""
    text = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [tuple(line.split(" ", 1)) for line in lines]


def script():
    """Return a shell script that does what the Dockerfile's steps do, and then starts the container's command."""
    environment, commands, user = [], [], "root"
    for instruction, argument in steps():
        if instruction == "RUN":
            commands.append(f"( {argument} )")  # in brackets, so that `a && b` fails when a does
        elif instruction == "ENV":
            environment.append(argument)
        elif instruction == "USER":
            user = argument
    as_user = " ".join(environment) + ' exec "$@"'
    as_user = f"HOME=/home/{user} {as_user}"
    run = f"setpriv --reuid={user} --regid={user} --clear-groups bash -c {shlex.quote(as_user)} exonym"
    texts = [
        f"{run} exonym engines",
        f"printf 'Kharkiv is in Ukraine.' | {run} exonym translate - --from en --to es",
        f"{run} exonym serve & server=$!",
        f"for n in $(seq 100); do {run} exonym health && break; sleep 0.3; done",
        f"{run} exonym keys add test --scope translate >/tmp/key",
        f"{run} python -c {shlex.quote(ASK)} $(cat /tmp/key)",
        "kill -TERM $server; wait $server",
    ]
    return "\n".join(["set -eux", *commands, *texts])


def test_the_steps_work_in_a_bare_debian_as_an_ordinary_user():
    done = subprocess.run(
        [ROOT / "tests" / "bare_debian", "--plain", script()], capture_output=True, text=True, timeout=1500, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "apertium: " in done.stdout
    assert done.stdout.count("Járkov") == 2


def test_what_the_steps_test_is_the_whole_dockerfile():
    known = {"FROM", "RUN", "WORKDIR", "COPY", "ENV", "VOLUME", "USER", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"}
    assert {instruction for instruction, _ in steps()} <= known
    assert dict(steps())["WORKDIR"] == "/opt/exonym"
    assert json.loads(dict(steps())["CMD"]) == ["serve"]
    assert json.loads(dict(steps())["HEALTHCHECK"].partition(" CMD ")[2]) == ["exonym", "health"]
