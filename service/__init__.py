"""Exonym's service: text through engines, with names that hold.

The way of the data, one direction only::

    text --segment--> sentences --find names--> sentences + mentions
         --engine (batched; pivots hop by hop, names held at each hop)--> translated sentences
         --settle names--> sentences + what was done to each mention
         --join--> text, byte for byte the original white space and paragraphs
"""

__version__ = "0.1.0"
