"""XML trees of office documents: read safely, and their paragraphs as marked text.

A paragraph is a row of *atoms*: text in a format, things such as pictures, separators such as tabs. Sentences do not
run over separators. The format that most of the text has is taken as that of the paragraph; stretches in another are
marks, and so are links. Formats are told apart by what they look like, since programs cut text into runs at random.
"""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from lxml import etree

from service.errors import InputError, TooLongError
from service.markup import Mark, Marked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.markup import Carried

_PARSER = etree.XMLParser(  # also without entities: what a part declares, it is refused for
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
)
_MAX_MARKS = 400
MAX_PART_BYTES = 64 << 20  # a tree takes about ten times as much


def parse(data: bytes, *, part: str) -> etree._Element:
    """Parse a part of a document.

    Raises:
        TooLongError: more than `MAX_PART_BYTES`.
        InputError: not well-formed, nested too deeply, or with a document type, which could declare entities.
    """
    if len(data) > MAX_PART_BYTES:
        raise TooLongError(
            f"the part {part} has {len(data) >> 20} MiB of XML, and {MAX_PART_BYTES >> 20} are the limit; "
            "split the document"
        )
    try:
        root = etree.fromstring(data, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InputError(f"the part {part} is not well-formed ({error}); open the document and save it anew") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise InputError(f"the part {part} has a document type, which could declare entities; save the document anew")
    return root


def serialise(root: etree._Element) -> bytes:
    """Write a tree as a part of a document."""
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)


@dataclass(frozen=True)
class Format:
    """How a stretch of text looks: `key` tells formats apart; `make` the element that text or a thing is put into."""

    key: str
    elements: tuple[etree._Element, ...] = ()


@dataclass(frozen=True)
class Thing:
    """An element that is moved as a whole, and those of which copies go around it, from the outside in."""

    element: etree._Element
    around: tuple[etree._Element, ...] = ()

    def moved(self) -> etree._Element:
        """Take the element out of where it stands, into copies of what goes around it."""
        return nested([self.element], self.around)[0]  # type: ignore[return-value]


@dataclass(eq=False)
class Wrapper:
    """What stands around text and belongs to it, such as a link: an element, or parts before and after."""

    name: str
    element: etree._Element | None = None
    inside: etree._Element | None = None
    before: tuple[Thing, ...] = ()
    after: tuple[Thing, ...] = ()


@dataclass(frozen=True)
class Atom:
    """A piece of a paragraph: text in a format, or things that stand among it or part it.

    `held` is as in `service.markup.Mark`.
    """

    kind: Literal["text", "thing", "separator"]
    text: str = ""
    format: Format = Format("")
    things: tuple[Thing, ...] = ()
    wrappers: tuple[Wrapper, ...] = ()
    name: str = ""
    held: str | None = None


class Dialect(Protocol):
    """What differs between document formats."""

    def atoms(self, paragraph: etree._Element) -> Iterator[Atom]:
        """Take a paragraph apart."""
        ...

    def kept(self, child: etree._Element) -> bool:
        """Tell whether a child of a paragraph is none of its atoms, such as its properties."""
        ...

    def text(self, text: str, format_: Format) -> list[etree._Element | str]:
        """Return text in a format as elements."""
        ...


@dataclass
class Paragraph:
    """A paragraph of a document, read as n blocks."""

    element: etree._Element
    dialect: Dialect
    pieces: list[_Piece] = field(default_factory=list)

    @property
    def blocks(self) -> list[Marked]:
        """Return the n blocks to be translated."""
        return [piece.block for piece in self.pieces]

    def write(self, carried: Sequence[Carried | None]) -> None:
        """Put n translated blocks into the document; a paragraph in which nothing changed is not touched."""
        changed = [
            done is not None and done.translation.text != piece.block.text
            for piece, done in zip(self.pieces, carried, strict=True)
        ]
        if not any(changed):
            return
        nodes: list[etree._Element | str] = []
        for piece, done in zip(self.pieces, carried, strict=True):
            nodes += piece.nodes(done, self.dialect)
            nodes += [thing.moved() for thing in piece.separator]
        _refill(self.element, nodes, self.dialect)


