"""Change one concept in the text of a glossary file, and not a byte of the others.

ruamel.yaml reads and writes the lines of that one concept, so that its comments, order and quotes stay; where it would
lay out an untouched line of the concept afresh, the maintainer's line is kept.
"""

from __future__ import annotations

import difflib
import io
import re
from typing import TYPE_CHECKING, Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, ScalarString, SingleQuotedScalarString

from glossary.file.pieces import cut
from glossary.model import Names, PersonNames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from glossary.model import Concept

_Change: TypeAlias = "Callable[[CommentedMap], None]"

# What every version and every parser of YAML takes for plain text (commas inside brackets are quoted by ruamel.yaml).
_PLAIN = re.compile(r"[^\W_][\w .'’()/;,&+-]*")
_NO_TEXT = re.compile(r"[-+.\d][\d.eE:xo_+-]*|~|null|true|false|yes|no|on|off|y|n", re.IGNORECASE)
_COMMENT_OR_BLANK = re.compile(r"\s*(?:#.*)?")


def changed(text: str, id_: str, change: _Change) -> str:
    """Return the text of a file with `change` made to one concept of it.

    Args:
        change: gets the mapping that holds the concept under its id, and changes it in place.
    """
    pieces = cut(text)
    at = next((n for n, piece in enumerate(pieces.concepts) if _id(piece.text) == id_), -1) if pieces else -1
    if pieces is None or at < 0:
        return _rewritten(text, lambda document: change(document["concepts"]))
    before = sum(len(piece.text) for piece in pieces.concepts[:at])
    start = text.index(pieces.concepts[0].text) + before
    piece = pieces.concepts[at].text
    body = _body(piece)
    return text[:start] + _indented(body, change) + text[start + len(body) :]


def added(text: str, concepts: Mapping[str, CommentedMap]) -> str:
    """Return the text with concepts added after the last one."""
    pieces = cut(text)
    if pieces is None:
        return _rewritten(text, lambda document: _add(document, concepts))
    last = pieces.concepts[-1].text
    body = _body(last)
    end = text.rindex(last) + len(body)
    newline = "\r\n" if "\r\n" in text else "\n"
    indent = body[: len(body) - len(body.lstrip(" "))]
    gap = newline if any(_body(piece.text) != piece.text for piece in pieces.concepts[:-1]) else ""
    new = [
        "".join(f"{indent}{line}{newline}" for line in _dump(CommentedMap({id_: concept})).splitlines())
        for id_, concept in concepts.items()
    ]
    return text[:end] + ("" if body.endswith("\n") else newline) + gap + gap.join(new) + text[end:]


def removed(text: str, id_: str) -> str:
    """Return the text without a concept, and without the comment that stands directly above it."""
    pieces = cut(text)
    at = next((n for n, piece in enumerate(pieces.concepts) if _id(piece.text) == id_), -1) if pieces else -1
    if pieces is None or at < 0 or len(pieces.concepts) == 1:
        return _rewritten(text, lambda document: document["concepts"].pop(id_))
    start = text.index(pieces.concepts[0].text) + sum(len(piece.text) for piece in pieces.concepts[:at])
    head = text[:start]
    while re.search(r"(?:^|\n)[ \t]+#[^\n]*\n\Z", head):
        head = head[: head.rindex("\n", 0, -1) + 1]
    rest = text[start + len(_body(pieces.concepts[at].text)) :]
    if re.search(r"\n\s*\n\Z", head):
        rest = re.sub(r"\A(?:[ \t]*\r?\n)+", "", rest)
    return head + rest


def concept_fields(concept: Concept) -> CommentedMap:
    """Return a concept as the file writes it."""
    fields = CommentedMap(kind=concept.kind)
    fields["names"] = CommentedMap({lang: plain(names) for lang, names in concept.names.items()})
    for key, words in (("except", concept.excepts), ("near", concept.near)):
        if words:
            fields[key] = by_language(words)
    if concept.match != "smart":
        fields["match"] = concept.match
    if concept.romanise is not None:
        fields["romanise"] = concept.romanise
    for key, value in (("source", concept.source), ("note", concept.note)):
        if value:
            fields[key] = quoted(value)
    return fields


def as_yaml(concept: Concept) -> str:
    """Return a concept as it would stand in a file, without indentation."""
    return _dump(CommentedMap({concept.id: concept_fields(concept)}))


def quoted(text: str) -> str:
    """Return a text that is written in quotes if it could be taken for something else by any reader of YAML."""
    return text if _PLAIN.fullmatch(text) and not _NO_TEXT.fullmatch(text) else SingleQuotedScalarString(text)


def plain(names: Names | PersonNames) -> str | CommentedMap:
    """Return names as the file writes them: a bare name, or a mapping on one line."""
    if isinstance(names, PersonNames):
        parts = CommentedMap(given=plain(names.given), family=plain(names.family))
        if not names.alone:
            parts["alone"] = False
        if any(isinstance(part, CommentedMap) for part in parts.values()):
            return parts
        return _flow(parts)
    if not (names.admitted or names.deprecated or names.forms):
        return quoted(names.preferred)
    fields: dict[str, Any] = {"preferred": quoted(names.preferred)}
    fields |= {role: flow_list(values) for role in ("admitted", "deprecated") if (values := getattr(names, role))}
    if names.forms:
        fields["forms"] = _flow(CommentedMap({label: quoted(form) for label, form in names.forms.items()}))
    return _flow(CommentedMap(fields))


