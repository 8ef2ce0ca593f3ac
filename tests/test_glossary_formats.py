"""Term lists of other programs, in and out; bad rows are named and the rest goes in."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glossary import Concept, Glossary, GlossaryError, GlossaryFileError, Names, PersonNames, load, shipped
from glossary.file.report import Report
from glossary.file.revise import GlossaryFile
from glossary.formats import format_of, read, write
from glossary.formats.table import read as read_table

HOUSE = Glossary(
    {
        concept.id: concept
        for concept in (
            Concept(
                id="donbas",
                kind="place",
                names={
                    "en": Names(preferred="Donbas", admitted=("Donets Basin",), deprecated=("Donbass", "Don|bas, \\")),
                    "es": Names(preferred="Donbás"),
                    "pl": Names(preferred="Donbas", forms={"gen": "Donbasu"}),
                },
                excepts={"en": ("Donbass Arena",)},
                near={"es": ("guerra", "Ucrania")},
                match="sensitive",
                romanise=False,
                note='a "note" & more',
                source="<CLDR>",
            ),
            Concept(
                id="zelensky",
                kind="person",
                names={
                    "en": PersonNames(
                        given=Names(preferred="Volodymyr", deprecated=("Vladimir",)),
                        family=Names(preferred="Zelensky", deprecated=("Zelenskyy",)),
                    ),
                    "es": PersonNames(
                        given=Names(preferred="Volodímir"), family=Names(preferred="Zelenski"), alone=False
                    ),
                },
            ),
        )
    }
)

TBX_2 = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE martif SYSTEM "TBXBasiccoreStructV02.dtd">
<martif type="TBX-Basic" xml:lang="en">
 <text><body>
  <termEntry id="c1">
   <descrip type="subjectField">place</descrip>
   <langSet xml:lang="en">
    <ntig><termGrp><term>Ky<hi>iv</hi></term>
      <termNote type="administrativeStatus">preferredTerm-admn-sts</termNote></termGrp></ntig>
    <tig><term>Kiev</term><termNote type="administrativeStatus">supersededTerm-admn-sts</termNote></tig>
    <tig><term>City of Kyiv</term></tig>
   </langSet>
   <langSet xml:lang="pt_br"><tig><term>Kiev</term></tig></langSet>
  </termEntry>
  <termEntry id="c2"><langSet xml:lang="xx"><tig><term>Nowhere</term></tig></langSet></termEntry>
  <termEntry id="c3"><langSet xml:lang="en"><tig><term> </term></tig></langSet></termEntry>
  <termEntry id="c1"><langSet xml:lang="en"><tig><term>Again</term></tig></langSet></termEntry>
  <termEntry id="c4"><note>nothing</note></termEntry>
  <termEntry><langSet xml:lang="en"><tig><term>Kryvyi Rih</term></tig></langSet></termEntry>
 </body></text>
</martif>
"""

TBX_3_DCT = """\
<tbx style="dct" type="TBX-Min" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2"
     xmlns:min="http://www.tbxinfo.net/ns/min">
 <text><body><conceptEntry id="c1"><min:subjectField>Place</min:subjectField>
  <langSec xml:lang="en">
   <termSec><term>Kiev</term><min:administrativeStatus>deprecatedTerm-admn-sts</min:administrativeStatus></termSec>
   <termSec><term>Kyiv</term><min:administrativeStatus>preferredTerm-admn-sts</min:administrativeStatus></termSec>
  </langSec></conceptEntry></body></text>
</tbx>
"""


def imported(tmp_path, text, *, name, **options):
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(tmp_path / name, **options)


@pytest.mark.parametrize("form", ["csv", "tsv"])
@pytest.mark.parametrize("glossary", [HOUSE, load(shipped())], ids=["house", "shipped"])
def test_a_table_read_back_is_the_glossary(tmp_path, form, glossary):
    found = imported(tmp_path, write(glossary, form=form), name=f"a.{form}")
    assert found.problems == ()
    assert Glossary({concept.id: concept for concept in found.concepts}) == glossary


