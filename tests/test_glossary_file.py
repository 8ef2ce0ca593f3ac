"""The glossary file: what loads, what it says about mistakes, and what it refuses to read."""

import gc
import json
import random

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from glossary import GlossaryFileError, Names, PersonNames, examine, load, loads, shipped
from glossary.file import MAX_FILE_BYTES, examine_text
from glossary.file.reader import read_concept
from glossary.file.report import CODES, MAX_PROBLEMS, Report
from glossary.file.tree import Mapping, parse

WHOLE = """\
exonym: 1
concepts:
  donbas:
    kind: place
    names:
      en: {preferred: Donbas, admitted: [Donets Basin], deprecated: [Donbass]}
      fr: Donbass
      pl: {preferred: Donbas, forms: {gen: Donbasu, loc: Donbasie}}
      pt-br: "Donbas"
      zh-hans: 顿巴斯
    except: {en: [Donbass Arena]}
    note: why
    source: house
  zelensky:
    kind: person
    match: sensitive
    romanise: false
    names:
      en:
        given: {preferred: Volodymyr, deprecated: [Vladimir]}
        family: {preferred: Zelensky, deprecated: [Zelenskyy]}
        alone: false
      uk: {given: Володимир, family: Зеленський}
      fr: {given: {preferred: Volodymyr, deprecated: [Vladimir]}, family: Zelensky, alone: true}
  muhammad:
    kind: person
    names: {en: Muhammad}
    near: {en: [prophet, Islam]}
"""

TWENTY_MISTAKES = """\
exonym: 3
concept: {}
concepts:
  donbas:
    kind: plaice
    names:
      en: {preferred: Donbas, depricated: [Donbass]}
      es: {preferred: Donbás, deprecated: Donbass}
      english: Donbas
      fr:
  nameless:
    kind: place
  kharkiv:
    kind: place
    names:
      en: {preferred: "Khar\\u200ekiv", deprecated: [Kharkov, "Charkow "]}
      de: {preferred: Charkiw, deprecated: [Charkow, Charkiw]}
      uk: 112
    kind: place
  two words:
    kind: term
    names: {en: {given: Ann, family: Lee}}
  lviv: &lviv
    kind: place
    names: {en: Lviv, pl: !!str Lwów}
    match: samrt
  lemberg:
    kind: place
    names: {en: {preferred: Lemberg, deprecated: [Lviv]}}
  person:
    kind: person
    names: {en: {given: Ann, alone: perhaps}}
  tabbed:
    kind: place
\tnames: {en: Tab}
"""

MISTAKES = [
    (1, "G107"), (2, "G108"), (5, "G116"), (7, "G108"), (8, "G109"), (9, "G112"), (10, "G113"), (11, "G111"),
    (16, "G114"), (16, "G114"), (17, "G118"), (18, "G109"), (19, "G105"), (20, "G110"), (22, "G117"), (23, "G103"),
    (25, "G103"), (26, "G116"), (29, "G120"), (32, "G117"), (32, "G109"), (35, "G102"),
]  # fmt: skip


def errors(text):
    with pytest.raises(GlossaryFileError) as caught:
        loads(text)
    return caught.value.problems


def concept(body, *, kind="place"):
    return f"exonym: 1\nconcepts:\n  x:\n    kind: {kind}\n    {body}\n"


def test_every_part_of_the_format_is_read():
    glossary = loads(WHOLE)
    donbas, zelensky, muhammad = glossary.concepts.values()
    assert donbas.names["en"] == Names(preferred="Donbas", admitted=("Donets Basin",), deprecated=("Donbass",))
    assert donbas.names["fr"] == Names(preferred="Donbass")
    assert donbas.names["pl"].forms == {"gen": "Donbasu", "loc": "Donbasie"}
    assert list(donbas.names)[3:] == ["pt-BR", "zh-Hans"]
    assert (donbas.excepts, donbas.note, donbas.source) == ({"en": ("Donbass Arena",)}, "why", "house")
    assert (donbas.line, donbas.match, donbas.romanised) == (3, "smart", True)
    assert zelensky.names["en"] == PersonNames(
        given=Names(preferred="Volodymyr", deprecated=("Vladimir",)),
        family=Names(preferred="Zelensky", deprecated=("Zelenskyy",)),
        alone=False,
    )
    assert (zelensky.match, zelensky.romanised, zelensky.names["uk"].preferred) == (
        "sensitive", False, "Володимир Зеленський",
    )  # fmt: skip
    assert muhammad.near == {"en": ("prophet", "Islam")}


