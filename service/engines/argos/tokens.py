"""Text into a package's tokens and back, as argostranslate does it, and long sentences into parts.

A Transformer knows no position beyond those it was trained on: what is longer would be cut off or make it loop. So a
long sentence is divided at the clause boundary nearest its middle, again and again until every part fits.
"""

from __future__ import annotations

import threading
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import regex

from service.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from service.engines.argos.packages import Package

_CLAUSE = regex.compile(r"(?<=[,;:—–،؛])\s+|\s+(?=[(—–])|(?<=[，、；：。])")
_SPACE = regex.compile(r"\s+")
_UNSPACED_SCRIPT = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_UNSPACED_LANGS = frozenset({"zh", "ja", "th", "lo", "km", "my"})
_MAX_TOKEN_CHARS = 16  # text with more characters a token than this is rare; longer text is divided uncounted
_WINDOW_CHARS = 2_000


class Tokeniser(Protocol):
    """Safe to call from several threads."""

    def encode(self, text: str) -> list[str]:
        """Return the tokens of one sentence."""
        ...

    def decode(self, tokens: Sequence[str]) -> str:
        """Return the text of one sentence's tokens."""
        ...


def open_tokeniser(package: Package) -> Tokeniser:
    """Load the tokeniser of a package.

    Raises: EngineError: its file is damaged.
    """
    opened = SentencePiece if package.tokeniser == "sentencepiece.model" else Bpe
    try:
        return opened(package)
    except (OSError, RuntimeError, ValueError, LookupError) as error:
        path = package.path / package.tokeniser
        raise EngineError(f"{path} cannot be loaded ({error}); install the package again") from error


class SentencePiece:
    """The tokeniser of most packages."""

    def __init__(self, package: Package) -> None:
        import sentencepiece

        self._processor = sentencepiece.SentencePieceProcessor(model_file=str(package.path / package.tokeniser))

    def encode(self, text: str) -> list[str]:
        """Return the pieces; those outside the vocabulary as the text has them."""
        pieces: list[str] = self._processor.encode(text, out_type=str)
        return pieces

    def decode(self, tokens: Sequence[str]) -> str:
        """Join pieces; byte pieces become characters, and what is left of the space mark becomes spaces."""
        return str(self._processor.decode_pieces(list(tokens))).replace("▁", " ")


class Bpe:
    """The tokeniser of older packages: Moses tokens, divided by subword-nmt's byte-pair codes."""

    def __init__(self, package: Package) -> None:
        from argostranslate.apply_bpe import BPE
        from sacremoses.normalize import MosesPunctNormalizer
        from sacremoses.tokenize import MosesDetokenizer, MosesTokenizer

        self._normaliser = MosesPunctNormalizer(package.source_code)
        self._tokeniser = MosesTokenizer(package.source_code)
        self._detokeniser = MosesDetokenizer(package.target_code)
        with (package.path / package.tokeniser).open(encoding="utf-8") as file:
            self._codes = BPE(file)
        self._lock = threading.Lock()  # neither library says that it is safe

    def encode(self, text: str) -> list[str]:
        """Return the subwords; all but a word's last end in `@@`."""
        with self._lock:
            words: Any = self._tokeniser.tokenize(self._normaliser.normalize(text))
            return list(self._codes.segment_tokens(words)) if words else []

    def decode(self, tokens: Sequence[str]) -> str:
        """Join subwords into words, and words into text as the target language sets it."""
        with self._lock:
            return str(self._detokeniser.detokenize(" ".join(tokens).replace("@@ ", "").split(" ")))


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a sentence that fits the model: its text, its tokens, and whether a word runs on into the next."""

    text: str
    tokens: tuple[str, ...]
    cut_in_word: bool


def parts(sentence: str, *, encode: Callable[[str], Sequence[str]], max_tokens: int) -> list[Part]:
    """Divide a sentence into parts of at most `max_tokens` tokens, as few and as equal as its clauses allow.

    A sentence that fits is one part. White space at a division and around the sentence belongs to no part.
    """
    return list(_parts(sentence.strip(), encode, max_tokens, cut_in_word=False))


def _parts(text: str, encode: Callable[[str], Sequence[str]], max_tokens: int, *, cut_in_word: bool) -> Iterator[Part]:
    if len(text) <= max_tokens * _MAX_TOKEN_CHARS:
        tokens = tuple(encode(text))
        if len(tokens) <= max_tokens or len(text) < 2:
            yield Part(text, tokens, cut_in_word)
            return
    end, start = _division(text)
    left, right = text[:end].rstrip(), text[start:].lstrip()
    in_word = end == start and not _CLAUSE.match(text, end) and not _UNSPACED_SCRIPT.match(text[end - 1 : start + 1])
    yield from _parts(left, encode, max_tokens, cut_in_word=in_word)
    yield from _parts(right, encode, max_tokens, cut_in_word=cut_in_word)


def _division(text: str) -> tuple[int, int]:
    """Return where the left part ends and where the right one starts; both parts have characters."""
    middle = len(text) // 2
    reach = min(_WINDOW_CHARS, len(text) // 4)
    for boundary in (_CLAUSE, _SPACE):
        spans = [match.span() for match in boundary.finditer(text, middle - reach, middle + reach)]
        inner = [(end, start) for end, start in spans if text[:end].strip() and text[start:].strip()]
        if inner:
            return min(inner, key=lambda span: abs(span[0] - middle))
    cut = max(middle, 1)
    while cut < len(text) - 1 and cut - middle < 64 and unicodedata.combining(text[cut]):
        cut += 1
    return cut, cut


def rejoin(translations: Sequence[str], sentence_parts: Sequence[Part], *, target: str) -> str:
    """Join the translations of a sentence's parts, with spaces where the target language writes them.

    >>> rejoin(["uno,", "dos"], [Part("one,", (), False), Part("two", (), False)], target="es")
    'uno, dos'
    """
    space = "" if target.partition("-")[0] in _UNSPACED_LANGS else " "
    joined = ""
    for translation, part in zip(translations, sentence_parts, strict=True):
        joined += translation.strip() if len(sentence_parts) > 1 else translation
        joined += "" if part.cut_in_word else space
    return joined if not space else joined.removesuffix(space)