def test_the_table_has_a_row_a_concept_and_a_column_a_language():
    rows = write(HOUSE, form="tsv").splitlines()
    assert rows[0].split("\t")[:8] == ["concept", "kind", "match", "romanise", "source", "note", "en", "en:admitted"]
    assert "Donbass|Don\\|bas, \\\\" in rows[1]
    assert rows[2].startswith("zelensky\tperson\t")


def test_tbx_read_back_has_every_name(tmp_path):
    for form in ("tbx", "tbx2"):
        text = write(HOUSE, form=form)
        donbas, zelensky = imported(tmp_path, text, name="a.tbx").concepts
        before = HOUSE.concepts["donbas"]
        assert {lang: (names.preferred, names.admitted, names.deprecated) for lang, names in donbas.names.items()} == {
            lang: (names.preferred, names.admitted, names.deprecated) for lang, names in before.names.items()
        }
        assert (donbas.kind, donbas.note, donbas.source) == ("place", before.note, before.source)
        assert zelensky.names["en"] == Names(
            preferred="Volodymyr Zelensky",
            admitted=("Zelensky",),
            deprecated=("Volodymyr Zelenskyy", "Vladimir Zelensky", "Vladimir Zelenskyy"),
        )
        assert zelensky.names["es"] == Names(preferred="Volodímir Zelenski")


def test_tbx_has_the_structure_of_the_standard():
    space = "{urn:iso:std:iso:30042:ed-2}"
    root = ET.fromstring(write(HOUSE, form="tbx"))
    assert (root.tag, root.get("style"), root.get("type")) == (f"{space}tbx", "dca", "TBX-Basic")
    assert [child.tag for child in root] == [f"{space}tbxHeader", f"{space}text"]
    entry = root.find(f"{space}text/{space}body/{space}conceptEntry")
    assert [child.tag.removeprefix(space) for child in entry] == ["descrip", "admin", "note", *["langSec"] * 3]
    assert [note.text for note in entry.iter(f"{space}termNote")][:3] == [
        "preferredTerm-admn-sts", "admittedTerm-admn-sts", "deprecatedTerm-admn-sts",
    ]  # fmt: skip
    old = ET.fromstring(write(HOUSE, form="tbx2"))
    assert old.tag == "martif"
    assert len(list(old.iter("tig"))) == len(list(root.iter(f"{space}termSec")))


def test_tbx_of_2008_with_good_and_bad_entries(tmp_path):
    found = imported(tmp_path, TBX_2, name="old.tbx", kind="place")
    assert [(concept.id, concept.kind, concept.line) for concept in found.concepts] == [
        ("c1", "place", 5), ("kryvyi-rih", "place", 19),
    ]  # fmt: skip
    assert found.concepts[0].names == {
        "en": Names(preferred="Kyiv", admitted=("City of Kyiv",), deprecated=("Kiev",)),
        "pt-BR": Names(preferred="Kiev"),
    }
    assert [(problem.line, problem.code) for problem in found.problems] == [(n, "G202") for n in (15, 16, 17, 18)]


def test_tbx_in_the_other_style_of_2019(tmp_path):
    (concept,) = imported(tmp_path, TBX_3_DCT, name="a.xml").concepts
    assert (concept.kind, concept.names["en"]) == ("place", Names(preferred="Kyiv", deprecated=("Kiev",)))


ENTITY = '<!DOCTYPE tbx [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><tbx><text>&b;</text></tbx>'
FILE = '<!DOCTYPE tbx [<!ENTITY a SYSTEM "file:///etc/passwd">]><tbx><text>&a;</text></tbx>'
OUTSIDE = '<!DOCTYPE tbx SYSTEM "http://localhost:1/x.dtd"><tbx><text>&a;</text></tbx>'
PARAMETER = '<!DOCTYPE tbx [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]><tbx/>'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (ENTITY, "1:.*the entity 'a' is not allowed"),
        (FILE, "the entity 'a' is not allowed"),
        (OUTSIDE, "the entity 'a' is not allowed"),
        (PARAMETER, "the entity 'a' is not allowed"),
        ("<tbx>" + "<a>" * 100_000, "nested more than 32 deep"),
        ("<tbx>\n<text></tbx>", "2:9: G203 not XML: mismatched tag"),
        ("<html></html>", "no TBX"),
        ("", "no element found"),
        (b"<tbx>\xff</tbx>", "not XML"),
        (b"<tbx>\x00</tbx>", "not XML"),
    ],
)
def test_xml_that_is_unsafe_or_broken_is_refused(tmp_path, text, says):
    with pytest.raises(GlossaryFileError, match=says):
        imported(tmp_path, text, name="a.tbx")