@dataclass
class Parts:
    """The parts of a document that hold text, by name, and their paragraphs."""

    roots: dict[str, etree._Element]
    paragraphs: list[Paragraph]

    @property
    def blocks(self) -> list[Marked]:
        """Return the blocks of all paragraphs."""
        return [block for paragraph in self.paragraphs for block in paragraph.blocks]

    def written(self, carried: Sequence[Carried | None]) -> dict[str, bytes]:
        """Put the translated blocks into the paragraphs, and return each part."""
        at = 0
        for paragraph in self.paragraphs:
            n = len(paragraph.pieces)
            paragraph.write(carried[at : at + n])
            at += n
        return {name: serialise(root) for name, root in self.roots.items()}


def read_paragraph(element: etree._Element, dialect: Dialect) -> Paragraph:
    """Read a paragraph."""
    paragraph = Paragraph(element, dialect)
    atoms: list[Atom] = []
    for atom in dialect.atoms(element):
        if atom.kind == "separator" or len(atoms) > _MAX_MARKS:
            over = [atom] if atom.kind != "separator" else []
            paragraph.pieces.append(_piece(atoms, () if over else atom.things))
            atoms = over
        else:
            atoms.append(atom)
    paragraph.pieces.append(_piece(atoms, ()))
    return paragraph


@dataclass
class _Piece:
    """A block, with for each mark what it stands for, and the base format under each wrapper."""

    block: Marked
    means: list[Wrapper | Format | tuple[Thing, ...]]
    base: dict[int, Format]
    separator: tuple[Thing, ...]

    def nodes(self, done: Carried | None, dialect: Dialect) -> list[etree._Element | str]:
        """Return the translated block as content of the paragraph."""
        text = done.translation.text if done else self.block.text
        spans = done.spans if done else tuple((mark.start, mark.end) for mark in self.block.marks)
        below: dict[int, list[int]] = {}
        for n, mark in enumerate(self.block.marks):
            below.setdefault(mark.parent, []).append(n)
        return self._under(-1, (0, len(text)), self.base.get(-1, Format("")), text, spans, below, dialect)

    def _under(
        self,
        parent: int,
        span: tuple[int, int],
        format_: Format,
        text: str,
        spans: Sequence[tuple[int, int]],
        below: dict[int, list[int]],
        dialect: Dialect,
    ) -> list[etree._Element | str]:
        nodes: list[etree._Element | str] = []
        at = span[0]
        for n in sorted(below.get(parent, ()), key=lambda n: (spans[n], n)):
            nodes += dialect.text(text[at : spans[n][0]], format_) if at < spans[n][0] else []
            means = self.means[n]
            if isinstance(means, tuple):
                nodes += [thing.moved() for thing in means]
            elif isinstance(means, Format):
                nodes += self._under(n, spans[n], means, text, spans, below, dialect)
            else:
                base = self.base.get(n, format_)
                nodes += _wrapped(means, self._under(n, spans[n], base, text, spans, below, dialect))
            at = spans[n][1]
        return [*nodes, *(dialect.text(text[at : span[1]], format_) if at < span[1] else [])]


def _piece(atoms: list[Atom], separator: tuple[Thing, ...]) -> _Piece:
    weights: dict[tuple[Wrapper, ...], Counter[str]] = {}
    formats: dict[tuple[tuple[Wrapper, ...], str], Format] = {}
    for atom in atoms:
        if atom.kind == "text":
            weights.setdefault(atom.wrappers, Counter())[atom.format.key] += len(atom.text.strip()) or 0
            formats.setdefault((atom.wrappers, atom.format.key), atom.format)
    base = {path: formats[path, counts.most_common(1)[0][0]] for path, counts in weights.items()}
    builder = _Builder(base)
    for atom in atoms:
        builder.add(atom)
    return builder.piece(separator)