def test_the_shipped_glossary_has_no_problem():
    assert examine(shipped()).problems == ()
    assert load(shipped()).concepts


def test_all_of_twenty_mistakes_are_found_on_their_lines():
    found = errors(TWENTY_MISTAKES)
    assert sorted((problem.line, problem.code) for problem in found) == sorted(MISTAKES)
    assert all(problem.remedy and problem.column for problem in found)


def test_the_same_mistakes_in_the_words_of_the_error():
    message = str(GlossaryFileError("names.yaml", errors(TWENTY_MISTAKES)))
    assert "names.yaml:7:31: G108 donbas: unknown key 'depricated'; did you mean deprecated?" in message
    assert "names.yaml:8:43: G109 donbas: deprecated is the text 'Donbass'; write a list: [Donbass]" in message
    assert "'Lviv' is deprecated here and preferred in lviv (line 25), both in en" in message
    assert "a tab where only spaces may stand" in message


@pytest.mark.parametrize(
    ("body", "line", "column", "code"),
    [
        ("names: {en: A, en: B}", 5, 20, "G105"),
        ("names: {en: A, EN: B}", 5, 20, "G105"),
        ("names: {en: null}", 5, 17, "G113"),
        ("names: {en: '!?'}", 5, 17, "G113"),
        ("names: {en: yes, no: true}", 5, 26, "G109"),
        ("names: {en: [Kyiv]}", 5, 17, "G109"),
        ("names: Kyiv", 5, 12, "G109"),
        ("names: {}", 5, 12, "G111"),
        ("names: {en: {deprecated: [Kiev]}}", 5, 17, "G113"),
        ("names: {en: {preferred: {a: b}}}", 5, 29, "G109"),
        (f"names: {{en: {'x' * 201}}}", 5, 17, "G115"),
        ("names: {en: 'Ky  iv'}", 5, 17, "G114"),
        ('names: {en: "Ky\\niv"}', 5, 17, "G114"),
        ('names: {en: "Ky\\u00adiv"}', 5, 17, "G114"),
        ('names: {en: "Ky\\x07iv"}', 5, 17, "G114"),
        ("names: {und: Kyiv}", 5, 13, "G112"),
        ("names: {qxx: Kyiv}", 5, 13, "G112"),
        (f"names: {{en: Kyiv}}\n    note: {'n' * 10_001}", 6, 11, "G115"),
        ("names: {en: Kyiv}\n    romanise: 'true'", 6, 15, "G109"),
        ("names: {en: Kyiv}\n    <<: {match: any}", 6, 5, "G108"),
        ("names: {en: {given: A, family: B}}", 5, 17, "G117"),
        ("names: {en: {preferred: A, given: B}}", 5, 18, "G108"),
        ("? [a]\n    : b", 5, 7, "G109"),
        ("names: {en: 'Kyiv}", 5, 17, "G102"),
        ("names: {en: Kyiv", 5, 12, "G102"),
        ("names: {en: @Kyiv}", 5, 17, "G102"),
        ("names: " + "[" * 5000, 5, 21, "G104"),
    ],
)
def test_one_mistake(body, line, column, code):
    assert (line, column, code) in [(found.line, found.column, found.code) for found in errors(concept(body))]


@pytest.mark.parametrize(
    ("body", "line", "column", "code"),
    [
        ("names: {en: {preferred: Kyiv, deprecated: [Kiev, Kiev]}}", 5, 54, "G119"),
        ("names: {en: {preferred: Kyiv, admitted: [Kyiv]}}", 5, 46, "G119"),
        ("names: {en: {preferred: Kyiv, deprecated: [Kiev]}}\n    except: {en: [Chicken London]}", 6, 19, "G122"),
        ("names: {en: Kyiv}\n    except: {de: [Huhn Kiew]}", 6, 14, "G123"),
        ("names: {en: Kyiv}\n    near: {fr: [Dniepr]}", 6, 12, "G123"),
        ("names: {pl: {preferred: Kijów, forms: {genn: Kijowa}}}", 5, 44, "G124"),
    ],
)
def test_one_warning_does_not_keep_a_file_from_being_used(body, line, column, code):
    examined = examine_text(concept(body))
    assert [(found.line, found.column, found.code, found.severity) for found in examined.problems] == [
        (line, column, code, "warning")
    ]
    assert examined.glossary is not None


