"""Real Argos packages by construction: no training of a model, no download, seconds.

The Transformer's weights are written, not learnt. Every position and every piece of the vocabulary gets a random code
of ±1 in its own slice of the model's width:

    [ position | piece | output ]

The first decoder layer's cross-attention compares position codes (query and key are both the position slice) and
copies the piece code it finds into the output slice; the rows of the output projection are the piece codes of what
each piece translates. Step t therefore looks at source position t and emits its translation, `</s>` included. All
other weights are noise far below what changes a score: layers beyond the first do nothing, yet cost what a real
model's layers cost (CTranslate2 would store equal matrices, such as zeros, once and find them in the cache).

What is no whole word of the lexicon goes through piece by piece, some pieces respelled, which mangles unknown names as
real models do. Characters outside the vocabulary are `<unk>`, which CTranslate2 replaces by what the source had.
"""

from __future__ import annotations

import io
import itertools
import json
import shutil
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_NAMES = {"en": "English", "es": "Spanish", "fr": "French"}
_SPECIAL = ("<blank>", "<unk>", "<s>", "</s>")
_ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789áàâçéèêíñóúü.,;:!?-–—'’\"“”()/%$€&+_@#"
_RESPELLED = str.maketrans({"k": "c", "y": "i", "w": "v"})


@dataclass(frozen=True)
class Shape:
    """The size of a constructed Transformer.

    `width` is the model dimension, `layers` those of the encoder and as many of the decoder, `positions` the longest
    sequence with its end mark. `vocabulary` pads the vocabulary to so many pieces, since the output projection is a
    large part of a real model's cost; 0 adds none.
    """

    width: int = 192
    layers: int = 1
    heads: int = 4
    positions: int = 512
    vocabulary: int = 0


SMALL = Shape()
ARGOS = Shape(width=512, layers=6, heads=8, vocabulary=24_000)


@dataclass(frozen=True)
class Tokeniser:
    """A trained tokeniser: its file in the package, its pieces, and how it writes a whole word."""

    file_name: str
    content: bytes
    pieces: tuple[str, ...]
    word_mark: str

    def piece(self, word: str) -> str:
        return self.word_mark + word


def lexicon(source: str, target: str) -> dict[str, str]:
    """Return the words of `tests/cases/lexicon.tsv`, lower case and capitalised; the first of equal words wins."""
    path = Path(__file__).parent / "cases" / "lexicon.tsv"
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    columns = rows[0].index(source), rows[0].index(target)
    words: dict[str, str] = {}
    for row in rows[1:]:
        before, after = (row[column] for column in columns)
        words.setdefault(before, after)
        words.setdefault(before[0].upper() + before[1:], after[0].upper() + after[1:])
    return words


def sentencepiece_tokeniser(words: Iterable[str]) -> Tokeniser:
    """Train a SentencePiece BPE model to exhaustion, so that each of `words` becomes one piece."""
    import sentencepiece

    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([" ".join(words), " ".join(_ALPHABET)]),
        model_writer=model,
        model_type="bpe",
        vocab_size=50_000,
        hard_vocab_limit=False,
        character_coverage=1.0,
        max_sentence_length=1_000_000,
        minloglevel=2,
    )
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    pieces = tuple(processor.id_to_piece(n) for n in range(processor.get_piece_size()))
    return Tokeniser("sentencepiece.model", model.getvalue(), pieces, "▁")


def bpe_tokeniser(words: Iterable[str]) -> Tokeniser:
    """Learn byte-pair codes in subword-nmt's format, which older Argos packages have, until each word is one piece."""
    split = {word: [*word[:-1], word[-1] + "</w>"] for word in {*words, *_ALPHABET}}
    merges: list[tuple[str, str]] = []
    while pairs := Counter(pair for symbols in split.values() for pair in itertools.pairwise(symbols)):
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(best)
        for word, symbols in split.items():
            split[word] = _merged(symbols, best)
    symbols = {*_ALPHABET, *(letter + "</w>" for letter in _ALPHABET), *("".join(merge) for merge in merges)}
    pieces = sorted(each.removesuffix("</w>") if each.endswith("</w>") else each + "@@" for each in symbols)
    codes = "#version: 0.2\n" + "".join(f"{left} {right}\n" for left, right in merges)
    return Tokeniser("bpe.model", codes.encode(), tuple(pieces), "")


