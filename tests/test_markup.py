"""Mark-up: what is translated, what is left alone, and on which words tags come to stand."""

import html
import re
import time

import pytest
from marked_engines import echo, engine, spanish

from glossary import Concept, Glossary, Names
from service.engines import open_engine
from service.errors import InputError
from service.markup import translate_markup, translate_markups
from service.pipeline import Pipeline
from service.records import Markup
from service.settings import Settings

HTML = Markup(kind="html")
XML = Markup(kind="xml")
HOUSE = Glossary(
    {
        "donbas": Concept(
            id="donbas",
            kind="place",
            names={
                "en": Names(preferred="Donbas", deprecated=("Donbass",)),
                "es": Names(preferred="Donbás", deprecated=("Donbas", "Donbass")),
            },
        ),
        "kyiv": Concept(
            id="kyiv",
            kind="place",
            names={
                "en": Names(preferred="Kyiv", deprecated=("Kiev",)),
                "es": Names(preferred="Kiev", deprecated=("Kyiv",)),
            },
        ),
    }
)


def translated(text, *, markup=HTML, change=spanish, glossary=None):
    return translate_markup(text, markup=markup, translate=engine(change, glossary=glossary))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("The <b>red</b> house.", "El casa <b>roja</b>."),
        ("<p>The <a href='x'>red <i>house</i></a> sleeps</p>", "<p>El <a href='x'><i>casa</i> roja</a> duerme</p>"),
        ("<p>The <b><i>red</i></b> house</p>", "<p>El casa <b><i>roja</i></b></p>"),
        ("<b>The house.</b> The dog.", "<b>El casa.</b> El perro."),
        ("The dog. <b>The red house.</b>", "El perro. <b>El casa roja.</b>"),
        ("The dog <b>sleeps. The</b> house.", "El perro <b>duerme. El</b> casa."),
        ('The "<b>house</b>", the (<i>dog</i>)', 'El "<b>casa</b>", el (<i>perro</i>)'),
        ('The <b>"house"</b>, the <i>(dog)</i>', 'El <b>"casa"</b>, el <i>(perro)</i>'),
        ("the <b>red</b> house, the <i>red</i> dog", "el casa <b>roja</b>, el perro <i>roja</i>"),
        ("the <b>dog</b>, the dog, the <i>dog</i>", "el <b>perro</b>, el perro, el <i>perro</i>"),
        ("<span class=cap>T</span>he house", "<span class=cap>E</span>l casa"),
        ("The dog<sup>1</sup> sleeps", "El perro<sup>1</sup> duerme"),
        ("The dog<br>sleeps in the house", "El perro<br>duerme en el casa"),
        ("The dog.<br/>The house", "El perro.<br/>El casa"),
        ("One<br>Dog", "Uno<br>Perro"),
        ("<p>The dog\n   sleeps\nin <b>the\nhouse</b>.", "<p>El perro duerme en <b>el casa</b>."),
        ("<pre>The dog\n  sleeps</pre>", "<pre>El perro\n  duerme</pre>"),
        ("<ul><li>The dog<ul><li>The house</ul></ul>", "<ul><li>El perro<ul><li>El casa</ul></ul>"),
        ("The dog <!-- the dog --> sleeps", "El perro <!-- the dog --> duerme"),
        ("The <img src=a.png> dog", "El <img src=a.png> perro"),
        ("The <b>red house</p>", "El <b>casa roja</p>"),
        ("The red</b> house", "El casa roja</b>"),
        ("<b>The <i>red</b> house</i>", "<b>El casa <i>roja</b></i>"),
        ("a < b, the dog", "un &lt; b, el perro"),
        ("The dog &amp; the house &lt;3 &copy;", "El perro &amp; el casa &lt;3 &copy;"),
        ("The&nbsp;dog &mdash; <b>the house</b>", "El&nbsp;perro &mdash; <b>el casa</b>"),
        ("<title>The house</title><script>the</script>", "<title>El casa</title><script>the</script>"),
        ("<a name=x></a>The dog", "<a name=x></a>El perro"),
        ("<option value='the'>The dog<option>The house", "<option value='the'>El perro<option>El casa"),
    ],
)
def test_html(before, after):
    result = translated(before)
    assert (result.text, result.lost_marks) == (after, ())


