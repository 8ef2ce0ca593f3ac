"""A loaded Argos model: sentences in, hypotheses out, through CTranslate2."""

from __future__ import annotations

import math
import os
import struct
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from service.engines.argos.tokens import open_tokeniser, parts, rejoin
from service.errors import EngineError
from service.records import Hypothesis

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.engines.argos.packages import Package
    from service.engines.argos.tokens import Part
    from service.settings import Settings

_MAX_PART_TOKENS = 200  # longer sentences are rare in what Argos's models were trained on
_GROWTH = 2  # tokens that a translation may have for each of the source, before it counts as a loop
_LENGTH_PENALTY = 0.2  # as argostranslate
_BATCH_COST_ROWS = 2  # what a decoding step costs beside its rows, in rows; measured with 6+6 layers, 512 wide
_MIN_BATCH_TOKENS = 64
_BYTES = {"int8": 1, "int8_float32": 1, "int16": 2, "float32": 4}
_HALF_PRECISION = (4, 5)  # CTranslate2's numbers for float16 and bfloat16, which a processor computes in float32


def usable_threads() -> int:
    """Return how many processors this process may use: its affinity, and its control group's quota if there is one."""
    n_threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        return max(1, min(n_threads, math.ceil(int(quota) / int(period))))
    except (OSError, ValueError):  # no such file, or `max` for no quota
        return n_threads


@dataclass(frozen=True, slots=True)
class Weights:
    """What a model's file says: bytes once loaded, and how many positions it has codes for (None: any number)."""

    n_bytes: int
    n_positions: int | None


def weights(path: Path, *, compute_type: str) -> Weights:
    """Read the table of a CTranslate2 `model.bin`, passing over the numbers themselves.

    Raises: EngineError: the file is damaged or of an unknown format.
    Source: CTranslate2 4.8.5, specs/model_spec.py, binary version 6.
    """
    n_bytes, positions = 0, None
    try:
        with path.open("rb") as file:
            file.seek(4)
            _name(file)
            _, n_variables = _unpack(file, "<II")
            for _ in range(n_variables):
                name = _name(file)
                shape = _unpack(file, f"<{_unpack(file, '<B')[0]}I")
                kind, size = _unpack(file, "<BI")
                file.seek(size, os.SEEK_CUR)
                width = 4 if kind in _HALF_PRECISION else size / max(1, math.prod(shape))
                n_bytes += int(math.prod(shape) * (_BYTES.get(compute_type, width) if len(shape) > 1 else width))
                if name.endswith("position_encodings/encodings"):
                    positions = min(shape[0], positions or shape[0])
    except (OSError, struct.error, UnicodeDecodeError, IndexError) as error:
        raise EngineError(f"{path} is damaged ({error}); install the package again") from error
    return Weights(n_bytes, positions)


def _unpack(file: Any, layout: str) -> tuple[int, ...]:  # noqa: ANN401 - any binary file
    return struct.unpack(layout, file.read(struct.calcsize(layout)))


def _name(file: Any) -> str:  # noqa: ANN401 - any binary file
    content: bytes = file.read(_unpack(file, "<H")[0])
    return content.rstrip(b"\0").decode()


