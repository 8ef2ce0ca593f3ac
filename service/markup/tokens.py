"""Cut HTML and XML into tokens by offset; every character belongs to exactly one, so nothing is ever lost or changed.

HTML is read as browsers read it (WHATWG HTML, 13.2.5 Tokenization), as far as where a tag ends goes; whatever is no
mark-up there is text. XML must be well-formed: expat judges, so that what is cut here is what any reader would see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from xml.parsers import expat

import regex

from service.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH = 256

_START = regex.compile(
    r"<([a-zA-Z][^\s/>]*+)"
    r"((?:[\s/]++|[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+|(?=>)))?+)*+)>"
)
_END = regex.compile(r"</([a-zA-Z][^\s/>]*+)[^>]*+>")
_COMMENT = regex.compile(r"<!--(?:-?>|.*?(?:--!?>|\Z))", regex.DOTALL)
_CDATA = regex.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)", regex.DOTALL)
_BOGUS = regex.compile(r"<(?:[!?]|/(?![a-zA-Z]))[^>]*+(?:>|\Z)")
_ATTRIBUTE = regex.compile(r"([^\s/>=][^\s/>=]*+)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>\"'][^\s>]*+)))?+")
_XML_START = regex.compile(r"<([^\s/>!?]++)((?:[^\"'>/]|\"[^\"]*+\"|'[^']*+'|/(?!>))*+)(/?)>")
_XML_END = regex.compile(r"</([^\s>]++)\s*+>")
_XML_OTHER = regex.compile(r"<!--.*?-->|<\?.*?\?>|<!DOCTYPE(?:[^\"'>\[]|\"[^\"]*+\"|'[^']*+')*+>", regex.DOTALL)

_PROLOG = regex.compile(r"\ufeff?+[ \t\r\n]*+(?:<\?xml\s.*?\?>)?+(?:[ \t\r\n]++|<!--.*?-->|<\?.*?\?>)*+", regex.DOTALL)
_DOCTYPE = regex.compile(r"<!DOCTYPE(?:[^\"'>\[]|\"[^\"]*+\"|'[^']*+')*+>")

_RAW = frozenset(
    {
        "script",
        "style",
        "xmp",
        "iframe",
        "noembed",
        "noframes",
        "textarea",
        "title",
    }
)
VOID = frozenset(
    {
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    }
)

Kind = Literal["text", "open", "close", "void", "cdata", "other"]


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of mark-up or text: `text[start:end]`; `name` is that of its element, lower case in HTML."""

    kind: Kind
    start: int
    end: int
    name: str = ""


def html_tokens(text: str, *, xhtml: bool = False) -> Iterator[Token]:
    """Cut HTML into tokens; any text is accepted. `xhtml`: `/>` ends every element and `<![CDATA[` opens text."""
    at = start = 0
    raw = ""
    while (at := text.find("<", at)) >= 0:
        token = _raw_end(text, at, raw) if raw else _html_token(text, at, xhtml)
        if token is None:
            at += 1
            continue
        if start < at:
            yield Token("text", start, at)
        yield token
        at = start = token.end
        raw = token.name if token.kind == "open" and token.name in _RAW else ""
    if start < len(text):
        yield Token("text", start, len(text))


def _html_token(text: str, at: int, xhtml: bool) -> Token | None:
    if found := _START.match(text, at):
        name = found[1].lower()
        closed = found[2].endswith("/") and (xhtml or name not in _RAW)
        return Token("void" if closed or (name in VOID and not xhtml) else "open", at, found.end(), name)
    if found := _END.match(text, at):
        return Token("close", at, found.end(), found[1].lower())
    if xhtml and (found := _CDATA.match(text, at)):
        return Token("cdata", at, found.end())
    if found := _COMMENT.match(text, at) or _BOGUS.match(text, at):
        return Token("other", at, found.end())
    # A tag that never ends is, to a browser, no text: it and all after it are left alone.
    return Token("other", at, len(text)) if regex.match(r"</?[a-zA-Z]", text[at : at + 3]) else None


def _raw_end(text: str, at: int, name: str) -> Token | None:
    found = _END.match(text, at)
    return Token("close", at, found.end(), name) if found and found[1].lower() == name else None


def attributes(text: str, token: Token) -> dict[str, tuple[int, int]]:
    """Return where the value of each attribute of a start tag stands in `text`; the first of equal names counts."""
    found: dict[str, tuple[int, int]] = {}
    at = token.start + 1 + len(token.name)
    for match in _ATTRIBUTE.finditer(text, at, token.end - 1):
        group = next((n for n in (2, 3, 4) if match[n] is not None), 0)
        found.setdefault(match[1].lower(), match.span(group) if group else (match.end(), match.end()))
    return found


def xml_tokens(text: str) -> list[Token]:
    """Cut an XML document or fragment into tokens.

    Raises: InputError: not well-formed, nested too deeply, or with a document type that declares something.
    """
    _judge(text)
    tokens, at = [], 0
    while at < len(text):
        token = _xml_token(text, at)
        tokens.append(token)
        at = token.end
    return tokens


def _xml_token(text: str, at: int) -> Token:
    if text[at] != "<":
        end = text.find("<", at)
        return Token("text", at, len(text) if end < 0 else end)
    if found := _XML_START.match(text, at):
        return Token("void" if found[3] else "open", at, found.end(), found[1])
    if found := _XML_END.match(text, at):
        return Token("close", at, found.end(), found[1])
    if found := _CDATA.match(text, at):
        return Token("cdata", at, found.end())
    if found := _XML_OTHER.match(text, at):
        return Token("other", at, found.end())
    raise InputError(f"the XML cannot be read at character {at}; send well-formed XML")


def _judge(text: str) -> None:
    """Let expat read the text inside an element of ours, so that a fragment is judged as a document is."""
    start = _PROLOG.match(text)
    at = start.end() if start else 0
    if text.startswith("<!DOCTYPE", at) and not _DOCTYPE.match(text, at):
        raise InputError(
            f"the XML declares entities or elements of its own in {_where(text, at)}; these are never read: "
            "remove the declarations in the document type"
        )
    parser = expat.ParserCreate()
    depth = 0

    def opened(name: str, _: object) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH + 1:
            raise InputError(
                f"the XML nests more than {MAX_DEPTH} elements at <{name}>, line {parser.CurrentLineNumber}; flatten it"
            )

    def closed(_: str) -> None:
        nonlocal depth
        depth -= 1
        if depth == 0 and parser.CurrentByteIndex < length:
            raise InputError("the XML closes an element that it never opened; send well-formed XML")

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    try:
        inner = _blanked(text).encode()
        length = len(inner) + len("<exonym>")
        parser.Parse(b"<exonym>" + inner + b"</exonym>", True)
    except UnicodeEncodeError:
        raise InputError("the XML holds half a surrogate pair, which no encoding can write; remove it") from None
    except expat.ExpatError as error:
        column = error.offset - (len("<exonym>") if error.lineno == 1 else 0)
        raise InputError(
            f"the XML is not well-formed in line {error.lineno}, column {max(column, 0) + 1}: "
            f"{expat.ErrorString(error.code)}; send well-formed XML, with & written as &amp; and < as &lt;"
        ) from None


def _blanked(text: str) -> str:
    """Return the text with its declaration and document type, which may stand only at the start, blanked out."""
    start = _PROLOG.match(text)
    at = start.end() if start else 0
    found = _DOCTYPE.match(text, at)
    head = found.end() if found else at
    return regex.sub(r"[^\n]", " ", text[:head]) + text[head:]


def _where(text: str, at: int) -> str:
    return f"line {text.count(chr(10), 0, at) + 1}"
