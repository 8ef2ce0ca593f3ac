"""Installing Argos packages: from files and from an index, with archives that mean harm and networks that fail."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import socket
import stat
import subprocess
import sys
import threading
import warnings
import zipfile
from typing import TYPE_CHECKING

import pytest

from service import packages
from service.engines.argos import Argos
from service.errors import InputError, InstallError
from service.packages import Limits
from service.records import Pair
from service.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_METADATA = '{"from_code": "en", "to_code": "es", "package_version": "1.0"}'
_MEMBERS = {"p/metadata.json": _METADATA, "p/sentencepiece.model": "x", "p/model/model.bin": "x"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(argos_packages=tmp_path / "packages")


def _archive(path: Path, members: dict[str, str | bytes], **attributes: object) -> Path:
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as file:
        warnings.simplefilter("ignore")  # two members of one name are what is tested
        for name, content in members.items():
            member = zipfile.ZipInfo(name)
            member.filename = name  # ZipInfo would mend it
            member.compress_type = zipfile.ZIP_DEFLATED
            for key, value in attributes.items() if name.endswith("extra") else ():
                setattr(member, key, value)
            file.writestr(member, content)
    return path


def _nothing_is_left(settings: Settings) -> bool:
    folder = settings.argos_packages
    assert folder is not None
    return not folder.exists() or not list(folder.iterdir())


def test_installed_package_is_returned_listed_and_translates(
    argos_archives: dict[str, Path], settings: Settings
) -> None:
    package = packages.install_file(argos_archives["en_es"], settings)
    assert str(package) == "en-es 1.0 (translate-en_es-1_0)"
    packages.install_file(argos_archives["bpe"], settings)
    assert [str(each.pair) + each.version for each in packages.installed(settings)] == ["en-es1.0", "en-es1.2"]
    assert package in packages.installed(settings)
    assert Argos(settings).translate(["The city"], Pair("en", "es")) == ["El ciudad"]


def test_installing_again_replaces_and_leaves_nothing_else(argos_archives: dict[str, Path], settings: Settings) -> None:
    package = packages.install_file(argos_archives["en_es"], settings)
    (package.path / "of the old one").write_text("")
    again = packages.install_file(argos_archives["en_es"], settings)
    assert [path.name for path in package.path.parent.iterdir()] == ["translate-en_es-1_0"]
    assert not (again.path / "of the old one").exists()


def test_installing_over_a_broken_package_mends_it(argos_archives: dict[str, Path], settings: Settings) -> None:
    package = packages.install_file(argos_archives["en_es"], settings)
    (package.path / "model" / "model.bin").unlink()
    assert packages.installed(settings) == ()
    packages.install_file(argos_archives["en_es"], settings)
    assert len(packages.installed(settings)) == 1


def test_a_missing_file_is_the_callers_fault(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.argosmodel"):
        packages.install_file(tmp_path / "none.argosmodel", settings)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({}, "lacks metadata.json"),
        ({"p/readme": "x"}, "lacks metadata.json"),
        ({"metadata.json": _METADATA}, "lacks metadata.json"),
        ({**_MEMBERS, "q/metadata.json": _METADATA}, "one folder"),
        ({"p/metadata.json": _METADATA, "p/model/model.bin": "x"}, "sentencepiece.model"),
        ({"p/metadata.json": _METADATA, "p/sentencepiece.model": "x"}, "model/model.bin"),
        ({**_MEMBERS, "p/metadata.json": "{"}, "no JSON"),
        ({**_MEMBERS, "p/metadata.json": "{}"}, "from_code"),
        ({**_MEMBERS, "p/metadata.json": '{"type": "sbd"}'}, "another kind"),
        ({**_MEMBERS, "p/../../extra": "x"}, "does not stay inside"),
        ({**_MEMBERS, "../extra": "x"}, "does not stay inside"),
        ({**_MEMBERS, "/extra": "x"}, "does not stay inside"),
        ({**_MEMBERS, "p\\..\\extra": "x"}, "does not stay inside"),
        ({**_MEMBERS, "C:extra": "x"}, "does not stay inside"),
        ({**_MEMBERS, ".hidden/extra": "x"}, "does not stay inside"),
        ({**_MEMBERS, "p/\nextra": "x"}, "does not stay inside"),
        ({**_MEMBERS, "p/" + "e" * 300: "x"}, "does not stay inside"),
        ({**_MEMBERS, "p/Metadata.json": "x"}, "one name"),
        ({**_MEMBERS, "p/model": "a file where a folder is"}, "could not be written"),
    ],
)
def test_an_archive_that_is_no_package_is_refused(
    members: dict[str, str | bytes], reason: str, settings: Settings, tmp_path: Path
) -> None:
    archive = _archive(tmp_path / "bad.argosmodel", members)
    before = {path for path in tmp_path.rglob("*") if path != settings.argos_packages}
    with pytest.raises(InstallError, match=reason):
        packages.install_file(archive, settings)
    assert _nothing_is_left(settings)
    assert {path for path in tmp_path.rglob("*") if path != settings.argos_packages} == before


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_refused(kind: int, settings: Settings, tmp_path: Path) -> None:
    members = {**_MEMBERS, "p/extra": "/etc"}
    archive = _archive(tmp_path / "link.argosmodel", members, external_attr=(kind | 0o777) << 16)
    with pytest.raises(InstallError, match="a link or a device"):
        packages.install_file(archive, settings)
    assert _nothing_is_left(settings)


def test_what_is_no_zip_is_refused(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "text.argosmodel"
    path.write_text("<html>404</html>")
    with pytest.raises(InstallError, match="no zip archive"):
        packages.install_file(path, settings)
    assert _nothing_is_left(settings)


@pytest.mark.parametrize("place", [0.2, 0.5, 0.8])
def test_a_damaged_archive_is_refused(
    argos_archives: dict[str, Path], place: float, settings: Settings, tmp_path: Path
) -> None:
    content = bytearray(argos_archives["en_es"].read_bytes())
    at = int(len(content) * place)
    content[at : at + 50] = bytes(50)
    damaged = tmp_path / "damaged.argosmodel"
    damaged.write_bytes(content)
    with pytest.raises(InstallError, match="damaged"):
        packages.install_file(damaged, settings)
    assert _nothing_is_left(settings)
    damaged.write_bytes(argos_archives["en_es"].read_bytes()[:at])
    with pytest.raises(InstallError, match="no zip archive"):
        packages.install_file(damaged, settings)


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(n_files=2), "3 files; the limit is 2"),
        (Limits(unpacked_bytes=1_000_000), "unpacks to 2,000,"),
        (Limits(unasked_bytes=1_000_000), "more than 200 times"),
        (Limits(archive_bytes=1_000), "larger than 1,000 bytes"),
    ],
)
def test_bombs_are_refused(limits: Limits, reason: str, settings: Settings, tmp_path: Path) -> None:
    archive = _archive(tmp_path / "bomb.argosmodel", {**_MEMBERS, "p/model/model.bin": bytes(2_000_000)})
    with pytest.raises(InstallError, match=reason):
        packages.install_file(archive, settings, limits=limits)
    assert _nothing_is_left(settings)
    assert packages.install_file(archive, settings).version == "1.0"


def test_a_list_of_files_without_end_is_not_read(settings: Settings, tmp_path: Path) -> None:
    archive = _archive(tmp_path / "many.argosmodel", {f"p/{n:0200}": "" for n in range(6_000)})
    with pytest.raises(InstallError, match="lists more than 2,000 files"):
        packages.install_file(archive, settings)


def test_a_claimed_size_is_not_believed(settings: Settings, tmp_path: Path) -> None:
    archive = _archive(tmp_path / "liar.argosmodel", {**_MEMBERS, "p/model/model.bin": bytes(5_000_000)})
    content = archive.read_bytes().replace((5_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    archive.write_bytes(content)
    with pytest.raises(InstallError, match="damaged"):
        packages.install_file(archive, settings)
    assert _nothing_is_left(settings)


def test_encrypted_archives_are_refused(settings: Settings, tmp_path: Path) -> None:
    archive = _archive(tmp_path / "locked.argosmodel", {**_MEMBERS, "p/extra": "x"})
    content = bytearray(archive.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 8] |= 1
    archive.write_bytes(content)
    with pytest.raises(InstallError, match="encrypted"):
        packages.install_file(archive, settings)


def test_a_folder_that_cannot_be_written_is_named(argos_archives: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InstallError, match=r"file/packages.*EXONYM_ARGOS_PACKAGES"):
        packages.install_file(argos_archives["en_es"], Settings(argos_packages=tmp_path / "file" / "packages"))


def test_what_a_killed_installation_left_is_removed_later(argos_archives: dict[str, Path], settings: Settings) -> None:
    folder = settings.argos_packages
    assert folder is not None
    for name in (".exonym-old", ".exonym-running"):
        (folder / name).mkdir(parents=True)
    os.utime(folder / ".exonym-old", (0, 0))
    packages.install_file(argos_archives["en_es"], settings)
    assert sorted(path.name for path in folder.iterdir()) == [".exonym-running", "translate-en_es-1_0"]


def test_killed_at_any_moment_it_leaves_no_half_of_a_package(
    argos_archives: dict[str, Path], settings: Settings
) -> None:
    packages.install_file(argos_archives["en_es"], settings)
    program = (
        "import sys; from pathlib import Path; from service import packages; from service.settings import Settings; "
        f"s = Settings(argos_packages=Path({str(settings.argos_packages)!r})); print(flush=True)\n"
        f"while True: packages.install_file(Path({str(argos_archives['en_es'])!r}), s)"
    )
    for n in range(5):
        process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        threading.Event().wait(0.01 + 0.013 * n)
        process.kill()
        process.wait()
        process.stdout.close()
        engine = Argos(settings)
        assert engine.problems() == ()
        if engine.pairs():  # between the two renames there is none for a moment, never half of one
            assert engine.translate(["The city"], Pair("en", "es")) == ["El ciudad"]
        engine.close()


# What the real argostranslate sees and does; apart, because it reads its settings at import and creates folders.
_SEEN = """
from argostranslate import package
print(*(f"{each.from_code}-{each.to_code}-{each.type}" for each in package.get_installed_packages()))
"""
_INSTALL = """
import sys
from argostranslate import package
package.install_from_path(sys.argv[1])
"""


def _argostranslate(program: str, *arguments: str, folder: Path) -> str:
    environ = {**os.environ, "HOME": str(folder.parent), "ARGOS_PACKAGES_DIR": str(folder)}
    for key in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "SNAP"):
        environ.pop(key, None)
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], env=environ, check=True, capture_output=True, text=True
    ).stdout.strip()


def test_argostranslate_sees_what_we_install(argos_archives: dict[str, Path], settings: Settings) -> None:
    folder = packages.install_file(argos_archives["en_es"], settings).path.parent
    assert _argostranslate(_SEEN, folder=folder) == "en-es-translate"
    with packages._stage(settings):  # and is not disturbed by an installation that is under way
        assert "en-es-translate" in _argostranslate(_SEEN, folder=folder)
        assert [str(package.pair) for package in packages.installed(settings)] == ["en-es"]


def test_we_see_what_argostranslate_installs(argos_archives: dict[str, Path], settings: Settings) -> None:
    assert settings.argos_packages is not None
    _argostranslate(_INSTALL, str(argos_archives["es_fr"]), folder=settings.argos_packages)
    assert [str(package) for package in packages.installed(settings)] == ["es-fr 1.0 (translate-es_fr-1_0)"]
    assert Argos(settings).translate(["El ciudad"], Pair("es", "fr")) == ["Le ville"]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """Serve a folder over HTTP on this machine; yields the folder and its address."""
    folder = tmp_path / "site"
    folder.mkdir()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(folder))

        def log_message(self, *arguments: object) -> None:
            pass

        def send_header(self, keyword: str, value: str) -> None:
            # A file called cut.* claims to be longer than it is; one called endless.* does not say how long it is.
            if keyword == "Content-Length" and "/cut." in self.path:
                value = str(int(value) + 1_000)
            if keyword != "Content-Length" or "/endless." not in self.path:
                super().send_header(keyword, value)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def _entry(source: str, target: str, *links: str, version: str = "1.0", **more: object) -> dict[str, object]:
    return {"from_code": source, "to_code": target, "package_version": version, "links": list(links), **more}


def _publish(site: tuple[Path, str], entries: object) -> str:
    folder, url = site
    (folder / "index.json").write_text(json.dumps(entries))
    return f"{url}/index.json"


@pytest.mark.parametrize("name", ["package.argosmodel", "endless.argosmodel"])
def test_the_newest_package_of_the_index_is_installed(
    argos_archives: dict[str, Path], site: tuple[Path, str], name: str, settings: Settings
) -> None:
    folder, url = site
    content = argos_archives["bpe"].read_bytes()
    (folder / name).write_bytes(content)
    index = _publish(
        site,
        [
            "not an entry",
            {"type": "sbd", "from_codes": ["en"]},
            _entry("en", "no language at all", f"{url}/x"),
            _entry("en", "es", f"{url}/old", version="1.1"),
            _entry("en", "es", f"{url}/gone", f"{url}/{name}", "ipfs://x", version="1.10"),
            _entry("en", "fr", f"{url}/other", version="9"),
        ],
    )
    seen: list[tuple[int, int | None]] = []
    package = packages.install_from_index(
        "en", "es", settings, progress=lambda done, total: seen.append((done, total)), index_url=index
    )
    assert package.version == "1.2"
    assert seen[-1] == (len(content), None if "endless" in name else len(content))
    assert [path.name for path in package.path.parent.iterdir()] == [package.path.name]


def test_the_index_is_that_of_argostranslates_setting(
    argos_archives: dict[str, Path], site: tuple[Path, str], tmp_path: Path
) -> None:
    folder, url = site
    (folder / "p.argosmodel").write_bytes(argos_archives["en_es"].read_bytes())
    _publish(site, [_entry("en", "es", f"{url}/p.argosmodel")])
    program = (
        "from service import packages; from service.settings import Settings; "
        "print(packages.install_from_index('en', 'es', Settings()))"
    )
    environ = {**os.environ, "HOME": str(tmp_path / "home"), "ARGOS_PACKAGE_INDEX": f"{url}/"}
    for key in ("ARGOS_PACKAGES_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "SNAP"):
        environ.pop(key, None)
    done = subprocess.run([sys.executable, "-c", program], env=environ, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "en-es 1.0 (translate-en_es-1_0)"
    assert (tmp_path / "home/.local/share/argos-translate/packages/translate-en_es-1_0/model/model.bin").is_file()


def test_argos_codes_of_the_index_are_understood(
    argos_archives: dict[str, Path], site: tuple[Path, str], settings: Settings
) -> None:
    folder, url = site
    (folder / "p.argosmodel").write_bytes(argos_archives["en_es"].read_bytes())
    index = _publish(site, [_entry("en", "pb", f"{url}/p.argosmodel")])
    with pytest.raises(InstallError, match="it translates en-es, not en-pt-BR"):
        packages.install_from_index("en", "pt-BR", settings, index_url=index)
    assert _nothing_is_left(settings)


@pytest.mark.parametrize("right", [True, False])
def test_a_checksum_is_checked_where_the_index_gives_one(
    argos_archives: dict[str, Path], site: tuple[Path, str], right: bool, settings: Settings
) -> None:
    folder, url = site
    content = argos_archives["en_es"].read_bytes()
    (folder / "p.argosmodel").write_bytes(content)
    sha256 = hashlib.sha256(content if right else b"").hexdigest().upper()
    index = _publish(site, [_entry("en", "es", f"{url}/p.argosmodel", sha256=sha256)])
    if right:
        assert packages.install_from_index("en", "es", settings, index_url=index).version == "1.0"
    else:
        with pytest.raises(InstallError, match="SHA-256"):
            packages.install_from_index("en", "es", settings, index_url=index)
        assert _nothing_is_left(settings)


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ([], "from en it goes to: nothing; to es it comes from: nothing"),
        ([_entry("en", "es")], "from en it goes to: nothing"),
        ([_entry("en", "fr", "http://x/")], "from en it goes to: fr; to es it comes from: nothing"),
        ({"en": "es"}, "no list of packages"),
        ([_entry("en", "es", "http://127.0.0.1:1/x")], "127.0.0.1:1/x could not be fetched"),
    ],
)
def test_an_index_without_the_package_says_what_it_has(
    entries: object, reason: str, site: tuple[Path, str], settings: Settings
) -> None:
    with pytest.raises(InstallError, match=reason):
        packages.install_from_index("en", "es", settings, index_url=_publish(site, entries))
    assert _nothing_is_left(settings)


def test_a_pair_that_the_index_has_through_english_is_advised(site: tuple[Path, str], settings: Settings) -> None:
    index = _publish(site, [_entry("es", "en", "http://x/"), _entry("en", "fr", "http://x/")])
    with pytest.raises(InstallError, match="exonym install es en, and exonym install en fr"):
        packages.install_from_index("es", "fr", settings, index_url=index)


def test_a_download_that_breaks_off_or_is_too_large_is_refused(
    argos_archives: dict[str, Path], site: tuple[Path, str], settings: Settings
) -> None:
    folder, url = site
    for name in ("cut.argosmodel", "endless.argosmodel"):
        (folder / name).write_bytes(argos_archives["en_es"].read_bytes())
    index = _publish(site, [_entry("en", "es", f"{url}/cut.argosmodel")])
    with pytest.raises(InstallError, match=r"broke off|could not be fetched"):
        packages.install_from_index("en", "es", settings, index_url=index)
    index = _publish(site, [_entry("en", "es", f"{url}/endless.argosmodel")])
    with pytest.raises(InstallError, match="larger than 1,000 bytes"):
        packages.install_from_index("en", "es", settings, index_url=index, limits=Limits(archive_bytes=1_000))
    assert _nothing_is_left(settings)


@pytest.mark.parametrize("content", ["<html>", "[" * 100_000, ""])
def test_an_index_that_is_none_is_an_error(content: str, site: tuple[Path, str], settings: Settings) -> None:
    folder, url = site
    (folder / "index.json").write_text(content)
    with pytest.raises(InstallError, match="no JSON"):
        packages.install_from_index("en", "es", settings, index_url=f"{url}/index.json")


def test_without_a_network_the_error_says_how_to_do_without(settings: Settings) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # taken, and nobody listens
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/index.json?key=secret"
        with pytest.raises(InstallError, match=r"another machine.*exonym install FILE\.argosmodel") as caught:
            packages.install_from_index("en", "es", settings, index_url=url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://host/index.json", "index.json", "http://"])
def test_only_http_is_fetched(url: str, settings: Settings) -> None:
    with pytest.raises(InstallError, match="no http address"):
        packages.install_from_index("en", "es", settings, index_url=url)
