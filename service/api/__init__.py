"""HTTP over the desk: three families of routes, each with its own shapes and errors, over one pipeline and one store.

Where to look: `app` builds the application · `state` what routes share · `guard` keys and rates · `problems` errors as
each family has them · `middleware` what holds for every request · `metrics`, `logs` · then one room a family: `native`
(`/api`), `libretranslate` (`/translate` and the like), `deepl` (`/v2`, `/v3`), and `page`, which serves the web page.
"""
