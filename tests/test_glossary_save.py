"""Editing a glossary file: what stays as it was, and what no crash and no second writer can break."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glossary import Concept, GlossaryConflictError, GlossaryError, GlossaryFileError, Names, PersonNames, load, shipped
from glossary.file.revise import GlossaryFile

TEXT = """\
# The house's names.
exonym: 1
concepts:
  # --- places ---
  donbas:   # the region
    kind: place
    names:
      en: {preferred: Donbas,  deprecated: [Donbass]}  # since 2014
      'es': "Donbás"
      pl:
        preferred: Donbas   # short form
        forms:
            gen: Donbasu
    note: >-
      a folded note
      in two lines

  # Why Lviv is here.
  lviv:
    kind: place
    names: {en: Lviv, pl: Lwów}

  # --- people ---
  lee:
    kind: person
    names:
      en:
        given: {preferred: Ann, deprecated: [Anne]}
        family: Lee
# the end
"""


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "names.yaml"
    path.write_bytes(TEXT.encode())
    return path


def edited(path, edit):
    """Return the lines that an edit takes away and those that it brings."""
    before = path.read_text(encoding="utf-8").splitlines()
    file = GlossaryFile.open(path)
    edit(file)
    file.save()
    after = path.read_text(encoding="utf-8").splitlines()
    load(path)
    return [line for line in before if line not in after], [line for line in after if line not in before]


def test_saving_without_an_edit_changes_no_byte_and_writes_nothing(path):
    written = path.stat().st_mtime_ns
    GlossaryFile.open(path).save()
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (TEXT.encode(), written)


@pytest.mark.parametrize("source", [TEXT, None])
def test_setting_what_is_there_changes_no_byte(path, source):
    if source is None:
        path.write_bytes(shipped().read_bytes())
    file = GlossaryFile.open(path)
    for id_, concept in list(file.glossary.concepts.items())[:5]:
        for lang, names in concept.names.items():
            file.set_names(id_, lang=lang, names=names)
    assert file.text.encode() == path.read_bytes()


@pytest.mark.parametrize(
    ("edit", "gone", "come"),
    [
        (
            lambda file: file.set_names("donbas", lang="es", names=Names(preferred="Dombás")),
            ["      'es': \"Donbás\""],
            ["      'es': \"Dombás\""],
        ),
        (
            lambda file: file.set_names("donbas", lang="fr", names=Names(preferred="Donbass")),
            [],
            ["      fr: Donbass"],
        ),
        (
            lambda file: file.set_names("donbas", lang="pl", names=Names(preferred="Donbas", deprecated=("Donbass",))),
            ["        forms:", "            gen: Donbasu"],
            ["        deprecated: [Donbass]"],
        ),
        (
            lambda file: file.set_names("lviv", lang="PL", names=Names(preferred="Lwów", admitted=("Lwow: a",))),
            ["    names: {en: Lviv, pl: Lwów}"],
            ["    names: {en: Lviv, pl: {preferred: Lwów, admitted: ['Lwow: a']}}"],
        ),
        (lambda file: file.remove_names("donbas", lang="es"), ["      'es': \"Donbás\""], []),
        (lambda file: file.set_field("lviv", "note", "on # the Poltva"), [], ["    note: 'on # the Poltva'"]),
        (
            lambda file: file.set_field("lviv", "except", {"en": ["Lviv, Ohio"]}),
            [],
            ["    except: {en: ['Lviv, Ohio']}"],
        ),
        (
            lambda file: file.set_field("donbas", "note", None),
            ["    note: >-", "      a folded note", "      in two lines"],
            [],
        ),
        (
            lambda file: file.remove("lviv"),
            ["  # Why Lviv is here.", "  lviv:", "    names: {en: Lviv, pl: Lwów}"],
            [],
        ),
        (
            lambda file: file.add([Concept(id="odesa", kind="place", names={"en": Names(preferred="Odesa")})]),
            [],
            ["  odesa:", "      en: Odesa"],
        ),
    ],
)
def test_an_edit_changes_its_own_lines_only(path, edit, gone, come):
    assert edited(path, edit) == (gone, come)


def test_a_person_keeps_parts_and_layout(path):
    names = PersonNames(given=Names(preferred="Anna", deprecated=("Anne",)), family=Names(preferred="Lee"), alone=False)
    assert edited(path, lambda file: file.set_names("lee", lang="en", names=names)) == (
        ["        given: {preferred: Ann, deprecated: [Anne]}"],
        ["        given: {preferred: Anna, deprecated: [Anne]}", "        alone: false"],
    )
    assert load(path).concepts["lee"].names["en"] == names


def test_every_field_of_a_new_concept_comes_back(path):
    concept = Concept(
        id="new",
        kind="organisation",
        names={
            "en": Names(preferred="No", admitted=("1984",), deprecated=("yes: no",)),
            "pl": Names(preferred="Nowa", forms={"gen": "Nowej"}),
        },
        excepts={"en": ("No: never",)},
        near={"en": ("null",)},
        match="sensitive",
        romanise=False,
        note="a\nb # c",
        source="house",
    )
    file = GlossaryFile.open(path)
    file.add([concept])
    file.save()
    assert load(path).concepts["new"] == concept


@pytest.mark.parametrize(
    "text", ["exonym: 1\nconcepts:\n", "exonym: 1\nconcepts: {}\n", '{"exonym": 1, "concepts": {}}']
)
def test_the_first_concept_goes_into_an_empty_file(path, text):
    path.write_text(text, encoding="utf-8")
    file = GlossaryFile.open(path)
    file.add([Concept(id="a", kind="term", names={"en": Names(preferred="A")})])
    file.save()
    assert list(load(path).concepts) == ["a"]
    file.remove("a")
    file.save()
    assert not load(path).concepts


def test_windows_line_ends_a_mark_and_a_missing_last_line_end_stay(path):
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.removesuffix("# the end\n").rstrip().replace("\n", "\r\n").encode())
    before = path.read_bytes()
    file = GlossaryFile.open(path)
    file.set_names("donbas", lang="es", names=Names(preferred="Dombás"))
    file.set_names("lee", lang="fr", names=Names(preferred="Lee"))
    file.save()
    after = path.read_bytes()
    assert after == before.replace("Donbás".encode(), "Dombás".encode()) + b"\r\n      fr: Lee"


def test_a_file_in_which_no_concept_stands_alone_can_be_edited_too(path):
    path.write_text("{exonym: 1, concepts: {a: {kind: term, names: {en: A}}}}  # all in one\n", encoding="utf-8")
    file = GlossaryFile.open(path)
    file.set_names("a", lang="fr", names=Names(preferred="Â"))
    file.save()
    assert load(path).concepts["a"].names["fr"].preferred == "Â"


@pytest.mark.parametrize(
    ("edit", "error", "says"),
    [
        (
            lambda file: file.set_names("lvov", lang="en", names=Names(preferred="A")),
            GlossaryError,
            "you mean lviv",
        ),
        (lambda file: file.remove("nobody"), GlossaryError, "no concept 'nobody'"),
        (lambda file: file.remove_names("lviv", lang="de"), GlossaryError, "has no names in de; it has en, pl"),
        (lambda file: file.add([Concept(id="lviv", kind="place", names={})]), GlossaryError, "glossary set"),
        (lambda file: file.set_field("lviv", "kind", "town"), GlossaryFileError, "G116 lviv: 'town' is no kind"),
        (
            lambda file: file.set_names("lviv", lang="en", names=Names(preferred="Lviv", deprecated=("Donbas",))),
            GlossaryFileError,
            "G120",
        ),
        (lambda file: file.set_names("lviv", lang="xx", names=Names(preferred="A")), GlossaryFileError, "G112"),
    ],
)
def test_a_mistake_is_never_written(path, edit, error, says):
    file = GlossaryFile.open(path)
    with pytest.raises(error, match=says):
        edit(file)
        file.save()
    assert path.read_bytes() == TEXT.encode()
    assert [entry.name for entry in path.parent.iterdir()] == ["names.yaml"]


def test_a_file_changed_since_it_was_read_is_a_conflict(path):
    file = GlossaryFile.open(path)
    path.write_text(TEXT + "# mine\n", encoding="utf-8")
    file.set_field("lviv", "note", "x")
    with pytest.raises(GlossaryConflictError, match="changed by someone else"):
        file.save()
    assert path.read_text(encoding="utf-8") == TEXT + "# mine\n"
    path.unlink()
    with pytest.raises(GlossaryConflictError):
        file.save()


def test_of_two_savers_at_once_one_wins_and_the_other_knows(path):
    for _ in range(10):
        path.write_bytes(TEXT.encode())
        outcomes, start = {}, threading.Barrier(2)

        def save(note, outcomes=outcomes, start=start):
            file = GlossaryFile.open(path)
            file.set_field("lviv", "note", note)
            start.wait()
            try:
                file.save()
                outcomes[note] = True
            except GlossaryConflictError:
                outcomes[note] = False

        threads = [threading.Thread(target=save, args=(note,)) for note in ("first", "second")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes.values()) == [False, True]
        assert outcomes[load(path).concepts["lviv"].note]


_COUNTER = """
import sys
from glossary import GlossaryConflictError
from glossary.file.revise import GlossaryFile
for _ in range(25):
    while True:
        file = GlossaryFile.open(sys.argv[1])
        n_edits = int(file.glossary.concepts["lviv"].note.split()[0])
        file.set_field("lviv", "note", f"{n_edits + 1} edits")
        try:
            file.save()
            break
        except GlossaryConflictError:
            pass
