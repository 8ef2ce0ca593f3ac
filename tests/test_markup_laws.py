"""Laws of mark-up, over arbitrary strings and over well-formed trees."""

import re
from collections import Counter
from xml.etree import ElementTree

from hypothesis import example, given, settings
from hypothesis import strategies as st
from marked_engines import echo, engine, spanish

from service.errors import InputError
from service.markup import Mark, Marked, carry, translate_markup
from service.markup.tokens import html_tokens, xml_tokens
from service.records import Markup

HTML = Markup(kind="html")
XML = Markup(kind="xml", ignore_tags=frozenset({"x"}))
EXAMPLES = settings(max_examples=150, deadline=None)

WORDS = ["the ", "red ", "house", " dog", ". ", "Kyiv", "\n", "&amp;", "&nbsp;", "<", "&", "中文", "!", " 1"]
TAGS = ["<b>", "</b>", "<i class='a>b'>", "</i>", "<p>", "</p>", "<br>", "<x id=1></x>", "<x/>", "<code>the dog</code>",
        "<!-- the -->", "<a href=", "</a>", "<script>", "</script>", "<pre>", "</pre>", "<sup>1</sup>", "<div>",
        "</div>", "<span translate=no>the</span>", "<![CDATA[the]]>", "<?the?>", "<title>", "<textarea>",
        "<img title=dog src=x>", "<a alt='the dog'>"]  # fmt: skip
SOUP = st.lists(st.sampled_from(WORDS + TAGS), max_size=16).map("".join)
TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=40)
ENGINES = [
    spanish,
    lambda sentence: "",
    lambda sentence: " ".join(reversed(sentence.split(" "))),
    lambda sentence: sentence.upper(),
    lambda sentence: f"<b>&amp; {sentence} </b>]]>",
    lambda sentence: "猫が好き",
]
CHANGES = st.sampled_from(ENGINES)


def tags(text):
    """Return the tags and all else that is no text; what is read in attributes may be another."""
    found = (text[token.start : token.end] for token in html_tokens(text) if token.kind != "text")
    return Counter(re.sub(r"(?<=title=)\S+(?= src=x)|(?<=alt=')[^']*", "", tag) for tag in found)


@EXAMPLES
@given(SOUP | TEXT)
@example("<b><p></b>the</p>")
@example("<a href='")
def test_an_engine_that_changes_nothing_changes_nothing(text):
    assert translate_markup(text, markup=HTML, translate=echo).text == text


@EXAMPLES
@given(SOUP | TEXT, CHANGES)
def test_every_tag_comes_out(text, change):
    result = translate_markup(text, markup=HTML, translate=engine(change))
    assert tags(result.text) == tags(text)


@EXAMPLES
@given(st.text(max_size=60))
def test_tokens_are_the_text(text):
    assert "".join(text[token.start : token.end] for token in html_tokens(text)) == text


def nodes():
    leaf = st.sampled_from(
        ["the red house", "dog", " a &amp; b ", ". The ", "<x id='1'/>", "<x>the &lt; dog</x>", "<!-- c -->", "&#169;"]
    )
    names = st.sampled_from(["b", "i", "p", "doc"])
    return st.recursive(
        st.lists(leaf, max_size=4).map("".join),
        lambda inner: st.lists(
            st.tuples(names, inner, inner).map(lambda parts: f"<{parts[0]} n='1'>{parts[1]}</{parts[0]}>{parts[2]}"),
            max_size=3,
        ).map("".join),
        max_leaves=8,
    )


@EXAMPLES
@given(nodes(), CHANGES, st.booleans())
def test_xml_stays_well_formed_with_the_same_elements(text, change, outline):
    markup = Markup(kind="xml", ignore_tags=frozenset({"x"}), outline=outline)
    result = translate_markup(text, markup=markup, translate=engine(change)).text
    before, after = (ElementTree.fromstring(f"<r>{piece}</r>") for piece in (text, result))
    assert Counter(paths(before)) == Counter(paths(after))
    assert re.findall(r"<x>.*?</x>", result) == re.findall(r"<x>.*?</x>", text) or Counter(
        re.findall(r"<x>.*?</x>", result)
    ) == Counter(re.findall(r"<x>.*?</x>", text))


def paths(root, path=""):
    """Yield the path of each element: nesting may not change, whatever moves."""
    here = f"{path}/{root.tag}"
    yield here
    for child in root:
        yield from paths(child, here)


@EXAMPLES
@given(nodes())
def test_xml_that_is_not_changed(text):
    assert translate_markup(text, markup=XML, translate=echo).text == text
    assert "".join(text[token.start : token.end] for token in xml_tokens(text)) == text


@EXAMPLES
@given(SOUP | st.text(max_size=60))
def test_any_string_is_xml_or_refused(text):
    try:
        result = translate_markup(text, markup=XML, translate=engine(spanish)).text
    except InputError as error:
        assert "XML" in str(error)
    else:
        ElementTree.fromstring(f"<r>{re.sub(r'<[?]the[?]>', '', result)}</r>")


@st.composite
def blocks(draw):
    text = draw(
        st.sampled_from(["the red house and the big dog", "One. Two red dogs! The house?", "x", "", "the 猫 dog"])
    )
    marks = []

    def inside(start, end, parent, depth):
        at = start
        while depth < 3 and at <= end and draw(st.booleans()):
            first = draw(st.integers(at, end))
            last = draw(st.integers(first, end))
            held = draw(st.sampled_from([None, "", "dog", "q"])) if first == last else None
            marks.append(Mark(first, last, "m", parent, held))
            inside(first, last, len(marks) - 1, depth + 1) if first < last else None
            at = last

    inside(0, len(text), -1, 0)
    return Marked(text, tuple(marks))


@EXAMPLES
@given(st.lists(blocks(), max_size=3), CHANGES)
def test_carried_marks_nest_and_do_not_overlap(found, change):
    asked = []
    carried = carry(found, engine(change, asked=asked))
    assert len(asked) <= 1
    for block, done in zip(found, carried, strict=True):
        if done is None:
            assert not any(char.isalpha() for char in block.text)
            continue
        assert len(done.spans) == len(block.marks)
        taken = {}
        for mark, (start, end) in zip(block.marks, done.spans, strict=True):
            low, high = done.spans[mark.parent] if mark.parent >= 0 else (0, len(done.translation.text))
            assert low <= start <= end <= high
            for other in taken.setdefault(mark.parent, []):
                assert end <= other[0] or other[1] <= start
            taken[mark.parent].append((start, end))