def merged(old: Any, new: Any) -> Any:  # noqa: ANN401 - any YAML value
    """Return the new value in the clothes of the old: same quotes, same layout, comments kept."""
    if isinstance(old, CommentedMap) and isinstance(new, CommentedMap):
        for key in [key for key in old if key not in new]:
            del old[key]
        for at, (key, value) in enumerate(new.items()):
            if key in old:
                old[key] = merged(old[key], value)
            else:
                old.insert(at, key, value)
        return old
    if isinstance(old, CommentedMap) and isinstance(new, str) and "preferred" in old:
        return merged(old, CommentedMap(preferred=new))
    if isinstance(old, CommentedSeq) and isinstance(new, CommentedSeq):
        for at in [at for at, item in enumerate(old) if item not in new][::-1]:
            del old[at]
        old.extend(item for item in new if item not in old)
        return old
    if isinstance(new, str) and isinstance(old, DoubleQuotedScalarString | SingleQuotedScalarString):
        return old if old == new else type(old)(new)
    return old if isinstance(old, ScalarString) and old == new else new


def renamed(mapping: CommentedMap, keys: Mapping[str | None, str]) -> CommentedMap:
    """Return a mapping with keys as `keys` writes them, where it does."""
    result = CommentedMap({keys.get(key, key): value for key, value in mapping.items()})
    if mapping.fa.flow_style():
        result.fa.set_flow_style()
    return result


def flow_list(values: Iterable[str]) -> CommentedSeq:
    """Return a list that is written on one line."""
    items = CommentedSeq(quoted(value) for value in values)
    items.fa.set_flow_style()
    return items


def by_language(words: Mapping[str, Iterable[str]]) -> CommentedMap:
    """Return `except` or `near` as the file writes them."""
    return _flow(CommentedMap({lang: flow_list(items) for lang, items in words.items()}))


def _flow(mapping: CommentedMap) -> CommentedMap:
    mapping.fa.set_flow_style()
    return mapping


def _add(document: CommentedMap, concepts: Mapping[str, CommentedMap]) -> None:
    if not isinstance(document["concepts"], CommentedMap) or not document["concepts"]:
        document["concepts"] = CommentedMap()
    for id_, concept in concepts.items():
        document["concepts"][id_] = concept


def _id(piece: str) -> str:
    key = piece.strip().partition(":")[0].strip()
    return key[1:-1] if key[:1] in "'\"" and key[:1] == key[-1:] else key


def _body(piece: str) -> str:
    """Return a concept's own lines, without the blank lines and comments that lead to the next."""
    lines = piece.splitlines(keepends=True)
    indent = len(piece) - len(piece.lstrip(" "))
    while len(lines) > 1 and _COMMENT_OR_BLANK.fullmatch(lines[-1].rstrip("\r\n")):
        if lines[-1].strip() and len(lines[-1]) - len(lines[-1].lstrip(" ")) > indent:
            break
        lines.pop()
    return "".join(lines)


def _indented(body: str, change: _Change) -> str:
    newline = "\r\n" if "\r\n" in body else "\n"
    lines = body.splitlines()
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip(" "))]
    flush = "".join(f"{line.removeprefix(indent)}\n" for line in lines)
    result = _rewritten(flush, change).splitlines()
    text = newline.join(f"{indent}{line}" if line else line for line in result)
    return text + newline if body.endswith("\n") else text


def _rewritten(text: str, change: _Change) -> str:
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix("\ufeff")
    yaml = _yaml(text)
    document = yaml.load(text)
    before = _dump(document, yaml)
    change(document)
    return mark + _kept(text, before, _dump(document, yaml))


def _kept(text: str, before: str, after: str) -> str:
    """Make the step from `before` to `after` in `text`, of which `before` is another layout, line by line."""
    if text == before:
        return after
    newline = "\r\n" if "\r\n" in text else "\n"
    mine, old, new = text.splitlines(), before.splitlines(), after.splitlines()
    same = difflib.SequenceMatcher(None, old, mine, autojunk=False).get_matching_blocks()
    where = {block.a + n: block.b + n for block in same for n in range(block.size)}
    where[len(old)] = len(mine)
    for tag, start, end, new_start, new_end in reversed(
        difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    ):
        if tag == "equal":
            continue
        ends = end if end in where else None
        begins = start if start in where else (start - 1 if start - 1 in where else None)
        if ends is None or begins is None:
            return newline.join(new) + newline
        first = where[begins] + (begins < start)
        mine[first : where[end]] = new[new_start:new_end]
    return newline.join(mine) + (newline if text.endswith(("\n", "\r")) else "")


def _dump(document: CommentedMap, yaml: YAML | None = None) -> str:
    stream = io.StringIO()
    (yaml or _yaml("")).dump(document, stream)
    return stream.getvalue()


def _yaml(text: str) -> YAML:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 2**20
    yaml.allow_unicode = True
    offset = _list_offset(text)
    yaml.indent(mapping=2, sequence=2 + offset, offset=offset)
    return yaml


def _list_offset(text: str) -> int:
    """Return by how much the lists of a text are indented below their key: 0 or 2."""
    found = re.search(r"^( *)[^\s#][^\n]*:[ \t]*\r?\n( *)- ", text, re.MULTILINE)
    return 2 if found and len(found.group(2)) > len(found.group(1)) else 0
