"""What the elements of a text are to a translator: a boundary, part of a sentence, or none of its business.

Three kinds. A *boundary* ends a sentence (a paragraph, a cell). An *inline* element stands on words of one. An
*opaque* one is copied with all that it holds: scripts, code, what `translate="no"` or `ignore_tags` names.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from service.markup.tokens import attributes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.markup.tokens import Token
    from service.records import Markup

#: HTML elements between which no sentence runs (WHATWG HTML, 15.3, `display: block` and kin), and parts of forms.
BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "button",
        "caption",
        "center",
        "col",
        "colgroup",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "frame",
        "frameset",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "link",
        "main",
        "menu",
        "meta",
        "nav",
        "noscript",
        "ol",
        "optgroup",
        "option",
        "p",
        "pre",
        "search",
        "section",
        "select",
        "slot",
        "summary",
        "table",
        "tbody",
        "td",
        "template",
        "tfoot",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
        "base",
        "basefont",
        "plaintext",
        "xmp",
        "listing",
    }
)
#: HTML whose text is not translated: LibreTranslate's list, and what else is code, a formula or a field's content.
UNTRANSLATED = frozenset(
    {
        "address",
        "applet",
        "audio",
        "canvas",
        "code",
        "embed",
        "iframe",
        "kbd",
        "math",
        "noembed",
        "noframes",
        "object",
        "samp",
        "script",
        "style",
        "svg",
        "textarea",
        "time",
        "var",
        "video",
        "xmp",
    }
)
# Of these, what is no word of a sentence even when it stands in one.
_THINGS = frozenset(
    {
        "applet",
        "audio",
        "canvas",
        "embed",
        "iframe",
        "noembed",
        "noframes",
        "object",
        "script",
        "style",
        "svg",
        "video",
    }
)
_NOTE_TOKENS = 9
_KEPT_SPACE = frozenset({"pre", "listing", "plaintext"})


@dataclass(frozen=True, slots=True)
class Elements:
    """The tokens of a text with what each start tag opens.

    `ends[i]` is the index of the token that closes token i, or of the first one outside where none does. `opaque`,
    `things` and `boundaries` are sets of token indices; close tags are boundaries with their start tags. `kept` is of
    tokens inside which white space counts.
    """

    tokens: Sequence[Token]
    ends: dict[int, int]
    closed: frozenset[int]
    opaque: frozenset[int]
    things: frozenset[int]
    boundaries: frozenset[int]
    kept: frozenset[int]


def elements(text: str, tokens: Sequence[Token], markup: Markup) -> Elements:
    """Match tags and say what each element is."""
    ends, closed = _matched(tokens)
    opaque = frozenset(n for n, token in enumerate(tokens) if n in ends and _opaque(text, token, markup))
    hard = (
        _boundaries_html(tokens, ends, markup) if markup.kind == "html" else _boundaries_xml(text, tokens, ends, markup)
    )
    # What is never closed reaches to the end, and may swallow what comes to stand behind it.
    boundaries = _closed_over(tokens, ends, closed, hard | (opaque - closed))
    things = frozenset(n for n in opaque if markup.kind == "html" and tokens[n].name in _THINGS)
    if markup.kind == "html":
        notes = frozenset(n for n in ends if tokens[n].name == "sup" and _note(text, tokens[n + 1 : ends[n]]))
        opaque, things = opaque | notes, things | notes
    kept: set[int] = set()
    if markup.kind == "html":
        for n in ends:
            if tokens[n].name in _KEPT_SPACE and n not in kept:
                kept.update(range(n, ends[n]))
    return Elements(tokens, ends, frozenset(closed), opaque, things, boundaries, frozenset(kept))


def _matched(tokens: Sequence[Token]) -> tuple[dict[int, int], set[int]]:
    """Return where each element ends, and which of them end with a tag of their own."""
    ends: dict[int, int] = {}
    closed: set[int] = set()
    open_: list[int] = []
    names: Counter[str] = Counter()
    for n, token in enumerate(tokens):
        if token.kind == "open":
            open_.append(n)
            names[token.name] += 1
        elif token.kind == "close" and names[token.name]:
            while True:
                last = open_.pop()
                names[tokens[last].name] -= 1
                ends[last] = n
                if tokens[last].name == token.name:
                    closed.add(last)
                    break
    for last in open_:
        ends[last] = len(tokens)
    return ends, closed


def _opaque(text: str, token: Token, markup: Markup) -> bool:
    if token.name in markup.ignore_tags:
        return True
    if markup.kind == "xml":
        return False
    if token.name in UNTRANSLATED:
        return True
    found = attributes(text, token)
    value = {name: text[slice(*found[name])].strip().lower() for name in ("translate", "class") if name in found}
    return value.get("translate") == "no" or "notranslate" in value.get("class", "").split()


def _note(text: str, inside: Sequence[Token]) -> bool:
    """Tell whether raised text is the mark of a note or an exponent, which would spoil the word before it."""
    texts = [text[token.start : token.end] for token in inside if token.kind == "text"]
    return len(inside) <= _NOTE_TOKENS and not any(char.isalpha() for piece in texts for char in piece)


def _boundaries_html(tokens: Sequence[Token], ends: dict[int, int], markup: Markup) -> set[int]:
    splitting = (BLOCKS | markup.splitting_tags) - markup.non_splitting_tags
    return {n for n, token in enumerate(tokens) if token.name in splitting or _declares(token)}


def _declares(token: Token) -> bool:
    return token.kind == "cdata"


def _boundaries_xml(text: str, tokens: Sequence[Token], ends: dict[int, int], markup: Markup) -> set[int]:
    """Outline: an element is part of a sentence when it stands beside text of its parent."""
    beside: set[int] = set()
    parents: list[int] = []
    open_ = [-1]
    for n, token in enumerate(tokens):
        if token.kind == "close":
            open_.pop()
        parents.append(open_[-1])
        if token.kind == "open":
            open_.append(n)
        elif token.kind == "text" and not text[token.start : token.end].isspace():
            beside.add(open_[-1])
    found = set()
    for n, token in enumerate(tokens):
        if token.kind in ("open", "void"):
            outlined = markup.outline and parents[n] not in beside
            splits = token.name in markup.splitting_tags or (outlined and token.name not in markup.non_splitting_tags)
            if splits:
                found |= {n, ends.get(n, n)}
        elif _declares(token):
            found.add(n)
    return found


def _closed_over(tokens: Sequence[Token], ends: dict[int, int], closed: set[int], hard: set[int]) -> frozenset[int]:
    """Make boundaries of the inline elements that hold one, such as a link around paragraphs."""
    before = list(accumulate((n in hard for n in range(len(tokens))), initial=0))
    found = set(hard)
    for n, end in ends.items():
        if n not in hard and before[end] > before[n + 1]:
            found.add(n)
            if n in closed:
                found.add(end)
    return frozenset(found)