def test_except_knows_inflected_phrases_parent_languages_and_derived_spellings():
    inflected = concept("names: {pl: Warszawa}\n    except: {pl: [Księstwo Warszawskie]}")
    parent = concept("names: {pt: Kiev}\n    except: {pt-BR: [frango à Kiev]}")
    derived = concept("names: {en: Kyiv, ru: Киев}\n    except: {en: [chicken Kiev]}")
    assert [examine_text(text).problems for text in (inflected, parent, derived)] == [(), (), ()]


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ("{preferred: A, deprecated: [C]}", "{preferred: B, deprecated: [C]}", "G120"),
        ("{preferred: A, deprecated: [C]}", "C", "G120"),
        ("C", "{preferred: B, deprecated: [C]}", "G120"),
        ("{preferred: A, admitted: [C]}", "{preferred: B, deprecated: [C]}", "G120"),
        ("{preferred: Café}", "{preferred: B, deprecated: [Cafe\u0301]}", "G120"),
        ("A", "A", "G121"),
        ("{preferred: A, deprecated: [C]}", "{preferred: A, deprecated: [C]}", "G121"),
        ("{given: A, family: B}", "{preferred: C, deprecated: [A B]}", "G120"),
        ("{given: A, family: B}", "{preferred: C, deprecated: [B]}", "G120"),
        ("{given: A, family: B, alone: false}", "{preferred: C, deprecated: [B]}", None),
        ("{given: A, family: B}", "{given: C, family: B}", None),
        ("A", "a", None),
    ],
)
def test_a_form_that_two_concepts_own(one, other, code):
    lines = [f"  {id_}: {{kind: person, names: {{en: {names}}}}}\n" for id_, names in (("a", one), ("b", other))]
    found = examine_text("exonym: 1\nconcepts:\n" + "".join(lines)).problems
    assert {problem.code for problem in found} == ({code} if code else set())
    assert all(problem.line == 4 and problem.concept == "b" for problem in found)


def test_words_nearby_tell_namesakes_apart():
    text = concept(
        "names: {en: {preferred: Muhammad, deprecated: [Mohamed]}}\n    near: {en: [prophet]}", kind="person"
    )
    text += "  salah:\n    kind: person\n    names: {en: {preferred: Mohamed Salah, admitted: [Mohamed]}}\n"
    assert examine_text(text).problems == ()


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "a", "[]", "exonym: 1\n", "concepts: {}\n", "exonym: 1\nconcepts: []"]
)
def test_what_is_no_glossary_says_how_one_begins(text):
    assert {problem.code for problem in errors(text)} <= {"G107", "G109"}


def test_an_empty_glossary_and_other_layouts_load():
    assert loads("exonym: 1\nconcepts:\n").concepts == {}
    assert list(loads('{"exonym": 1, "concepts": {"a": {"kind": "term", "names": {"en": "A"}}}}').concepts) == ["a"]
    assert (
        loads("\ufeff" + WHOLE).fingerprint
        == loads(WHOLE.replace("\n", "\r\n")).fingerprint
        == loads(WHOLE).fingerprint
    )


def test_a_bomb_of_aliases_is_refused_without_being_built():
    levels = "".join(f"  l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 12))
    assert {problem.code for problem in errors(f"exonym: 1\nconcepts:\n  l0: &l0 [a]\n{levels}")} >= {"G103"}


def test_two_documents_are_refused():
    assert [problem.code for problem in errors(WHOLE + "---\nexonym: 1\n")] == ["G102"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"exonym: 1\nconcepts: \xe9", "2:11: G101 byte 20 (0xE9) is not UTF-8"),
        (WHOLE.encode("utf-16"), "byte 0 (0xFF) is not UTF-8"),
        (b"exonym: 1\nconcepts:\n  a\x00: 1\x07\n", "3:4: G106 the control character U+0000"),
        (b"exonym: 1\nconcepts:\n  a\x00: 1\x07\n", "3:8: G106 the control character U+0007"),
        ("exonym: 1\u2028concepts:".encode(), "1:10: G106 the control character U+2028"),
    ],
)
def test_bytes_that_are_no_text(tmp_path, data, says):
    (tmp_path / "names.yaml").write_bytes(data)
    with pytest.raises(GlossaryFileError) as caught:
        load(tmp_path / "names.yaml")
    assert says in str(caught.value)


