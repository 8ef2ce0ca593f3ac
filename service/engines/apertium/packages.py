"""Which Debian package brings an Apertium pair, to be named when it is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.languages import canonical

if TYPE_CHECKING:
    from service.records import Pair

# Source: Debian 12, `apt-cache search ^apertium-`; transitional packages left out.
# fmt: off
_BOTH_WAYS = [
    "afr-nld", "arg-cat", "bel-rus", "cat-ita", "cat-srd", "dan-nor", "en-gl", "eng-cat", "eng-spa",
    "eo-en", "es-ast", "es-gl", "es-pt", "fr-es", "fra-cat", "hbs-mkd", "hbs-slv", "id-ms",
    "is-sv", "mkd-bul", "nno-nob", "oc-ca", "oc-es", "oci-fra", "por-cat", "pt-gl", "rus-ukr",
    "spa-arg", "spa-cat", "spa-ita", "swe-dan", "swe-nor", "urd-hin",
]
# fmt: on
_ONE_WAY = {
    ("br", "fr"): "br-fr",
    ("ca", "eo"): "eo-ca",
    ("es", "eo"): "eo-es",
    ("fr", "eo"): "eo-fr",
    ("eu", "en"): "eu-en",
    ("eu", "es"): "eu-es",
    ("is", "en"): "isl-eng",
    ("is", "sv"): "isl-swe",
    ("mk", "en"): "mkd-eng",
    ("ro", "es"): "es-ro",
    ("pl", "szl"): "pol-szl",
    ("sc", "it"): "srd-ita",
    ("sr-Latn", "en"): "hbs-eng",
}


def package_for(pair: Pair) -> str | None:
    """Return the Debian package for `pair`, None when there is none.

    >>> from service.records import Pair
    >>> package_for(Pair("es", "en")), package_for(Pair("es", "ro"))
    ('apertium-eng-spa', None)
    """
    name = _ONE_WAY.get((pair.source, pair.target))
    for both in _BOTH_WAYS:
        if {canonical(code) for code in both.split("-")} == {pair.source, pair.target}:
            name = both
    return f"apertium-{name}" if name else None