def _merged(symbols: Sequence[str], pair: tuple[str, str]) -> list[str]:
    merged: list[str] = []
    for symbol in symbols:
        if merged and (merged[-1], symbol) == pair:
            merged[-1] += symbol
        else:
            merged.append(symbol)
    return merged


def build_model(
    folder: Path, *, pieces: Sequence[str], translation: Mapping[str, str], shape: Shape = SMALL, prefix: str = ""
) -> None:
    """Write a CTranslate2 model that maps each piece to its translation, or to itself.

    Args:
        pieces: the tokeniser's; source and target share them.
        prefix: a target token that the decoder must be given first; without it the output lacks its first piece.
    """
    from ctranslate2.specs import common_spec, transformer_spec

    vocabulary = [*_SPECIAL, *(piece for piece in pieces if piece not in _SPECIAL)]
    vocabulary += [prefix] if prefix else []
    vocabulary += [f"<filler{n}>" for n in range(shape.vocabulary - len(vocabulary))]
    spec = transformer_spec.TransformerSpec.from_config(
        (shape.layers, shape.layers),
        shape.heads,
        pre_norm=True,
        activation=common_spec.Activation.RELU,
        alignment_layer=0,  # the layer whose attention says which source piece an <unk> stands for
        alignment_heads=1,
    )
    _fill(spec, vocabulary, translation, shape, shift=1 if prefix else 0)
    spec.register_source_vocabulary(vocabulary)
    spec.register_target_vocabulary(vocabulary)
    spec.config.add_source_bos = False
    spec.config.add_source_eos = True
    spec.config.decoder_start_token = "<s>"
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir(parents=True)
    spec.save(str(folder))


def _fill(spec, vocabulary: Sequence[str], translation: Mapping[str, str], shape: Shape, *, shift: int) -> None:
    """Set every weight; `shift` is by how many positions the decoder runs ahead of the source."""
    random = np.random.default_rng(0)
    width, n_position = shape.width, shape.width // 4
    n_code = (width - n_position) // 2
    piece, output = slice(n_position, n_position + n_code), slice(n_position + n_code, n_position + 2 * n_code)
    codes = random.choice([-1.0, 1.0], size=(len(vocabulary), n_code)).astype(np.float32)
    positions = _zeros(shape.positions + shift, width)
    positions[shift:, :n_position] = random.choice([-2.0, 2.0], size=(shape.positions, n_position))
    embedding = _zeros(len(vocabulary), width)
    embedding[:, piece] = codes

    encoder, decoder = spec.encoder, spec.decoder
    encoder.embeddings[0].weight, decoder.embeddings.weight = embedding, embedding.copy()
    encoder.scale_embeddings = decoder.scale_embeddings = False
    encoder.position_encodings.encodings = positions[shift:].copy()
    decoder.position_encodings.encodings = positions[: shape.positions].copy()
    for stack in (encoder, decoder):
        _norm(stack.layer_norm, width)
        for layer in stack.layer:
            _norm(layer.self_attention.layer_norm, width)
            _linear(layer.self_attention.linear[0], _noise(random, 3 * width, width))
            _linear(layer.self_attention.linear[1], _noise(random, width, width))
            _norm(layer.ffn.layer_norm, width)
            _linear(layer.ffn.linear_0, _noise(random, 4 * width, width))
            _linear(layer.ffn.linear_1, _noise(random, width, 4 * width))
    for n, layer in enumerate(decoder.layer):
        matrices = tuple(_noise(random, width, width) for _ in range(4))
        if n == 0:
            _look_up(matrices, shape, n_position, piece, output)
        query, key, value, out = matrices
        _norm(layer.attention.layer_norm, width)
        _linear(layer.attention.linear[0], query)
        _linear(layer.attention.linear[1], np.concatenate([key, value]))
        _linear(layer.attention.linear[2], out)
    decoder.projection.weight = _projection(vocabulary, translation, codes, width, output)
    decoder.projection.bias = _zeros(len(vocabulary))
    for n, token in enumerate(vocabulary):
        if token in ("<blank>", "<s>") or token.startswith("<filler"):
            decoder.projection.bias[n] = -1e4


