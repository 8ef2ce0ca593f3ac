"""Settings: one frozen class; each field is a command-line flag, an `EXONYM_` variable and a row of the README."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.errors import InputError


class Settings(BaseSettings):
    """How this process behaves; built once by the command line or a test and passed down."""

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