class Model:
    """One loaded package."""

    def __init__(self, package: Package, settings: Settings) -> None:
        """Load it.

        Raises: EngineError: the package's files are damaged, or do not go with this CTranslate2.
        """
        table = weights(package.path / "model" / "model.bin", compute_type=settings.compute_type)
        self._package, self._settings = package, settings
        self._tokeniser = open_tokeniser(package)
        self._n_workers = (settings.threads or usable_threads()) if settings.device == "cpu" else 1
        self._translator = self._loaded()
        self._lock = threading.Lock()
        self._n_calls = 0
        positions = table.n_positions or 10 * _MAX_PART_TOKENS
        # Two positions are for the end mark, and for the start mark or the target prefix.
        self._max_tokens = max(1, min(_MAX_PART_TOKENS, positions // _GROWTH - 2))
        self._max_decoded = min(_GROWTH * _MAX_PART_TOKENS, positions - 2)

    def _loaded(self) -> Any:  # noqa: ANN401 - CTranslate2 has no types
        import ctranslate2

        try:
            return ctranslate2.Translator(
                str(self._package.path / "model"),
                device=self._settings.device,
                compute_type=self._settings.compute_type,
                # One thread a batch and as many batches as threads: threads that share a batch wait for each other
                # at every step. Measured on two processors, the article: 0.9 s against 1.8 s.
                inter_threads=self._n_workers,
                intra_threads=1,
            )
        except (RuntimeError, ValueError, MemoryError) as error:
            raise EngineError(f"the Argos package {self._package} cannot be loaded: {error}") from error

    def hypotheses(self, sentences: Sequence[str], *, n: int) -> list[list[Hypothesis]]:
        """Return at least one and at most n translations for each of the sentences, order kept, best first."""
        divided = [
            parts(sentence, encode=self._tokeniser.encode, max_tokens=self._max_tokens) for sentence in sentences
        ]
        every = [part for sentence_parts in divided for part in sentence_parts]
        beam = self._settings.beam_size
        found = self._search(every, beam, min(n, beam))
        if n > beam:
            # The first must stay what `translate` gives, so a wider beam may only add to it.
            wider = self._search(every, n, n)
            found = [_distinct(first + more)[:n] for first, more in zip(found, wider, strict=True)]
        left = iter(found)
        return [self._rejoined(sentence_parts, [next(left) for _ in sentence_parts]) for sentence_parts in divided]

    def _rejoined(self, sentence_parts: list[Part], found: list[list[Hypothesis]]) -> list[Hypothesis]:
        """Join the parts' best, then their second best and so on; a part that has no more gives its best again."""
        rejoined = []
        for n in range(max(map(len, found))):
            chosen = [hypotheses[n] if n < len(hypotheses) else hypotheses[0] for hypotheses in found]
            text = rejoin([each.text for each in chosen], sentence_parts, target=self._package.pair.target)
            rejoined.append(Hypothesis(text, sum(each.score for each in chosen) / len(chosen)))
        return _distinct(rejoined)

    def _search(self, every: list[Part], beam: int, n: int) -> list[list[Hypothesis]]:
        results: dict[tuple[str, ...], Any] = {(): None}
        tokens = sorted({part.tokens for part in every if part.tokens}, key=len, reverse=True)
        size = self._settings.batch_tokens
        with self._share() as n_workers:
            planned = batches([len(each) for each in tokens], n_workers=n_workers, max_tokens=size)
            for rows, answers in self._answers([tokens[rows] for rows in planned], beam, n):
                results.update(zip(rows, answers, strict=True))
        return [self._decoded(part, results[part.tokens]) for part in every]

    @contextmanager
    def _share(self) -> Iterator[int]:
        """Lend a call its share of the workers: it need not be divided among those that another call keeps busy."""
        with self._lock:
            self._n_calls += 1
            n_workers = math.ceil(self._n_workers / self._n_calls)
        try:
            yield n_workers
        finally:
            with self._lock:
                self._n_calls -= 1

    def _answers(
        self, planned: list[list[tuple[str, ...]]], beam: int, n: int
    ) -> Iterator[tuple[list[tuple[str, ...]], list[Any]]]:
        """Yield each batch with its results; a batch that fails is tried once more, row by row."""
        running = [(rows, self._start(rows, beam, n)) for rows in planned]
        for rows, promised in running:
            try:
                answers = [promise.result() for promise in promised]
            except (RuntimeError, ValueError, MemoryError):
                answers = [self._alone(row, beam, n) for row in rows]
            yield rows, answers

    def _alone(self, row: tuple[str, ...], beam: int, n: int) -> Any:  # noqa: ANN401 - CTranslate2 has no types
        try:
            return self._start([row], beam, n)[0].result()
        except (RuntimeError, ValueError, MemoryError) as error:
            shown = self._tokeniser.decode(row)[:80]
            raise EngineError(f"the Argos package {self._package} failed on {shown!r}: {error}") from error

    def _start(self, rows: list[tuple[str, ...]], beam: int, n: int) -> list[Any]:
        """Hand one batch to CTranslate2; blocks while its queue is full."""
        prefix = self._package.target_prefix
        started: list[Any] = self._translator.translate_batch(
            [list(row) for row in rows],
            target_prefix=[[prefix]] * len(rows) if prefix else None,
            asynchronous=True,
            beam_size=beam,
            num_hypotheses=n,
            length_penalty=_LENGTH_PENALTY,
            replace_unknowns=True,
            max_input_length=0,
            max_decoding_length=self._max_decoded,
            return_scores=True,
        )
        return started

    def _decoded(self, part: Part, result: Any) -> list[Hypothesis]:  # noqa: ANN401 - CTranslate2 has no types
        if result is None:
            return [Hypothesis(part.text)]
        return [
            Hypothesis(self._text(part, tokens), score * max(1, len(tokens)) ** (_LENGTH_PENALTY - 1))
            for tokens, score in zip(result.hypotheses, result.scores, strict=True)
        ]

    def _text(self, part: Part, tokens: list[str]) -> str:
        prefix = self._package.target_prefix
        if prefix and tokens[:1] == [prefix]:
            tokens = tokens[1:]
        text = self._tokeniser.decode(tokens)
        # argostranslate turns every underscore into a space, for models that write spaces so; those of the source stay.
        return (text if "_" in part.text else text.replace("_", " ")).strip()


def _distinct(hypotheses: list[Hypothesis]) -> list[Hypothesis]:
    return list({each.text: each for each in reversed(hypotheses)}.values())[::-1]


def batches(lengths: Sequence[int], *, n_workers: int, max_tokens: int) -> list[slice]:
    """Divide rows into batches that take about the same time, a multiple of `n_workers` of them.

    Args:
        lengths: tokens of each row, longest first.
        max_tokens: what a batch may hold, padding counted; a longer row is a batch of its own.
    Returns: slices of the rows, in order, none empty; fewer than `n_workers` when there is little to do.

    >>> batches([40, 40, 20, 20, 20, 20], n_workers=2, max_tokens=1000)
    [slice(0, 2, None), slice(2, 6, None)]
    """
    if not lengths:
        return []
    total = sum(lengths)
    n_wanted = max(1, min(n_workers, total // _MIN_BATCH_TOKENS))
    low, high = total / n_wanted, (1.0 + _BATCH_COST_ROWS) * total
    n_least = len(_filled(lengths, high, max_tokens))
    if n_least > n_wanted:
        n_wanted = math.ceil(n_least / n_workers) * n_workers
        low = total / n_wanted
    for _ in range(12):  # bisect for the lowest cost limit that needs no more batches than wanted
        middle = (low + high) / 2
        low, high = (low, middle) if len(_filled(lengths, middle, max_tokens)) <= n_wanted else (middle, high)
    return _filled(lengths, high, max_tokens)


def _filled(lengths: Sequence[int], limit: float, max_tokens: int) -> list[slice]:
    """Fill batch after batch up to a cost; a batch costs its tokens and a few times its longest row."""
    planned, start, cost = [], 0, (1.0 + _BATCH_COST_ROWS) * lengths[0]
    for n in range(1, len(lengths)):
        if cost + lengths[n] > limit or lengths[start] * (n + 1 - start) > max_tokens:
            planned.append(slice(start, n))
            start, cost = n, _BATCH_COST_ROWS * lengths[n]
        cost += lengths[n]
    return [*planned, slice(start, len(lengths))]