def test_a_file_beyond_the_limit_is_refused_by_its_size(tmp_path):
    with (tmp_path / "big.yaml").open("wb") as file:
        file.truncate(100_000_000)
    with pytest.raises(GlossaryFileError, match=f"larger than {MAX_FILE_BYTES:,} bytes"):
        load(tmp_path / "big.yaml")


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_path_that_is_no_file(tmp_path, name):
    with pytest.raises(GlossaryFileError, match="cannot be read"):
        load(tmp_path / name)


def test_a_thousand_problems_are_enough():
    text = "exonym: 1\nconcepts:\n" + "".join(f"  c{n}: {{kind: place}}\n" for n in range(MAX_PROBLEMS + 5))
    found = errors(text)
    assert (len(found), found[-1].code) == (MAX_PROBLEMS + 1, "G199")
    assert "5 more" in found[-1].message


def test_every_code_of_the_tests_is_documented():
    assert {code for _, code in MISTAKES} <= CODES.keys()


def test_the_collector_runs_again_after_reading():
    loads(WHOLE)
    assert gc.isenabled()


# The same concepts as people and as programs write them.
LAYOUTS = [
    WHOLE,
    yaml.safe_dump(yaml.safe_load(WHOLE), allow_unicode=True, sort_keys=False),
    yaml.safe_dump(yaml.safe_load(WHOLE), allow_unicode=False, sort_keys=False, indent=4),
    json.dumps(yaml.safe_load(WHOLE), indent=2),
    json.dumps(yaml.safe_load(WHOLE)),
]


@pytest.mark.parametrize("text", LAYOUTS)
def test_every_layout_says_the_same(text):
    assert loads(text) == loads(WHOLE)


def by_the_real_parser(text):
    """Return the concepts as libyaml and the reader have them, None when they find a mistake."""
    report = Report()
    root = parse(text, report=report)
    node = root.items["concepts"][1] if isinstance(root, Mapping) and "concepts" in root.items else None
    if not isinstance(node, Mapping):
        return None
    concepts = {id_: read_concept(key, entry, report=report) for id_, (key, entry) in node.items.items()}
    return None if any(problem.severity == "error" for problem in report.problems()) else concepts


@st.composite
def damaged(draw):
    text = draw(st.sampled_from(LAYOUTS[:3]))
    insert = st.text(st.sampled_from("{}[]:,-#&*!|>'\"%@`~?=\t\n\r  abN1.–\u200f\u0301é"), max_size=3)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(text.index("concepts:") + 10, len(text)))
        text = text[:at] + draw(insert) + text[at + draw(st.sampled_from([0, 0, 1, 2, 5, 30])) :]
    return text


@settings(max_examples=500, deadline=None)
@given(damaged())
@example(WHOLE.replace("source: house", "source: house #x"))
@example(WHOLE.replace("note: why", "note: why\n      and how"))
@example(WHOLE.replace("    note: why", "\t# x\n    note: why"))
@example(WHOLE.replace("preferred: ", "preferred:\r "))
@example(WHOLE.replace("Donbass Arena", "true"))
@example(WHOLE + "|")
@example(WHOLE + "more")
@example(WHOLE.rstrip() + "\nmore: 1")
@example(WHOLE.replace("fr: Donbass", "fr: Donbass\n      FR: Donbass"))
def test_the_quick_reader_and_the_real_parser_agree(text):
    found, expected = examine_text(text).glossary, by_the_real_parser(text)
    if found is not None:
        assert found.concepts == expected
        assert [concept.line for concept in found.concepts.values()] == [item.line for item in expected.values()]
    elif expected is not None:
        assert {problem.code for problem in examine_text(text).problems} & {"G106", "G107", "G108", "G120"}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_file_never_ends_in_another_error(data):
    cuts = data.draw(st.lists(st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 30)), min_size=1, max_size=3))
    text, insert = WHOLE, st.text(st.sampled_from("{}[]:,-#&*!|>'\"%@`\t\n ab\u200f\x00é"), max_size=3)
    for at, length in cuts:
        text = text[:at] + data.draw(insert) + text[at + length :]
    try:
        loads(text)
    except GlossaryFileError as error:
        assert error.problems


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / f"any-{random.random()}"
    path.write_bytes(data)
    assert examine(path).glossary is None
    path.unlink()
