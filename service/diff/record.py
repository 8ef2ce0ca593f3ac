"""What a diff is made of: pairs of passages, and the changes inside them. All offsets are code points of the text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from glossary import Span

ChangeKind: TypeAlias = Literal["name", "number", "punctuation", "wording"]
Follows: TypeAlias = Literal["a", "b", "both", "neither"]

KINDS: tuple[ChangeKind, ...] = ("name", "number", "punctuation", "wording")
_OTHER: Mapping[Follows, Follows] = {"a": "b", "b": "a", "both": "both", "neither": "neither"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """`a` stands in one text where `b` stands in the other; an empty piece says where the other one would stand.

    `concept` and `follows` are set for names alone: whose name it is, and which side writes it as the glossary allows.
    """

    kind: ChangeKind
    a: Span
    b: Span
    concept: str | None = None
    follows: Follows | None = None

    def mirrored(self) -> Change:
        """Return the change from b to a."""
        return replace(self, a=self.b, b=self.a, follows=self.follows and _OTHER[self.follows])

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        spans = {"a": [self.a.start, self.a.end], "b": [self.b.start, self.b.end]}
        named = {"concept": self.concept, "follows": self.follows} if self.kind == "name" else {}
        return {"class": self.kind, "before": self.a.text, "after": self.b.text, **named, "spans": spans}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Sentences of a and those of b that say the same: n and m of them, either of which may be none.

    `changes` are in the order of both texts; those that are no name's stand apart by words that are the same.
    """

    a: tuple[Span, ...]
    b: tuple[Span, ...]
    changes: tuple[Change, ...] = ()

    @property
    def kind(self) -> str:
        """Return how many sentences stand against how many: 1-1, 2-1, 0-1."""
        return f"{len(self.a)}-{len(self.b)}"

    def mirrored(self) -> Pair:
        """Return the pair with its sides exchanged."""
        return Pair(a=self.b, b=self.a, changes=tuple(change.mirrored() for change in self.changes))

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "kind": self.kind,
            "a": [_piece(span) for span in self.a],
            "b": [_piece(span) for span in self.b],
            "changes": [change.as_dict() for change in self.changes],
        }


@dataclass(frozen=True)
class Diff:
    """Two translations compared: the pairs in the order of the texts; every sentence of either is in one of them.

    White space and characters that cannot be seen are not compared. Apart from these, a with each change's `a`
    replaced by its `b` is b.
    """

    a: str
    b: str
    lang: str
    pairs: tuple[Pair, ...]
    #: chrF of the one against the other, 0 to 100, precision and recall counted alike as neither is the reference.
    similarity: float
    #: What the pairs' changes were chosen from: all of them, all but names, or names alone.
    only: Literal["all", "ignore-names", "only-names"] = "all"

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Return the changes of all pairs."""
        return tuple(change for pair in self.pairs for change in pair.changes)

    @property
    def differs(self) -> bool:
        """Say whether there is any change."""
        return bool(self.changes)

    @cached_property
    def counts(self) -> dict[str, int]:
        """Return how many changes there are of each kind, pairs with and without one, and pairs that are not 1-1."""
        kinds = Counter(change.kind for change in self.changes)
        n_changed = sum(bool(pair.changes) for pair in self.pairs)
        return {
            "changes": len(self.changes),
            **{kind: kinds[kind] for kind in KINDS},
            "pairs": len(self.pairs),
            "same": len(self.pairs) - n_changed,
            "changed": n_changed,
            "only_a": sum(not pair.b for pair in self.pairs),
            "only_b": sum(not pair.a for pair in self.pairs),
            "regrouped": sum(bool(pair.a and pair.b) and pair.kind != "1-1" for pair in self.pairs),
        }

    def ignoring_names(self) -> Diff:
        """Return the diff without what names alone make different."""
        return self._kept(names=False)

    def names_only(self) -> Diff:
        """Return the diff with nothing but what names make different."""
        return self._kept(names=True)

    def _kept(self, *, names: bool) -> Diff:
        pairs = tuple(
            replace(pair, changes=tuple(change for change in pair.changes if (change.kind == "name") == names))
            for pair in self.pairs
        )
        return replace(self, pairs=pairs, only="only-names" if names else "ignore-names")

    def mirrored(self) -> Diff:
        """Return the diff from b to a; the similarity is the same both ways."""
        return replace(self, a=self.b, b=self.a, pairs=tuple(pair.mirrored() for pair in self.pairs))

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "lang": self.lang,
            "only": self.only,
            "differs": self.differs,
            "counts": self.counts,
            "similarity": round(self.similarity, 2),
            "pairs": [pair.as_dict() for pair in self.pairs],
        }


def _piece(span: Span) -> dict[str, Any]:
    return {"start": span.start, "end": span.end, "text": span.text}
