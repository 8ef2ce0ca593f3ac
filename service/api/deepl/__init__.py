"""DeepL's routes, v2 and v3, for clients that are written for DeepL: the official ones, Weblate, Mastodon.

Facts that decide here, measured with the official Python client: it sends a request again, five times, after ten
seconds without a byte, on 429 and from 500 on, so slow answers begin early (`patience`) and what would fail again is
4xx; it puts parameters of a GET into a body; it takes no glossary whose creation time has no fraction; it wants
`billed_characters` in every translation.

Where to look: `codes` languages as DeepL writes them · `body` what a request carries, and its key · `failures` what can
go wrong, for the OpenAPI document · `translate` · `languages` and usage · `entries` term lists as text · `glossaries`
(v2) and `multilingual` (v3) over the same store · `documents` · `absent` what DeepL has and this server has not.
"""

from fastapi import APIRouter

from service.api.deepl import absent, documents, glossaries, languages, multilingual, translate

router = APIRouter()
for _part in (translate, languages, glossaries, multilingual, documents, absent):
    router.include_router(_part.router)
