"""Translations compared: two of one text in one language, and the names of many across languages.

Where to look: `sentences` a text divided · `align` sentences paired · `words` what is compared · `names` which words
are names · `changes` what changed in a pair, and of what kind · `compare` all of it · `matrix` concept by language ·
`report` as text, side by side, as HTML and as a unified diff.
"""

from service.diff.compare import Version, compare
from service.diff.matrix import Cell, Matrix, Rendering, Row, matrix
from service.diff.record import Change, Diff, Pair

__all__ = ["Cell", "Change", "Diff", "Matrix", "Pair", "Rendering", "Row", "Version", "compare", "matrix"]