"""


def test_processes_that_repeat_after_a_conflict_lose_no_edit(path):
    file = GlossaryFile.open(path)
    file.set_field("lviv", "note", "0 edits")
    file.save()
    running = [subprocess.Popen([sys.executable, "-c", _COUNTER, path]) for _ in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    assert load(path).concepts["lviv"].note == "75 edits"


# Forks children that save without pause, and kills each at another moment.
_KILLER = """
import os, random, signal, sys, time
from glossary import load
from glossary.file.revise import GlossaryFile
path, pause, seen, left = sys.argv[1], random.Random(1), set(), 0
folder = os.path.dirname(path)
for _ in range(200):
    child = os.fork()
    if not child:
        file = GlossaryFile.open(path)
        while True:
            for note in ("one", "two"):
                file.set_field("lviv", "note", note)
                file.save()
    time.sleep(pause.uniform(0.002, 0.03))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    seen.add(load(path).concepts["lviv"].note)
    assert open(path, "rb").read() in versions
    left += len(os.listdir(folder)) > 1
    assert len(os.listdir(folder)) <= 2
print(sorted(seen), left)
"""


def test_a_writer_killed_at_any_moment_leaves_one_of_the_two_versions(path):
    file = GlossaryFile.open(path)
    versions = []
    for note in ("one", "two"):
        file.set_field("lviv", "note", note)
        file.save()
        versions.append(path.read_bytes())
    script = f"versions = {versions!r}\n{_KILLER}"
    done = subprocess.run(
        [sys.executable, "-c", script, path], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("['one', 'two']")
    assert int(done.stdout.split()[-1]) > 10  # so many died between making the new file and renaming it
    file = GlossaryFile.open(path)
    file.set_field("lviv", "note", "three")
    file.save()
    assert list(path.parent.iterdir()) == [path]


def test_rights_and_links_stay(path, tmp_path):
    path.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(path)
    file = GlossaryFile.open(link)
    file.set_field("lviv", "note", "x")
    file.save()
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert load(path).concepts["lviv"].note == "x"


_words = st.text(st.sampled_from("abc: #'\"-[]{}é,&*!|>%@`?1"), min_size=1, max_size=12).filter(
    lambda text: text == " ".join(text.split()) and any(char.isalnum() for char in text)
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(preferred=_words, deprecated=st.lists(_words, unique=True, max_size=3), lang=st.sampled_from(["en", "es", "sv"]))
def test_any_name_comes_back_as_it_was_set(path: Path, preferred, deprecated, lang):
    names = Names(preferred=preferred, deprecated=tuple(name for name in deprecated if name != preferred))
    file = GlossaryFile.open(path)
    file.set_names("donbas", lang=lang, names=names)
    assert file.glossary.concepts["donbas"].names[lang] == names
    rest = [line for line in TEXT.splitlines() if f"{lang}" not in line]
    assert [line for line in rest if line not in file.text.splitlines()] == []
