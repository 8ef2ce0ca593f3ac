"""Settings: one frozen class; each field is a command-line flag, an `EXONYM_` variable and a row of the README."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.errors import InputError


class TranslationSettings(BaseSettings):
    """How texts are translated, by the command line and by the server."""

    model_config = SettingsConfigDict(env_prefix="EXONYM_", frozen=True, extra="forbid")

    glossary: Path | None = Field(None, description="Glossary file; the one shipped with exonym when not given.")
    max_chars: int = Field(
        20_000_000, ge=1, description="Longest text that one request may hold, in characters (code points)."
    )
    argos_packages: Path | None = Field(
        None,
        description="Folder with Argos packages; Argos Translate's own folder when not given.",
    )
    beam_size: int = Field(
        4, ge=1, le=32, description="Hypotheses kept while decoding: 4 as Argos, 2 is faster, 1 is greedy."
    )
    compute_type: Literal["default", "auto", "int8", "int8_float32", "int16", "float32"] = Field(
        "default", description="Arithmetic of CTranslate2; default is the one that the package was saved with."
    )
    device: Literal["cpu", "cuda", "auto"] = Field("cpu", description="Where CTranslate2 computes.")
    threads: int = Field(
        0, ge=0, description="Processor threads for translation; 0 takes as many as this process may use."
    )
    batch_tokens: int = Field(2048, ge=64, description="Tokens that one batch may hold, padding counted.")
    model_idle_s: float = Field(900, ge=0, description="Seconds after which an unused model is dropped; 0 keeps it.")
    model_memory_mb: int = Field(
        4096, ge=0, description="Mebibytes that loaded models may take before the least used is dropped; 0 sets no cap."
    )
    apertium_modes: Path = Field(Path("/usr/share/apertium/modes"), description="Folder with Apertium's mode files.")
    apertium_workers: int = Field(1, ge=1, le=32, description="Running pipelines per Apertium pair.")
    apertium_timeout_s: float = Field(
        30, gt=0, description="Seconds without output after which a pipeline counts as hung."
    )


class Settings(TranslationSettings):
    """How this process behaves; built once by the command line or a test and passed down."""

    host: str = Field("127.0.0.1", description="Address that the server listens on.")
    port: int = Field(5000, ge=0, le=65535, description="Port that the server listens on; 0 takes a free one.")
    url_prefix: str = Field(
        "", pattern=r"^(/[\w.~-]+)*$", description="Path under which a proxy shows the server, such as /translate."
    )
    trusted_proxies: str = Field(
        "", description="Addresses of proxies whose X-Forwarded-For is believed, with commas; * believes all."
    )
    database: SecretStr | None = Field(
        None, description="SQLAlchemy URL of the store; a SQLite file in the user's data folder when not given."
    )
    api_keys: Literal["auto", "required", "off"] = Field(
        "auto", description="Whether requests need an API key; auto asks for one unless only this machine can connect."
    )
    requests_per_minute: int = Field(
        0, ge=0, description="Requests a minute that one key or address may send; 0 sets no limit."
    )
    max_items: int = Field(1000, ge=1, description="Texts that one request may hold.")
    max_body_mb: int = Field(25, ge=1, description="Largest body of a request in mebibytes, uploads apart.")
    max_upload_mb: int = Field(100, ge=1, description="Largest file that may be uploaded, in mebibytes.")
    body_timeout_s: float = Field(30, gt=0, description="Seconds without a byte after which an upload is given up.")
    queue_requests: int = Field(512, ge=1, description="Requests that may wait for the engines; more are refused.")
    queue_chars: int = Field(
        50_000_000, ge=1, description="Characters that may wait for the engines; what would exceed them is refused."
    )
    max_jobs: int = Field(4, ge=1, description="Jobs that run at a time; others wait.")
    cache_sentences: int = Field(
        200_000, ge=0, description="Translated sentences that are remembered; 0 remembers none."
    )
    keep_translations: int = Field(
        10_000, ge=0, description="Translations that are kept for history and diffs; the oldest go first, 0 keeps none."
    )
    keep_files_s: int = Field(1800, ge=60, description="Seconds for which a translated file can be fetched.")
    suggestions: bool = Field(False, description="Whether /suggest takes suggestions.")
    metrics: bool = Field(True, description="Whether /metrics answers.")
    cors_origins: str = Field(
        "*", description="Web origins that may call the API, with commas; * is all, empty is none."
    )
    log_format: Literal["text", "json"] = Field("text", description="How the server logs.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="What the server logs.")
    shutdown_grace_s: float = Field(
        120, ge=0, description="Seconds that accepted requests get to finish when the server is stopped."
    )


def check_environment() -> None:
    """Refuse `EXONYM_` variables that no setting reads; pydantic-settings would pass over them in silence.

    Raises: InputError naming the variable and the nearest setting.
    """
    import difflib

    known = {f"EXONYM_{name.upper()}" for name in Settings.model_fields}
    for name in sorted(os.environ):
        if name.upper().startswith("EXONYM_") and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, 1)
            hint = f"did you mean {near[0]}?" if near else "see the README for the settings"
            raise InputError(f"the environment variable {name} is no setting of exonym; {hint}")