@dataclass
class _Builder:
    """Turns atoms into a block: wrappers become marks, and in them stretches whose format is not the base."""

    base: dict[tuple[Wrapper, ...], Format]
    text: list[str] = field(default_factory=list)
    length: int = 0
    marks: list[Mark] = field(default_factory=list)
    means: list[Wrapper | Format | tuple[Thing, ...]] = field(default_factory=list)
    open_: list[tuple[Wrapper, int]] = field(default_factory=list)
    look: tuple[str, int] | None = None
    bases: dict[int, Format] = field(default_factory=dict)

    def add(self, atom: Atom) -> None:
        shared = 0
        while shared < min(len(self.open_), len(atom.wrappers)) and self.open_[shared][0] is atom.wrappers[shared]:
            shared += 1
        if shared < len(self.open_) or shared < len(atom.wrappers):
            self._end_look()
        while len(self.open_) > shared:
            self._end(self.open_.pop()[1])
        for depth in range(shared, len(atom.wrappers)):
            wrapper = atom.wrappers[depth]
            n = self._mark(wrapper.name, wrapper)
            self.open_.append((wrapper, n))
            if base := self.base.get(atom.wrappers[: depth + 1]):
                self.bases[n] = base
        if atom.kind == "thing":
            self._mark(atom.name, atom.things, held=atom.held)
            return
        base_key = self.base[atom.wrappers].key
        if self.look and self.look[0] != atom.format.key:
            self._end_look()
        if not self.look and atom.format.key != base_key:
            if not atom.text.strip():  # white space looks the same in any format
                self._text(atom.text)
                return
            self.look = (atom.format.key, self._mark(f'text "{atom.text.strip()[:20]}" in its own format', atom.format))
        self._text(atom.text)

    def _text(self, text: str) -> None:
        self.text.append(text)
        self.length += len(text)

    def _mark(self, name: str, means: Wrapper | Format | tuple[Thing, ...], *, held: str | None = None) -> int:
        parent = self.look[1] if self.look else self.open_[-1][1] if self.open_ else -1
        self.marks.append(Mark(self.length, self.length, name, parent, held))
        self.means.append(means)
        return len(self.marks) - 1

    def _end(self, n: int) -> None:
        mark = self.marks[n]
        self.marks[n] = Mark(mark.start, self.length, mark.name, mark.parent, mark.held)

    def _end_look(self) -> None:
        if self.look:
            self._end(self.look[1])
            self.look = None

    def piece(self, separator: tuple[Thing, ...]) -> _Piece:
        self._end_look()
        while self.open_:
            self._end(self.open_.pop()[1])
        if () in self.base:
            self.bases[-1] = self.base[()]
        return _Piece(Marked("".join(self.text), tuple(self.marks)), self.means, self.bases, separator)


def _wrapped(wrapper: Wrapper, nodes: list[etree._Element | str]) -> list[etree._Element | str]:
    if wrapper.element is None:
        before, after = ([thing.moved() for thing in things] for things in (wrapper.before, wrapper.after))
        return [*before, *nodes, *after]
    shell, inside = _emptied(wrapper.element, wrapper.inside)
    fill(inside, nodes)
    return [shell]


def _emptied(element: etree._Element, inside: etree._Element | None) -> tuple[etree._Element, etree._Element]:
    """Return a copy of a wrapper without what was in it, and the element in the copy that takes the content."""
    shell = shell_of(element)
    if inside is None or inside is element:
        return shell, shell
    target = shell
    for child in element:
        if child is inside:
            target = shell_of(child)
            shell.append(target)
        else:
            shell.append(_copied(child))
    return shell, target


def shell_of(element: etree._Element) -> etree._Element:
    """Return a copy of an element without its content."""
    shell = etree.Element(element.tag, nsmap=element.nsmap)  # type: ignore[arg-type]
    for name, value in element.attrib.items():
        shell.set(name, value)
    return shell


def nested(nodes: list[etree._Element | str], around: Sequence[etree._Element]) -> list[etree._Element | str]:
    """Return nodes inside copies of elements, the first outermost."""
    for element in reversed(around):
        shell = _copied(element)
        fill(shell, nodes)
        nodes = [shell]
    return nodes


def _copied(element: etree._Element) -> etree._Element:
    copy: etree._Element = deepcopy(element)
    copy.tail = None
    return copy


def fill(element: etree._Element, nodes: Sequence[etree._Element | str]) -> None:
    """Append elements and text to an element."""
    for node in nodes:
        if not isinstance(node, str):
            node.tail = None
            element.append(node)
        elif len(element):
            element[-1].tail = (element[-1].tail or "") + node
        else:
            element.text = (element.text or "") + node


def _refill(paragraph: etree._Element, nodes: Sequence[etree._Element | str], dialect: Dialect) -> None:
    first = [child for child in paragraph if dialect.kept(child)]
    for child in list(paragraph):
        paragraph.remove(child)
    paragraph.text = None
    last = [child for child in first if etree.QName(child).localname == "endParaRPr"]
    fill(paragraph, [child for child in first if child not in last])
    fill(paragraph, nodes)
    fill(paragraph, last)
