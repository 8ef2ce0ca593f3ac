"""Documents: a file in, the same file with its text translated out.

Each format is read into blocks of marked text, all blocks of a file are translated in one call, and the marks (bold,
links, notes, pictures) are put back on their words by `service.markup`. Office formats are read from their archives
part by part (`office`, `opendocument`, `epub`), marked-up texts in place (`texts`, `markdown`, `subtitles`). Nothing
is ever written to a disk, and no name from outside is used as a path.

`argos-translate-files` (1.4.4) is not used: it imports `argostranslate.translate`, which downloads when it runs,
translates each run of a sentence by itself, copies footnotes and comments as they are, reads archives without a limit,
and needs beautifulsoup4 4.9.3 and PyMuPDF, whose licence is the AGPL.
"""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from service.errors import InputError, TooLongError
from service.markup import carry
from service.segment import split

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from glossary import Mention
    from service.markup import Carried, Marked
    from service.records import Hop, Translation

MAX_BYTES = 100 << 20
MAX_UNPACKED_BYTES = 512 << 20
_MAX_NAME_CHARS = 120
#: Module and class; a server that is started need not wait for all that they import.
_READERS = {
    "docx": ("office", "Office"),
    "epub": ("epub", "Epub"),
    "htm": ("texts", "Html"),
    "html": ("texts", "Html"),
    "markdown": ("markdown", "Markdown"),
    "md": ("markdown", "Markdown"),
    "odp": ("opendocument", "OpenDocument"),
    "odt": ("opendocument", "OpenDocument"),
    "pptx": ("office", "Office"),
    "srt": ("subtitles", "Subtitles"),
    "txt": ("texts", "Text"),
    "vtt": ("subtitles", "Subtitles"),
    "xhtml": ("texts", "Html"),
    "xlsx": ("office", "Office"),
}
#: The suffixes of the files that can be translated, without their dot.
SUFFIXES = frozenset(_READERS)
#: What a translated file is called in a `Content-Type`.
MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "epub": "application/epub+zip",
    "htm": "text/html",
    "html": "text/html",
    "markdown": "text/markdown",
    "md": "text/markdown",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "srt": "application/x-subrip",
    "txt": "text/plain",
    "vtt": "text/vtt",
    "xhtml": "application/xhtml+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Reader(Protocol):
    """A file of one format, read."""

    blocks: list[Marked]

    def __init__(self, data: bytes, *, what: str, max_bytes: int) -> None:
        """Read a file; `what` is its suffix, and `max_bytes` what it may unpack to."""
        ...

    def written(self, carried: Sequence[Carried | None]) -> bytes:
        """Return the file with its n blocks translated."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A translated file.

    `n_segments` counts the sentences that were translated. Offsets in `mentions` are into the paragraph that holds
    the name, before and after translation. `lost_marks` says in words which mark-up could not be put on its words.
    """

    data: bytes
    file_name: str
    media_type: str
    n_segments: int
    source: str
    target: str
    route: tuple[Hop, ...]
    signature: str
    mentions: tuple[Mention, ...] = ()
    lost_marks: tuple[str, ...] = ()


def translate_document(
    data: bytes,
    *,
    file_name: str,
    translate: Callable[[Sequence[str]], Sequence[Translation]],
    max_bytes: int = MAX_BYTES,
    max_unpacked_bytes: int = MAX_UNPACKED_BYTES,
) -> Document:
    """Translate a file and keep its format.

    Args:
        file_name: says by its suffix, one of `SUFFIXES`, what the file is; never used as a path.
        translate: takes n plain texts and gives n translations into one language, order kept; called once.
        max_bytes: longest file; max_unpacked_bytes: what all its parts may unpack to.
    Raises:
        InputError: a format that is not known, a file that is broken, encrypted, holds macros or was made to do harm,
            or one in which there is nothing to translate: there is never a silent copy.
        TooLongError: the file is larger than a limit.
    """
    suffix = suffix_of(file_name)
    if len(data) > max_bytes:
        raise TooLongError(f"the {suffix} has {len(data)} bytes and {max_bytes} are the limit; split it")
    reader = _reader_for(suffix)(data, what=suffix, max_bytes=max_unpacked_bytes)
    carried = carry(reader.blocks, translate)
    done = [one for one in carried if one is not None]
    n_segments = sum(
        len(split(block.text, lang=one.translation.source).segments)
        for block, one in zip(reader.blocks, carried, strict=True)
        if one is not None
    )
    if not n_segments:
        raise InputError(f"there is nothing to translate in the {suffix}: no paragraph of it has a letter in it")
    first = done[0].translation
    return Document(
        data=reader.written(carried),
        file_name=_renamed(file_name, suffix, first.target),
        media_type=MEDIA_TYPES[suffix],
        n_segments=n_segments,
        source=first.source,
        target=first.target,
        route=first.route,
        signature=first.signature,
        mentions=tuple(mention for one in done for mention in one.translation.mentions),
        lost_marks=tuple(mark for one in done for mark in one.lost),
    )


def _reader_for(suffix: str) -> type[Reader]:
    module, name = _READERS[suffix]
    reader: type[Reader] = getattr(importlib.import_module(f"service.documents.{module}"), name)
    return reader


def suffix_of(file_name: str) -> str:
    """Return the suffix of a file name, lower case and without its dot.

    Raises: InputError: files of this suffix cannot be translated; the message names those that can.

    >>> suffix_of("C:\\\\Texts\\\\Report.DOCX")
    'docx'
    """
    suffix = file_name.rpartition(".")[2].lower() if "." in file_name else ""
    if suffix not in SUFFIXES:
        kind = f"a .{suffix[:20]} file" if suffix else "a file without a suffix"
        known = ", ".join(sorted(SUFFIXES))
        raise InputError(f"{kind} cannot be translated; send one of {known}")
    return suffix


def _renamed(file_name: str, suffix: str, target: str) -> str:
    """Return a name for the translated file: no folders, nothing that a shell or a header would trip over."""
    name = re.split(r"[/\\]", file_name)[-1].rpartition(".")[0]
    stem = re.sub(r"[^\w .()-]+", "_", name).strip(" .")[:_MAX_NAME_CHARS] or "document"
    return f"{stem}_{target}.{suffix}"
