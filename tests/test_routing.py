"""The way from one language to another."""

import pytest

from service.errors import RequestError, UnknownEngineError, UnsupportedPairError
from service.records import Pair
from service.routing import Router


class Fixed:
    """An engine that only says which pairs it has."""

    def __init__(self, *pairs):
        self._pairs = frozenset(Pair(*pair.split("_")) for pair in pairs)

    def pairs(self):
        return self._pairs


def way(router, source, target, **options):
    return " > ".join(map(str, router.route(source, target, **options)))


@pytest.fixture
def router():
    return Router(
        {
            "argos": Fixed("en_es", "en_de", "de_fr", "uk_en"),
            "apertium": Fixed("en_es", "es_fr", "es_pt", "en_ca", "ca_fr", "ca_it", "pt_gl", "es_pt-BR"),
            "echo": Fixed("en_ja"),
        }
    )


@pytest.mark.parametrize(
    ("source", "target", "expect"),
    [
        ("en", "es", "argos:en-es"),  # both have it: the neural model
        ("en", "ca", "apertium:en-ca"),
        ("en", "fr", "argos:en-de > argos:de-fr"),  # more neural hops win among pivots of one length
        ("en", "pt", "argos:en-es > apertium:es-pt"),
        ("en", "it", "apertium:en-ca > apertium:ca-it"),
        ("uk", "fr", "argos:uk-en > argos:en-de > argos:de-fr"),
        ("en-US", "es", "argos:en-es"),
        ("en", "pt-BR", "argos:en-es > apertium:es-pt-BR"),
        ("en", "es-MX", "argos:en-es"),
    ],
)
def test_route(router, source, target, expect):
    assert way(router, source, target) == expect


def test_an_engine_asked_for_by_name_is_the_only_one_used(router):
    assert way(router, "en", "fr", engine="apertium") == "apertium:en-es > apertium:es-fr"
    assert way(router, "en", "ja", engine="echo") == "echo:en-ja"


def test_targets_that_may_share_a_hop_do():
    router = Router({"apertium": Fixed("en_ca", "en_es", "ca_fr", "es_fr", "ca_it", "es_it", "ca_pt", "es_pt")})
    assert {router.route("en", target)[0] for target in ("fr", "it", "pt")} == {router.route("en", "es")[0]}


def test_nobody_goes_by_another_language_to_a_variety_of_the_same_one():
    router = Router({"apertium": Fixed("en_es", "es_en-US", "es_en-GB", "ca_ca-valencia")})
    assert router.targets("en") == ["es"]
    assert router.targets("ca") == ["ca-valencia"]
    with pytest.raises(UnsupportedPairError):
        router.route("en", "en-US")


def test_no_way_names_what_to_install(router):
    with pytest.raises(UnsupportedPairError, match="exonym install es uk"):
        router.route("es", "uk")
    with pytest.raises(UnsupportedPairError, match="in 3 hops"):
        router.route("uk", "gl")


def test_echo_is_never_taken_unasked(router):
    with pytest.raises(UnsupportedPairError):
        router.route("en", "ja")


def test_same_language_and_unknown_engine(router):
    with pytest.raises(RequestError, match="both 'en'"):
        router.route("en", "en")
    with pytest.raises(UnknownEngineError, match="no engine is called 'moses'"):
        router.route("en", "es", engine="moses")


def test_targets_and_sources(router):
    assert router.targets("uk") == ["ca", "de", "en", "es", "fr", "it", "pt", "pt-BR"]
    assert router.sources() == ["ca", "de", "en", "es", "pt", "uk"]