@pytest.mark.parametrize(
    "kept",
    [
        "<code>the dog</code>",
        "<kbd>the dog</kbd>",
        "<span translate=no>the dog</span>",
        '<span translate="NO">the  &amp; <b>dog</b></span>',
        '<i class="big notranslate">the dog</i>',
        "<time>the dog</time>",
        "<var></var>",
        "<x id='7'></x>",
        "<svg><text>the dog</text></svg>",
        "<script>if (the < dog) {}</script>",
    ],
)
@pytest.mark.parametrize("frame", ["{}", "{} sleeps", "The house {}", "<p>Read {} now, the dog.</p>"])
def test_what_is_not_translated_in_html(kept, frame):
    text = frame.format(kept)
    result = translated(text)
    assert result.text.count(kept) == 1
    before, _, after = result.text.partition(kept)
    ours, _, theirs = text.partition(kept)
    assert before == spanish(ours)
    assert after == spanish(theirs)


def test_a_block_that_is_not_translated():
    text = "<p>The dog</p><address>The house</address><div translate=no><p>The dog</p></div><p>The house"
    assert translated(text).text == text.replace("<p>The dog", "<p>El perro", 1).replace("<p>The house", "<p>El casa")


def test_a_placeholder_keeps_its_place_where_words_move():
    text = 'Hello <x id="1"></x>, the red <x id="2"></x> house have <x id="3"></x> new messages'
    result = translated(text)
    tags = re.findall(r'<x id="\d"></x>', result.text)
    assert sorted(tags) == [f'<x id="{n}"></x>' for n in (1, 2, 3)]
    assert result.text.startswith('Hola <x id="1"></x>, ')
    assert result.text.endswith('<x id="3"></x> nuevos mensajes')


def test_held_text_is_seen_by_the_engine_but_not_changed():
    asked = []
    result = translate_markup("Run <code>the house</code> now", markup=HTML, translate=engine(spanish, asked=asked))
    assert result.text == "Ejecuta <code>the house</code> ahora"
    assert len(asked) == 1
    assert "Run the house now" in asked[0]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<img alt="The red house">', '<img alt="El casa roja">'),
        ("<p>The <a title='The dog' href=x>red</a> house", "<p>El casa <a title='El perro' href=x>roja</a>"),
        ("<img alt=House>", "<img alt=Casa>"),
        ('<img alt="a &quot;big&quot; dog" title="">', '<img alt="un &quot;grande&quot; perro" title="">'),
        ('<a title="http://the.dog" alt="the/dog.png" data-title="the dog">1</a>', None),
        ('<code title="the dog">the dog</code><p translate=no title="the dog"><b title="the dog"></b></p>', None),
        ('<input value="the dog" placeholder="the dog"/>', '<input value="the dog" placeholder="el perro"/>'),
    ],
)
def test_attributes_that_are_read(before, after):
    assert translated(before).text == (after or before)


def test_mentions_are_true_beside_attributes_that_change():
    text = '<p title="the red house">the <b>war</b> in <i title="the old city">Donbass</i></p>'
    result = translated(text, glossary=HOUSE)
    assert 'title="el ciudad viejo"' in result.text
    (mention,) = result.mentions
    assert text[mention.source.start : mention.source.end] == "Donbass"
    assert result.text[mention.target.start : mention.target.end] == "Donbás"


@pytest.mark.parametrize("quote", ["'", '"', ""])
def test_what_an_engine_writes_cannot_leave_an_attribute(quote):
    result = translated(f"<img alt={quote}dog{quote} src=x>", change=lambda sentence: """a' b" c>`<script>=&""")
    assert len(re.findall("<", result.text)) == 1
    assert result.text.endswith(f"{quote} src=x>")
    (value,) = re.findall(rf"alt={quote}(.*?){quote} src", result.text)
    assert html.unescape(value) == """a' b" c>`<script>=&"""


