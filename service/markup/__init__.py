"""Mark-up: HTML and XML in, the same mark-up around translated text out.

Nothing is parsed into a tree and written again, since no library gives back every text as it was: the mark-up is cut
into tokens by offset (`tokens`, with expat as the judge of XML), elements are told apart (`elements`), sentences are
read off with their marks (`flows`), translated without them (`carry`), and the marks put back on their words (`place`).
What is not translated is copied byte for byte.
"""

from __future__ import annotations

import html
from dataclasses import replace
from typing import TYPE_CHECKING

import regex

from glossary import Span
from service.markup.carry import carry
from service.markup.elements import elements
from service.markup.flows import flows, write
from service.markup.marked import Carried, Mark, Marked
from service.markup.tokens import html_tokens, xml_tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from glossary import Mention
    from service.markup.flows import Flow, Written
    from service.records import Markup, Translation

__all__ = ["Carried", "Mark", "Marked", "carry", "translate_markup"]

_TAG = regex.compile(r"<!--.*?-->|<[^<>]*+>", regex.DOTALL)


def translate_markup(
    text: str,
    *,
    markup: Markup,
    translate: Callable[[Sequence[str]], Sequence[Translation]],
    xhtml: bool = False,
) -> Translation:
    """Translate the text of an HTML or XML fragment or document, and leave the rest as it is.

    Args:
        translate: takes n plain texts and gives n translations, order kept; called exactly once.
        xhtml: HTML that must stay well-formed XML.
    Returns: a translation whose `text` is mark-up. Every tag of the source is in it, and they nest as they did. The
        spans of its mentions point into the two mark-up texts; their `text` is the name as it is read, so that it
        differs from the slice where that holds references or tags. `lost_marks` says which tags did not find the
        words that they stood on.
    Raises: InputError: the XML is not well-formed, nests too deeply, or declares entities.
    """
    html_kind = markup.kind == "html"
    tokens = list(html_tokens(text, xhtml=xhtml)) if html_kind else xml_tokens(text)
    found = [flow for flow in flows(text, elements(text, tokens, markup), html=html_kind) if flow.block.text.strip()]
    results: list[Translation] = []

    def once(texts: Sequence[str]) -> Sequence[Translation]:
        results.extend(translate(texts))
        return results

    carried = carry([flow.block for flow in found], once)
    first = results[0] if results else translate([""])[0]
    return _joined(text, found, carried, first)


def _joined(text: str, found: Sequence[Flow], carried: Sequence[Carried | None], first: Translation) -> Translation:
    pieces: list[str] = []
    mentions: list[Mention] = []
    lost: list[str] = []
    at = length = 0
    for flow, done in zip(found, carried, strict=True):
        if done is None or done.translation.text == flow.block.text:
            written = None
            piece = text[flow.start : flow.end]
        else:
            written = write(flow, done)
            piece = written.text
            lost += done.lost
        length += flow.start - at
        if done:
            mentions += _mentions(flow, done, written, length)
        pieces += text[at : flow.start], piece
        length += len(piece)
        at = flow.end
    whole = "".join([*pieces, text[at:]])
    placed = tuple(_sliced(mention, text, whole) for mention in mentions)
    return replace(first, text=whole, mentions=placed, lost_marks=tuple(lost))


def _mentions(flow: Flow, done: Carried, written: Written | None, at: int) -> list[Mention]:
    """Move the mentions of a flow into the mark-up; `at` is where the flow stands in the new text."""
    if written:
        starts, ends = written.starts, written.ends
    else:
        starts = tuple(start - flow.start for start in flow.starts)
        ends = tuple(end - flow.start for end in flow.ends)
    moved = []
    for mention in done.translation.mentions:
        source = _span(mention.source, flow.starts, flow.ends, 0)
        target = _span(mention.target, starts, ends, at) if mention.target else None
        moved.append(replace(mention, source=source, target=target))
    return moved


def _span(span: Span, starts: Sequence[int], ends: Sequence[int], at: int) -> Span:
    return Span(starts[span.start] + at, ends[span.end - 1] + at, span.text)


def _sliced(mention: Mention, source: str, target: str) -> Mention:
    """Give the spans the text that their slices show."""
    return replace(
        mention,
        source=_shown(mention.source, source),
        target=_shown(mention.target, target) if mention.target else None,
    )


def _shown(span: Span, text: str) -> Span:
    return replace(span, text=html.unescape(_TAG.sub("", text[span.start : span.end])))
