"""Plain text and HTML files: their encoding, and what is translated of them."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

import regex

from service.errors import InputError
from service.markup import Carried, Marked, read_page
from service.records import Markup

if TYPE_CHECKING:
    from collections.abc import Sequence

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = regex.compile(rb"<meta\s[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", regex.IGNORECASE)
_XML = regex.compile(rb"\A\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_PRESCAN_BYTES = 4096
_ROOT = regex.compile(r"<html\s[^<>]*+>", regex.IGNORECASE)
HTML = Markup(kind="html")


def decode(data: bytes, *, what: str, encoding: str = "") -> tuple[str, bytes, str]:
    """Decode a text file.

    Args: encoding: what the file itself declares; counts unless the file begins with a byte order mark.
    Returns: text, byte order mark, and the name of the encoding.
    Raises: InputError: no text, or in an encoding that nothing tells; a guess could garble every word.
    """
    bom, name = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", encoding or "utf-8"))
    try:
        text = data[len(bom) :].decode(name)
    except UnicodeDecodeError as error:
        raise InputError(
            f"the {what} is not {name.upper()} at byte {error.start + len(bom)}; save it as UTF-8"
        ) from None
    except LookupError:
        raise InputError(f"the {what} declares the encoding {name!r}, which is not known; save it as UTF-8") from None
    if "\x00" in text:
        raise InputError(f"the {what} is no text: it holds a NUL character; give the file the suffix of what it is")
    return text, bom, name


class Text:
    """A .txt file: one block, so that offsets of names are those of the file."""

    def __init__(self, data: bytes, *, what: str, max_bytes: int) -> None:
        del max_bytes
        self._text, self._bom, self._encoding = decode(data, what=what)
        self.blocks = [Marked(self._text)]

    def written(self, carried: Sequence[Carried | None]) -> bytes:
        """Return the file with its translated text, in the encoding that it had."""
        text = carried[0].translation.text if carried[0] else self._text
        return self._bom + text.encode(self._encoding)


class Html:
    """An .html file; what its encoding cannot write becomes a character reference."""

    def __init__(self, data: bytes, *, what: str, max_bytes: int) -> None:
        del max_bytes
        text, self._bom, self._encoding = decode(data, what=what, encoding=declared(data))
        self._page = read_page(text, markup=HTML, xhtml=text.lstrip().startswith("<?xml"))
        self.blocks = self._page.blocks

    def written(self, carried: Sequence[Carried | None]) -> bytes:
        """Return the file with its translated text."""
        text = relabelled(self._page.written(carried)[0], carried)
        return self._bom + text.encode(self._encoding, "xmlcharrefreplace")


def relabelled(page: str, carried: Sequence[Carried | None]) -> str:
    """Return an HTML page that says it is in the language that it was translated into, if it named the old one."""
    done = next((one.translation for one in carried if one is not None), None)
    if done is None:
        return page
    source = regex.escape(done.source.partition("-")[0])

    def named(root: regex.Match[str]) -> str:
        value = rf"(\s(?:xml:)?lang\s*=\s*)([\"']){source}(?:-[\w-]+)?\2"
        return regex.sub(value, rf"\1\2{done.target}\2", root[0], flags=regex.IGNORECASE)

    return _ROOT.sub(named, page, count=1)


def declared(data: bytes) -> str:
    """Return the encoding that an HTML or XML file declares, if any."""
    found = _XML.search(data[:_PRESCAN_BYTES]) or _META.search(data[:_PRESCAN_BYTES])
    name = found[1].decode("ascii").lower() if found else ""
    # A declaration that could be read byte by byte is not in UTF-16, whatever it says (WHATWG HTML, 13.2.3.2); and
    # Latin-1 means Windows-1252 on the web (WHATWG Encoding, 4.2).
    if name.startswith(("utf-16", "utf-32")):
        return "utf-8"
    return "cp1252" if name in ("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii") else name