def test_many_texts_go_in_one_call():
    asked = []
    texts = ["<p>The <b>red</b> house", "<i>1</i>", "", "The dog<br>", "<p>The <b>red</b> house"]
    results = translate_markups(texts, markup=HTML, translate=engine(spanish, asked=asked))
    assert [result.text for result in results] == [translated(text).text for text in texts]
    assert len(asked) == 1
    assert translate_markups([], markup=HTML, translate=engine(spanish)) == []


def test_an_engine_that_loses_everything_loses_no_tag():
    text = '<p>The <b>red <i>dog</i></b> sleeps<br>in <x id="1"></x> <code>the</code> house.</p>'
    result = translated(text, change=lambda sentence: "Nada." if "house" in sentence else "¿?")
    assert sorted(re.findall(r"<[^>]+>", result.text)) == sorted(re.findall(r"<[^>]+>", text))
    assert len(result.lost_marks) >= 2
    assert any('<b> around "red dog"' in line for line in result.lost_marks)


def test_inflected_words_are_found():
    changes = {"The old city": "La ciudad vieja", "old": "viejo", "city": "ciudad"}
    result = translated("The <b>old</b> city", change=lambda sentence: changes[sentence])
    assert (result.text, result.lost_marks) == ("La ciudad <b>vieja</b>", ())


def test_an_unknown_word_is_reported():
    changes = {"The old city": "La villa antigua", "old": "viejo"}
    result = translated("The <b>old</b> city", change=lambda sentence: changes[sentence])
    assert result.text.count("<b>") == result.text.count("</b>") == 1
    assert len(result.lost_marks) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>The war in <b>Donbass</b>.</p>", "<p>El guerra en <b>Donbás</b>.</p>"),
        ("<p>In Donbass &amp; <i>Kyiv</i></p>", "<p>En Donbás &amp; <i>Kiev</i></p>"),
        ("<p><b>Don</b>bass and Kiev", "<p><b>Don</b>bás y Kiev"),
        ("<p>News.\n\n  From <a href=x>Kiev</a>", "<p>Noticias. Desde <a href=x>Kiev</a>"),
    ],
)
def test_mentions_point_into_both_texts(before, after):
    result = translated(before, glossary=HOUSE)
    assert result.text == after
    assert result.mentions
    for mention in result.mentions:
        for text, span in ((before, mention.source), (after, mention.target)):
            assert html.unescape(re.sub("<[^>]*>", "", text[span.start : span.end])) == span.text
    assert {mention.target.text for mention in result.mentions} <= {"Donbás", "Kiev"}


def test_mentions_of_text_that_did_not_change():
    text = "<p>&laquo;<b>Donbás</b>&raquo;</p>"
    glossary = Glossary(
        {"d": Concept(id="d", kind="place", names=dict.fromkeys(("en", "es"), Names(preferred="Donbás")))}
    )
    (mention,) = translated(text, change=lambda sentence: sentence, glossary=glossary).mentions
    assert text[mention.source.start : mention.source.end] == "Donbás"
    assert mention.source == mention.target


def test_nothing_to_translate_still_says_how():
    result = translated("<p>1 2 3</p>")
    assert (result.text, result.source, result.target) == ("<p>1 2 3</p>", "en", "es")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>The <b>red</b> house</p>", "<p>El casa <b>roja</b></p>"),
        ('Hello <x id="7"/>, the dog', 'Hola <x id="7"/>, el perro'),
        ("<a>the dog</a><b>the house</b>", "<a>el perro</a><b>el casa</b>"),
        ("<a><![CDATA[the dog <b> & ]]></a>", "<a><![CDATA[el perro <b> & ]]></a>"),
        (
            "<?xml version='1.0'?><!DOCTYPE a SYSTEM 'x'><a>dog</a>",
            "<?xml version='1.0'?><!DOCTYPE a SYSTEM 'x'><a>perro</a>",
        ),
        ("<a t='>'>dog &#38; &gt; house</a>", "<a t='>'>perro &#38; &gt; casa</a>"),
        ("<ns:Title>The dog</ns:Title>", "<ns:Title>El perro</ns:Title>"),
    ],
)
def test_xml(before, after):
    result = translated(before, markup=XML)
    assert (result.text, result.lost_marks) == (after, ())


