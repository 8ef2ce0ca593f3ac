"""What goes into a translation and what comes out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from glossary import Glossary, Mention


#: Called with what is done and what there is in all, None while that is not known; the unit is the caller's.
Progress: TypeAlias = "Callable[[int, int | None], None]"


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """One direction between two languages, as canonical BCP-47 tags."""

    source: str
    target: str

    def __str__(self) -> str:
        return f"{self.source}-{self.target}"


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a route: an engine and the pair that it translates."""

    engine: str
    pair: Pair

    def __str__(self) -> str:
        return f"{self.engine}:{self.pair}"


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One translation of a sentence; `score` is the engine's mean log-probability a token, 0 where it has none."""

    text: str
    score: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A text in one target language, with the way it took and what became of each name.

    Offsets in `mentions` are half-open, in code points: `source` into the text that was given, `target` into `text`.
    """

    text: str
    source: str
    target: str
    route: tuple[Hop, ...]
    mentions: tuple[Mention, ...]
    signature: str
    #: What inline mark-up could not be put on its words, in words; empty for a plain text.
    lost_marks: tuple[str, ...] = ()


def as_dict(translation: Translation) -> dict[str, Any]:
    """Return a translation as the JSON object that the command line prints and the server sends."""
    return {
        "text": translation.text,
        "source": translation.source,
        "target": translation.target,
        "engine": "+".join(dict.fromkeys(hop.engine for hop in translation.route)),
        "route": [str(hop) for hop in translation.route],
        "mentions": [asdict(mention) for mention in translation.mentions],
        "signature": translation.signature,
    }


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: queues are fair and limits hold per `id`, which is a key's or an address's."""

    id: str
    key_id: str | None = None
    #: Longest text that this caller may send, in characters, where the key has a limit of its own.
    max_chars: int | None = None


@dataclass(frozen=True, slots=True)
class Detection:
    """A language that a text may be in; `confidence` runs from 0 to 1."""

    lang: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """How the mark-up of a text is read; tag names are lower case in html and as written in xml.

    The text inside `ignore_tags` is copied byte for byte. Sentences end at `splitting_tags` and never at
    `non_splitting_tags`; where neither says, `outline` decides by whether a tag stands among other text.
    """

    kind: Literal["html", "xml"]
    ignore_tags: frozenset[str] = frozenset()
    splitting_tags: frozenset[str] = frozenset()
    non_splitting_tags: frozenset[str] = frozenset()
    outline: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a caller wants translated: n texts into m languages."""

    texts: tuple[str, ...]
    targets: tuple[str, ...]
    #: None: each text's language is detected by itself.
    source: str | None = None
    engine: str = "auto"
    #: None: the house's as it is when the order is carried out; an empty one leaves names to the engine.
    glossary: Glossary | None = None
    markup: Markup | None = None
    #: Other translations wanted of each text, at most.
    alternatives: int = 0
    #: Text that stands around and is not translated; it helps to tell the language.
    context: str = ""
    #: False: each text is one sentence.
    split: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one text of an order: translations and alternatives in the order of its targets."""

    source: str
    detected: Detection | None
    translations: tuple[Translation, ...]
    alternatives: tuple[tuple[str, ...], ...] = ()