RAGGED = """\
concept,kind,en,en:deprecated,es
kyiv,place,Kyiv,Kiev|Kiew,Kiev
short,place,Short
long,place,Long,,Largo,more
,place,"Kryvyi Rih",,
kyiv,place,Again,,
,town,Town,,
,place,,Only deprecated,
empty,place,,,

bad,place,"A\u200fB",,
last,,Last,,Última
"""


def test_bad_rows_are_named_and_the_rest_goes_in(tmp_path):
    found = imported(tmp_path, RAGGED, name="a.csv", kind="organisation")
    assert [(concept.id, concept.kind) for concept in found.concepts] == [
        ("kyiv", "place"), ("kryvyi-rih", "place"), ("last", "organisation"),
    ]  # fmt: skip
    assert found.concepts[0].names["en"] == Names(preferred="Kyiv", deprecated=("Kiev", "Kiew"))
    assert [problem.line for problem in found.problems] == [3, 4, 6, 7, 8, 9, 11]
    assert {problem.code for problem in found.problems} == {"G202"}
    assert "3 cells where the header has 5" in found.problems[0].message


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_separator_is_seen_and_an_excel_mark_passed_over(tmp_path, delimiter):
    text = "\ufeff" + delimiter.join(["en", "PT_br"]) + "\r\n" + delimiter.join(["Kyiv", "Kiev"]) + "\r\n"
    (concept,) = imported(tmp_path, text, name="a.csv").concepts
    assert {lang: names.preferred for lang, names in concept.names.items()} == {"en": "Kyiv", "pt-BR": "Kiev"}


def test_an_unknown_column_is_named_and_passed_over(tmp_path):
    found = imported(tmp_path, "en,en:depricated,colour\nKyiv,Kiev,red\n", name="a.csv")
    assert [(problem.code, problem.column) for problem in found.problems] == [("G201", 2), ("G201", 3)]
    assert "deprecated" in found.problems[0].remedy
    assert len(found.concepts) == 1


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        ("a,b,c\n1,2,3\n", {}, "no column of the table is a language"),
        ("Kyiv,Kiev\n", {}, "--from en --to es"),
        (b"en\ncaf\xe9\n", {}, "byte 6 .0xE9. is not UTF-8"),
        ("Kyiv,Kiev,en,xx\n", {"form": "deepl"}, "'xx' is no language tag"),
        ('en\n"' + "x" * 200_000, {}, "field larger than field limit"),
    ],
)
def test_a_table_of_which_nothing_can_be_used(tmp_path, text, options, says):
    with pytest.raises(GlossaryFileError, match=says):
        imported(tmp_path, text, name="a.csv", **options)


def test_deepl_with_two_columns(tmp_path):
    found = imported(
        tmp_path, "Kyiv,Kiev\nDonbas,Donbás\nbad\nKyiv,Kyjiw\n", name="a.csv", source_lang="en", target_lang="es"
    )
    assert [concept.names for concept in found.concepts] == [
        {"en": Names(preferred="Kyiv"), "es": Names(preferred="Kiev")},
        {"en": Names(preferred="Donbas"), "es": Names(preferred="Donbás")},
    ]
    assert [problem.line for problem in found.problems] == [3, 4]


def test_deepl_with_four_columns_gathers_the_languages_of_a_term(tmp_path):
    found = imported(tmp_path, "Kyiv,Kiev,en,es\nKyiv,Kiew,en,de\n", name="a.tsv", form="deepl")
    assert [list(concept.names) for concept in found.concepts] == [["en", "es", "de"]]


