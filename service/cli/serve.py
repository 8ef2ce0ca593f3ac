"""`exonym serve`."""

from __future__ import annotations

import ctypes
import gc
import signal
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from service.cli.options import settings_from, settings_options
from service.errors import InputError, ServiceError
from service.settings import Settings

if TYPE_CHECKING:
    from service.api.state import Server

_KEEP_ALIVE_S = 75  # DeepL's client polls every 5 s and would race a shorter one
_BACKLOG = 2048
_HEALTH_S = 4
_HEALTH_CHARS = 200
_M_ARENA_MAX = -8  # mallopt(3)
_ARENAS = 2


@click.command(epilog="Each setting is an environment variable too: --port is EXONYM_PORT.")
@settings_options(*Settings.model_fields, first=tuple(Settings.__annotations__))
@click.option("--workers", type=int, default=1, hidden=True)
def serve(workers: int, **settings: str | None) -> None:
    """Serve the page, LibreTranslate's and DeepL's routes, and exonym's own.

    \b
    exonym serve                        http://127.0.0.1:5000, this machine only
    exonym serve --host 0.0.0.0         for others; they need keys: exonym keys add NAME
    exonym serve --port 0               on a free port

    One process owns the models. To serve more, run several containers behind a proxy, with one PostgreSQL
    (--database postgresql://...). SIGTERM and Ctrl-C finish what was accepted.
    """
    _share_memory()
    gc.disable()  # nearly all that is made while the server starts stays
    import uvicorn

    from service.api.app import create_app
    from service.api.logs import set_up
    from service.api.state import open_server

    if workers != 1:
        raise InputError(
            f"--workers {workers}: one process owns the models, and more would each load them again; to serve more, run"
            f" several containers behind a proxy with one PostgreSQL (--database), or give this one more --threads"
        )
    chosen = settings_from(settings)
    set_up(chosen)
    with _listening(chosen) as listener, open_server(chosen) as server:
        config = uvicorn.Config(
            create_app(server),
            http="httptools",
            loop="uvloop",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=round(chosen.shutdown_grace_s),
            proxy_headers=bool(chosen.trusted_proxies),
            forwarded_allow_ips=chosen.trusted_proxies,
        )
        _greet(server, listener)
        # What lives as long as the server need not be looked through for garbage again and again.
        gc.freeze()
        gc.enable()
        # uvicorn sends itself the signal again when all is answered; by then it must not end us before we have closed.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        uvicorn.Server(config).run(sockets=[listener])


@click.command()
@click.argument("url", required=False)
@settings_options("port", "url_prefix")
def health(url: str | None, **settings: str | None) -> None:
    """Ask a running server whether it lives; exit 1 when it does not. For containers, and for scripts.

    URL is that of the server; the one on this machine, at --port, when not given.

    \b
    exonym health
    exonym health https://names.example/translate
    """
    import urllib.error
    import urllib.request

    chosen = settings_from(settings)
    base = url or f"http://127.0.0.1:{chosen.port}{chosen.url_prefix}"
    if not base.startswith(("http://", "https://")):
        raise InputError(f"{base!r} is no address of a server; give one that begins with http://")
    try:
        with urllib.request.urlopen(f"{base.rstrip('/')}/health", timeout=_HEALTH_S) as answer:
            click.echo(answer.read(_HEALTH_CHARS).decode("utf-8", "replace"))
    except (urllib.error.URLError, OSError) as error:
        raise ServiceError(f"{base} does not answer: {getattr(error, 'reason', error)}") from None


def _share_memory() -> None:
    """Have glibc keep two stocks of memory for all threads, not one a thread, each of which keeps what it once took.

    Measured with four models under load: 516 MiB, 629 without, at the same speed.
    """
    with suppress(AttributeError, OSError):  # another C library
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)


def _listening(settings: Settings) -> socket.socket:
    """Return the socket that the server listens on.

    Raises: InputError: the address is taken, or is none of this machine's.
    """
    host, port = settings.host.strip("[]"), settings.port
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise InputError(
            f"{host} port {port} cannot be listened on: {error.strerror or error}; choose others with --host and --port"
        ) from None
    listener.listen(_BACKLOG)
    return listener


def _greet(server: Server, listener: socket.socket) -> None:
    """Say where the server is, what it can do and what is missing."""
    settings = server.settings
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    say = [f"exonym is at http://{shown}:{port}{settings.url_prefix}/  (Ctrl-C stops it)"]
    n_sources = len(server.pipeline.router.sources())
    if not n_sources:
        say.append("No engine has a language pair: exonym install en es, or apt-get install apertium-eng-spa")
    else:
        say.append(
            f"{n_sources} source languages; {len(server.house.glossary.concepts)} concepts in {server.house.path}"
        )
    if server.guard.required:
        missing = "" if server.store.keys.list() else "; there is none yet: exonym keys add NAME"
        say.append(f"Requests need an API key{missing}")
    for line in say:
        click.echo(line, err=True)
