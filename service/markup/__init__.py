"""Mark-up: HTML and XML in, the same mark-up around translated text out.

Nothing is parsed into a tree and written again, since no library gives back every text as it was: the mark-up is cut
into tokens by offset (`tokens`, with expat as the judge of XML), elements are told apart (`elements`), sentences are
read off with their marks (`flows`), translated without them (`carry`), and the marks put back on their words (`place`).
What is not translated is copied byte for byte. In HTML, attributes that people read (`values`: alt, title, aria-label,
placeholder) are translated, too; LibreTranslate leaves them, and a page half in another language.
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

__all__ = ["Carried", "Mark", "Marked", "Page", "carry", "read_page", "translate_markup", "translate_markups"]


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
    return translate_markups([text], markup=markup, translate=translate)[0]


def translate_markups(
    texts: Sequence[str],
    *,
    markup: Markup,
    translate: Callable[[Sequence[str]], Sequence[Translation]],
) -> list[Translation]:
    """Translate n texts as `translate_markup` does, all in one call of `translate`."""
    pages = [read_page(text, markup=markup) for text in texts]
    results: list[Translation] = []

    def once(pieces: Sequence[str]) -> Sequence[Translation]:
        results.extend(translate(pieces))
        return results

    carried = carry([block for page in pages for block in page.blocks], once)
    if texts and not results:
        results.extend(translate([""]))  # nothing to translate, but the answer still says by which way it came
    done, at = [], 0
    for page in pages:
        n = len(page.blocks)
        own = next((one.translation for one in carried[at : at + n] if one), results[0])
        whole, mentions, lost = page.written(carried[at : at + n])
        done.append(replace(own, text=whole, mentions=mentions, lost_marks=lost))
        at += n
    return done
