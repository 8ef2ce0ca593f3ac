"""Fixtures that several test files share; packages are built once a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from constructed import build_package

from service import packages
from service.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def argos_archives(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Constructed `.argosmodel` files: `en_es` and `es_fr`, and en to es once with a target prefix, once with BPE."""
    folder = tmp_path_factory.mktemp("archives")
    return {
        "en_es": build_package(folder),
        "es_fr": build_package(folder, source="es", target="fr"),
        "prefix": build_package(folder, target_prefix=">>es<<", version="1.1"),
        "bpe": build_package(folder, tokeniser="bpe", version="1.2"),
    }


@pytest.fixture(scope="session")
def argos_settings(argos_archives: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings whose packages folder holds en to es and es to fr, installed from their files."""
    settings = Settings(argos_packages=tmp_path_factory.mktemp("argos") / "packages")
    for name in ("en_es", "es_fr"):
        packages.install_file(argos_archives[name], settings)
    return settings