def _look_up(matrices: Sequence[np.ndarray], shape: Shape, n_position: int, piece: slice, output: slice) -> None:
    """Make cross-attention find the source position of the same number, and copy its piece code into the output."""
    query, key, value, out = matrices
    n_head = shape.width // shape.heads
    for row in range(shape.width):
        # Each head compares its own rotation of the position code: heads need not be as wide as the code.
        compared = (row % n_head + row // n_head * n_head) % n_position
        query[row, compared] = key[row, compared] = 3.0
    for n, (source, target) in enumerate(zip(range(shape.width)[piece], range(shape.width)[output], strict=True)):
        value[n, source] = 1.0
        out[target, n] = 8.0


def _projection(
    vocabulary: Sequence[str], translation: Mapping[str, str], codes: np.ndarray, width: int, output: slice
) -> np.ndarray:
    index = {piece: n for n, piece in enumerate(vocabulary)}
    rows = _zeros(len(vocabulary), width)
    for n, piece in enumerate(vocabulary):
        # Several pieces may have one translation: their codes are nearly orthogonal, so the sum answers to each.
        rows[index.get(translation.get(piece, piece), n), output] += codes[n]
    return rows


def _zeros(*size: int) -> np.ndarray:
    return np.zeros(size, np.float32)


def _noise(random: np.random.Generator, *size: int) -> np.ndarray:
    return random.standard_normal(size, np.float32) * np.float32(1e-6)


def _norm(layer, width: int) -> None:
    layer.gamma, layer.beta = np.ones(width, np.float32), _zeros(width)


def _linear(layer, weight: np.ndarray) -> None:
    layer.weight, layer.bias = weight, _zeros(weight.shape[0])


def build_package(
    folder: Path,
    *,
    source: str = "en",
    target: str = "es",
    shape: Shape = SMALL,
    tokeniser: str = "sentencepiece",
    target_prefix: str = "",
    version: str = "1.0",
    more_words: Iterable[str] = (),
) -> Path:
    """Build an Argos package and return its `.argosmodel` file, `folder/translate-en_es-1_0.argosmodel`.

    Args:
        source, target: columns of the lexicon.
        tokeniser: `sentencepiece`, or `bpe` as in older packages.
        target_prefix: as in the package's metadata; the model then needs it to translate rightly.
        more_words: further words that are one piece and come out as they are.
    """
    words = lexicon(source, target)
    train = {"sentencepiece": sentencepiece_tokeniser, "bpe": bpe_tokeniser}[tokeniser]
    trained = train([*words, *dict.fromkeys(words.values()), *dict.fromkeys(more_words)])
    whole = {trained.piece(word) for word in [*words, *words.values(), *more_words]}
    translation = {piece: piece.translate(_RESPELLED) for piece in trained.pieces if piece not in whole}
    translation |= {trained.piece(before): trained.piece(after) for before, after in words.items()}

    name = f"translate-{source}_{target}-{version.replace('.', '_')}"
    content = folder / "content" / name
    shutil.rmtree(content, ignore_errors=True)
    build_model(content / "model", pieces=trained.pieces, translation=translation, shape=shape, prefix=target_prefix)
    (content / trained.file_name).write_bytes(trained.content)
    metadata = {
        "package_version": version,
        "argos_version": "1.9",
        "from_code": source,
        "from_name": _NAMES[source],
        "to_code": target,
        "to_name": _NAMES[target],
        "target_prefix": target_prefix,
    }
    (content / "metadata.json").write_text(json.dumps(metadata, indent=4), encoding="utf-8")
    (content / "README.md").write_text("Constructed by exonym's tests.\n", encoding="utf-8")
    return _zipped(content, folder / f"{name}.argosmodel")


def _zipped(content: Path, archive: Path) -> Path:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for path in sorted(content.rglob("*")):
            file.write(path, path.relative_to(content.parent))
    return archive
