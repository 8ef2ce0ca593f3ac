"""A text in mark-up, read once and written again with other words in it."""

from __future__ import annotations

import html
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import regex

from glossary import Span
from service.markup.elements import elements
from service.markup.flows import flows, write
from service.markup.tokens import html_tokens, xml_tokens
from service.markup.values import values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glossary import Mention
    from service.markup.flows import Flow, Written
    from service.markup.marked import Carried, Marked
    from service.records import Markup

_TAG = regex.compile(r"<!--.*?-->|<[^<>]*+>", regex.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """A mark-up text with its flows and its attribute values: n blocks in all."""

    text: str
    flows: tuple[Flow, ...]
    values: tuple[Flow, ...]
    markup: Markup
    xhtml: bool

    @property
    def blocks(self) -> list[Marked]:
        """Return the n blocks to be translated."""
        return [flow.block for flow in (*self.flows, *self.values)]

    def written(self, carried: Sequence[Carried | None]) -> tuple[str, tuple[Mention, ...], tuple[str, ...]]:
        """Return the text with n translated blocks in place, the mentions with offsets into it, and the lost marks.

        Names in attributes are held as any, but not among the mentions.
        """
        n = len(self.flows)
        now = self._with_values(carried[n:])
        return _joined(self, now, carried[:n])

    def _with_values(self, carried: Sequence[Carried | None]) -> Page:
        """Return the page with translated attributes, which change nothing else of it."""
        pieces: list[str] = []
        at = 0
        for flow, done in zip(self.values, carried, strict=True):
            new = done.translation.text if done else ""
            # Without quotes, nothing in the place of a value would take the next attribute for it.
            if done and new.strip() and new != flow.block.text:
                pieces += self.text[at : flow.start], write(flow, done).text
                at = flow.end
        if not pieces:
            return self
        return read_page("".join([*pieces, self.text[at:]]), markup=self.markup, xhtml=self.xhtml)


def read_page(text: str, *, markup: Markup, xhtml: bool = False) -> Page:
    """Read HTML or XML.

    Args: xhtml: HTML that must stay well-formed XML.
    Raises: InputError: the XML is not well-formed, nests too deeply, or declares entities.
    """
    html_kind = markup.kind == "html"
    tokens = list(html_tokens(text, xhtml=xhtml)) if html_kind else xml_tokens(text)
    found = elements(text, tokens, markup)
    read = tuple(flow for flow in flows(text, found, html=html_kind) if flow.block.text.strip())
    return Page(text, read, tuple(values(text, found)) if html_kind else (), markup, xhtml)


def _joined(
    page: Page, now: Page, carried: Sequence[Carried | None]
) -> tuple[str, tuple[Mention, ...], tuple[str, ...]]:
    """Put translated flows into `now`, which is `page` with other attributes."""
    pieces: list[str] = []
    mentions: list[Mention] = []
    lost: list[str] = []
    at = length = 0
    for was, flow, done in zip(page.flows, now.flows, carried, strict=True):
        if done is None or done.translation.text == flow.block.text:
            written = None
            piece = now.text[flow.start : flow.end]
        else:
            written = write(flow, done)
            piece = written.text
            lost += done.lost
        length += flow.start - at
        if done:
            mentions += _mentions(was, flow, done, written, length)
        pieces += now.text[at : flow.start], piece
        length += len(piece)
        at = flow.end
    whole = "".join([*pieces, now.text[at:]])
    return whole, tuple(_sliced(mention, page.text, whole) for mention in mentions), tuple(lost)


def _mentions(was: Flow, flow: Flow, done: Carried, written: Written | None, at: int) -> list[Mention]:
    """Move the mentions of a flow into the mark-up; `at` is where the flow stands in the new text."""
    if not done.translation.mentions:
        return []
    if written:
        starts, ends = list(written.starts), list(written.ends)
    else:
        starts, ends = [start - flow.start for start in flow.starts], [end - flow.start for end in flow.ends]
    moved = []
    for mention in done.translation.mentions:
        source = _span(mention.source, was.starts, was.ends, 0)
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
