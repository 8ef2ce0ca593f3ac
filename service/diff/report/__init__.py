"""Diffs and matrices for people to read.

`text` what changed pair by pair, and as a unified diff · `html` one page without script or outside link.
"""

from service.diff.report.html import html
from service.diff.report.text import Run, headline, text, unified

__all__ = ["Run", "headline", "html", "text", "unified"]
