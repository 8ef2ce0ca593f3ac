"""Fixtures that several test files share; packages are built once a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from constructed import build_package
from pydantic import SecretStr

from glossary import shipped
from service import packages
from service.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from served import Live


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


@pytest.fixture(scope="session")
def server_settings(argos_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a server of the tests' own: a new store, a copy of the house glossary, constructed Argos packages."""
    folder = tmp_path_factory.mktemp("server")
    names = folder / "names.yaml"
    names.write_bytes(shipped().read_bytes())
    return argos_settings.model_copy(
        update={"database": SecretStr(f"sqlite:///{folder / 'store.db'}"), "glossary": names, "port": 0}
    )


@pytest.fixture(scope="session")
def live_server(server_settings: Settings) -> Iterator[Live]:
    """A real server on loopback, shared by the whole session: leave it as you found it."""
    from served import serving

    with serving(server_settings) as live:
        yield live
