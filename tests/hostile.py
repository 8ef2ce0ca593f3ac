"""Texts that trip what was not written for them."""

HOSTILE = [
    "",
    "a\0b\0",
    "\ud800 alone \udfff",
    "\ufdd00000",
    "\ufdd0",
    "'; DROP TABLE translations; --",
    "%_\\[a-z]*?",
    "{:x} :name %(name)s %s ? $1",
    "\U0001f1fa\U0001f1e6 \u202e\u200d\ufeff\r\n\t",
    "x" * 200_000,
    "ж" * 200_000,
]
