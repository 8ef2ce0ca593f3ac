"""A real server on loopback, in a thread of the test's own process."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn

from service.api.app import create_app
from service.api.state import Server, open_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.settings import Settings


@dataclass(frozen=True)
class Live:
    """A server that runs: where it is, and its parts."""

    url: str
    server: Server


@contextmanager
def serving(settings: Settings) -> Iterator[Live]:
    """Serve on a free port of loopback until the block ends; everything accepted is answered first."""
    with open_server(settings) as server, running(server) as live:
        yield live


@contextmanager
def running(server: Server) -> Iterator[Live]:
    """Serve parts that are open already, as `serving` does."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        create_app(server), http="httptools", log_config=None, access_log=False, timeout_keep_alive=75
    )
    process = uvicorn.Server(config)
    thread = threading.Thread(target=process.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        until = time.monotonic() + 20
        while not process.started and thread.is_alive() and time.monotonic() < until:
            time.sleep(0.01)
        assert process.started, "the server did not start"
        yield Live(f"http://127.0.0.1:{listener.getsockname()[1]}{server.settings.url_prefix}", server)
    finally:
        process.should_exit = True
        thread.join(30)
        listener.close()
