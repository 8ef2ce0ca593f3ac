"""Mark-up: HTML and XML in, the same mark-up around translated text out.

Nothing is parsed into a tree and written again, since no library gives back every text as it was: the mark-up is cut
into tokens by offset (`tokens`, with expat as the judge of XML), elements are told apart (`elements`), sentences are
read off with their marks (`flows`), translated without them (`carry`), and the marks put back on their words (`place`).
What is not translated is copied byte for byte.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from service.markup.carry import carry
from service.markup.marked import Carried, Mark, Marked
from service.markup.page import Page, read_page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from service.records import Markup, Translation

__all__ = ["Carried", "Mark", "Marked", "Page", "carry", "read_page", "translate_markup"]


def translate_markup(
    text: str,
    *,
    markup: Markup,
    translate: Callable[[Sequence[str]], Sequence[Translation]],
) -> Translation:
    """Translate the text of an HTML or XML fragment or document, and leave the rest as it is.

    Args:
        translate: takes n plain texts and gives n translations, order kept; called exactly once.
    Returns: a translation whose `text` is mark-up. Every tag of the source is in it, and they nest as they did. The
        spans of its mentions point into the two mark-up texts; their `text` is the name as it is read, so that it
        differs from the slice where that holds references or tags. `lost_marks` says which tags did not find the
        words that they stood on.
    Raises: InputError: the XML is not well-formed, nests too deeply, or declares entities.
    """
    page = read_page(text, markup=markup)
    results: list[Translation] = []

    def once(texts: Sequence[str]) -> Sequence[Translation]:
        results.extend(translate(texts))
        return results

    carried = carry(page.blocks, once)
    first = results[0] if results else translate([""])[0]
    whole, mentions, lost = page.written(carried)
    return replace(first, text=whole, mentions=mentions, lost_marks=lost)
