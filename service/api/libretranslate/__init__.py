"""LibreTranslate's routes, as its clients know them, over the same desk; more can be asked for, nothing has to be.

Where to look: `body` what a request carries · `codes` languages as LibreTranslate writes them · `translate`, `detect`,
`files`, `about` the routes · `failures` their errors in the OpenAPI document · `spec` the same as Swagger 2.0.

Kept from LibreTranslate 1.9.6: paths, fields, statuses, which members an answer has and when. Left out on purpose:
it changes capitals and final marks of a translation after the engine; here nothing outside a name is touched.
"""

from fastapi import APIRouter

from service.api.libretranslate import about, detect, files, spec, translate

router = APIRouter()
for part in (translate, detect, files, about, spec):
    router.include_router(part.router)
