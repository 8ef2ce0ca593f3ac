"""A diff as lines of text; what they look like on a terminal is for the command line to say."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, NamedTuple

import regex

from service.diff.record import KINDS
from service.diff.report.marked import marked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.diff.record import Change, Diff, Pair
    from service.diff.report.marked import SideName

_SPACE = regex.compile(r"\s+")
_CONTROL = regex.compile(r"[\p{Cc}\u2028\u2029]")
_WORDS = {"name": "name", "number": "number", "punctuation": "mark", "wording": "wording"}
_FOLLOWS = {
    "a": "a follows the glossary",
    "b": "b follows the glossary",
    "both": "both follow the glossary",
    "neither": "neither follows the glossary",
}


class Run(NamedTuple):
    """A piece of a line; `style` is empty, a kind of change, or one of head, quiet, gone, come."""

    style: str
    text: str


def headline(diff: Diff) -> str:
    """Return the counts and the similarity in one line."""
    counts = diff.counts
    kinds = ", ".join(f"{counts[kind]:,} {kind}" for kind in KINDS if counts[kind])
    what = f"{counts['changes']:,} change{'s' * (counts['changes'] != 1)}" + (f" ({kinds})" if kinds else "")
    apart = {"only_a": "only in a", "only_b": "only in b", "regrouped": "merged or split"}
    groups = "".join(f", {counts[key]:,} {words}" for key, words in apart.items() if counts[key])
    only = {"all": "", "ignore-names": "names apart: ", "only-names": "names alone: "}[diff.only]
    return f"{only}{what} in {counts['changed']:,} of {counts['pairs']:,} pairs{groups}; chrF {diff.similarity:.1f}"


def text(diff: Diff, *, marks: bool) -> Iterator[list[Run]]:
    """Yield the changed pairs line by line: both sides, then each change with its kind.

    Args: marks: what changed stands in [-brackets-] and {+braces+}, for readers without colours.
    """
    yield [Run("head", headline(diff))]
    for n, pair in enumerate(diff.pairs, 1):
        if not pair.changes:
            continue
        yield []
        yield [Run("quiet", f"@ {n} ({pair.kind})")]
        if pair.a:
            yield [Run("gone", "- "), *side(diff, pair, "a", marks=marks)]
        if pair.b:
            yield [Run("come", "+ "), *side(diff, pair, "b", marks=marks)]
        for change in pair.changes:
            yield _line(change)


def side(diff: Diff, pair: Pair, side: SideName, *, marks: bool) -> Iterator[Run]:
    """Yield one side of a pair, in styles for its changes; `marks` as in `text`."""
    open_, close = ("[-", "-]") if side == "a" else ("{+", "+}")
    for kind, piece in marked(diff, pair, side=side):
        shown = printable(piece)
        yield Run(kind or "", f"{open_}{shown}{close}" if kind and marks else shown)


def _line(change: Change) -> list[Run]:
    before, after = (printable(_SPACE.sub(" ", span.text)) or "ø" for span in (change.a, change.b))
    about = f"  {change.concept}, {_FOLLOWS[change.follows]}" if change.concept and change.follows else ""
    return [
        Run("", "    "),
        Run(change.kind, f"{_WORDS[change.kind]:8}"),
        Run("", f"{before} → {after}"),
        Run("quiet", printable(about)),
    ]


def printable(shown: str) -> str:
    """Return `shown` without characters that a terminal would obey.

    >>> printable("\\x1b[31mred")
    '�[31mred'
    """
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", shown)


def unified(diff: Diff, *, a: str, b: str) -> Iterator[str]:
    """Yield the lines of a unified diff of the sentences, one a line, three of context; `a` and `b` name the texts.

    Pairs count as the same where they have no change, whatever their white space.
    """
    ours, theirs = _numbered(diff, "a"), _numbered(diff, "b")
    for line in difflib.unified_diff(ours, theirs, printable(a), printable(b), lineterm=""):
        head, key = line[:1], line[1:]
        yield head + key.partition("\0")[2] if "\0" in key else line


def _numbered(diff: Diff, side: SideName) -> list[str]:
    """Return the sentences of a side, each behind what says whether difflib may take it for the other side's."""
    lines = []
    for n, pair in enumerate(diff.pairs):
        spans = pair.a if side == "a" else pair.b
        differs = side if pair.changes or len(pair.a) != len(pair.b) else ""
        lines += [f"{n}.{m}{differs}\0{printable(_SPACE.sub(' ', span.text))}" for m, span in enumerate(spans)]
    return lines