def test_ignored_tags_of_xml_are_copied():
    text = 'The <x>dog <y>a &amp; b</y>\n</x> sleeps in <x id="1"></x> house'
    result = translated(text, markup=Markup(kind="xml", ignore_tags=frozenset({"x"})))
    assert result.text == 'El <x>dog <y>a &amp; b</y>\n</x> duerme en <x id="1"></x> casa'


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ({}, ["the red", "house", "the dog"]),
        ({"outline": False}, ["the red house the dog"]),
        ({"outline": False, "splitting_tags": frozenset({"par"})}, ["the red house", "the dog"]),
        ({"non_splitting_tags": frozenset({"i"})}, ["the red house", "the dog"]),
    ],
)
def test_where_sentences_of_xml_end(options, asked):
    calls = []
    text = "<doc><par><i>the red</i> <i>house</i></par> <par>the dog</par></doc>"
    translate_markup(text, markup=Markup(kind="xml", **options), translate=engine(spanish, asked=calls))
    blocks = [text for text in calls[0] if text in asked]
    assert blocks == asked


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("the dog & house", "line 1, column 10"),
        ("the\n  <b>dog</i>", "line 2, column 11"),
        ("dog</exonym><exonym>", "never opened"),
        ("<a>dog", "not well-formed"),
        ("&nbsp;dog", "undefined entity"),
        ("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "declares entities"),
        ("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", "declares entities"),
        ("<a>" * 300 + "dog" + "</a>" * 300, "256"),
        ("dog\ud800", "surrogate"),
        ("dog\x00", "not well-formed"),
    ],
)
def test_xml_that_is_refused(text, says):
    with pytest.raises(InputError, match=re.escape(says)):
        translated(text, markup=XML)


@pytest.mark.parametrize(
    "text",
    ["<b>dog</b> " * 4000, "<b>" * 20000 + "dog", "dog<x></x> " * 3000, "<" * 50000, "<a " * 50000,
     "</b>" * 20000 + "dog", "<b>dog" * 5000, "&amp" * 50000, "<a href='" * 20000, "<!--" * 20000,
     "<p>" * 20000 + "dog"],
    ids=lambda text: text[:8],
)  # fmt: skip
def test_hostile_html_is_quick(text):
    started = time.process_time()
    assert translate_markup(text, markup=HTML, translate=echo).text == text
    result = translated(text)
    assert sorted(re.findall(r"</?\w+[^<>]*>", result.text)) == sorted(re.findall(r"</?\w+[^<>]*>", text))
    assert time.process_time() - started < 20


@pytest.fixture(scope="module")
def argos(tmp_path_factory, argos_settings):
    del tmp_path_factory
    opened = open_engine("argos", argos_settings)
    yield Pipeline({"argos": opened}, HOUSE)
    opened.close()


@pytest.fixture(scope="module")
def apertium():
    opened = open_engine("apertium", Settings())
    yield Pipeline({"apertium": opened}, HOUSE)
    opened.close()


def through(pipeline):
    return lambda texts: [pipeline.translate(text, source="en", targets=["es"])[0] for text in texts]


@pytest.mark.parametrize("kind", ["argos", "apertium"])
@pytest.mark.parametrize(
    "text",
    [
        "<p>The officials spoke in <b>Donbass</b> and <a href='u'>Kiev</a>.</p>",
        "<ul><li><i>The city</i> is near the river.</li><li>See <code>Donbass</code> now.</li></ul>",
    ],
)
def test_real_engines(kind, text, request):
    pipeline = request.getfixturevalue(kind)
    result = translate_markup(text, markup=HTML, translate=through(pipeline))
    assert re.findall(r"<[^>]+>", result.text) == re.findall(r"<[^>]+>", text)
    assert result.text != text
    assert "<code>Donbass</code>" in result.text or "<b>Donbás</b>" in result.text
    assert len(result.signature) > len("exonym")


def test_apertium_puts_tags_on_moved_words(apertium):
    result = translate_markup(
        "<p>The <b>red</b> house of the <i>white</i> dog.</p>", markup=HTML, translate=through(apertium)
    )
    assert result.text == "<p>La casa <b>roja</b> del perro <i>blanco</i>.</p>"
    assert result.lost_marks == ()