def test_deepl_out_leads_from_every_spelling_to_the_preferred():
    two = write(HOUSE, form="deepl", source_lang="en", target_langs=("es",))
    assert two.splitlines()[0] == "Donbas,Donbás"
    assert "Vladimir Zelenskyy,Volodímir Zelenski" in two.splitlines()
    assert "Zelenskyy,Zelenski" in two.splitlines()
    four = write(HOUSE, form="deepl", source_lang="en", target_langs=("es", "pl"))
    assert "Donbas,Donbas,en,pl" in four.splitlines()
    with pytest.raises(GlossaryError, match="--from en --to es"):
        write(HOUSE, form="deepl")


def test_the_ending_tells_the_format():
    assert [format_of(name) for name in ("a.TBX", "a.csv", "b.tsv", "x.xml")] == ["tbx", "csv", "tsv", "tbx"]
    with pytest.raises(GlossaryError, match="say which: tbx, tbx2, csv"):
        format_of("a.doc")


def test_merging_leaves_out_what_would_contradict_and_names_it(tmp_path):
    path = tmp_path / "names.yaml"
    path.write_text("exonym: 1\nconcepts:\n  kyiv:\n    kind: place\n    names: {en: Kyiv}\n", encoding="utf-8")
    file = GlossaryFile.open(path)
    rows = [
        Concept(id="kyiv", kind="place", names={"es": Names(preferred="Kiev")}),
        Concept(id="odesa", kind="place", names={"en": Names(preferred="Odesa")}),
        Concept(id="wrong", kind="place", names={"en": Names(preferred="Kiew", deprecated=("Kyiv",))}),
        Concept(id="lviv", kind="place", names={"en": Names(preferred="Lviv")}),
    ]
    problems = file.merge(rows)
    assert [(problem.concept, problem.code) for problem in problems] == [("wrong", "G120")]
    file.save()
    assert list(load(path).concepts) == ["kyiv", "odesa", "lviv"]
    assert load(path).concepts["kyiv"].names["es"].preferred == "Kiev"
    clash = Concept(id="kyiv", kind="place", names={"en": Names(preferred="Kyiv", deprecated=("Lviv",))})
    assert [problem.concept for problem in file.merge([clash])] == ["kyiv"]
    assert file.glossary == load(path)


def test_merging_takes_no_name_away(tmp_path):
    path = tmp_path / "names.yaml"
    names = "{preferred: Kiev, admitted: [Kyjiv], deprecated: [Kiew, Kief], forms: {gen: Kieva}}"
    person = "{given: Ann, family: {preferred: Lee, deprecated: [Li]}}"
    path.write_text(
        f"exonym: 1\nconcepts:\n  a: {{kind: place, names: {{en: {names}}}}}\n"
        f"  b: {{kind: person, names: {{en: {person}}}}}\n",
        encoding="utf-8",
    )
    file = GlossaryFile.open(path)
    file.merge(
        [
            Concept(id="a", kind="place", names={"en": Names(preferred="Kyiv", admitted=("Kiew",))}),
            Concept(id="b", kind="person", names={"en": Names(preferred="Ann Lee")}),
        ]
    )
    a, b = (concept.names["en"] for concept in file.glossary.concepts.values())
    assert a == Names(preferred="Kyiv", admitted=("Kyjiv", "Kiew", "Kiev"), deprecated=("Kief",))
    assert b.family.deprecated == ("Li",)
    parts = PersonNames(given=Names(preferred="Anne"), family=Names(preferred="Lee"))
    file.merge([Concept(id="b", kind="person", names={"en": parts})])
    b = file.glossary.concepts["b"].names["en"]
    assert (b.given.admitted, b.family.deprecated) == (("Ann",), ("Li",))


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from('en,es;|"\t\n\r\\:.Kyiv é\u200f'), max_size=80))
def test_any_table_is_read_or_reported(text):
    report = Report()
    concepts = read_table("en,es\n" + text, report=report, kind="term", langs=None)
    assert all(concept.names for concept in concepts)
