"""The native routes, under `/api`: everything that the web page can do, for programs too.

Where to look: `shapes` what goes in and out · `failures` what can go wrong, for the OpenAPI document · `translate` ·
`names` texts whose names are put right, checked or discovered · `concepts` the glossary's entries, `glossary` its file,
`preview` what a change would do, `revisions` what it was · `translations` what is kept · `jobs` long work ·
`documents` files · `diff` two translations compared · `info` what this server is and has.
"""

from fastapi import APIRouter

from service.api.native import (
    concepts,
    diff,
    documents,
    glossary,
    info,
    jobs,
    names,
    preview,
    revisions,
    translate,
    translations,
)

router = APIRouter(prefix="/api")
for _part in (translate, names, concepts, glossary, preview, revisions, translations, diff, jobs, documents, info):
    router.include_router(_part.router)
