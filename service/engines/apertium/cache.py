"""What the Apertium engine found out about the installed pairs, kept between runs.

A cache and nothing more: a file that cannot be read counts as empty, one that cannot be written is left unwritten.
"""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path
from typing import Any

import platformdirs

_MAX_ENTRIES = 500  # of each kind; the oldest go
_FAULT_S = 3600.0  # a pair that did not work gets another chance after an hour


class Cache:
    """Probes of pairs and lessons of taggers, by fingerprint; safe to share between threads."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file or Path(platformdirs.user_cache_dir("exonym")) / "apertium.json"
        self._lock = threading.Lock()
        self._content = self._read()

    def fault(self, fingerprint: str) -> tuple[bool, str | None]:
        """Return whether the pair has been probed, and what was wrong with it, None when it worked."""
        entry = self._content["probes"].get(fingerprint)
        if not isinstance(entry, dict) or (entry.get("fault") and not 0 <= time.time() - entry.get("at", 0) < _FAULT_S):
            return False, None
        return True, entry.get("fault")

    def keep_faults(self, faults: dict[str, str | None]) -> None:
        """Keep the results of probes, by fingerprint."""
        self._keep("probes", {print_: {"fault": fault, "at": time.time()} for print_, fault in faults.items()})

    def classes(self, fingerprint: str) -> frozenset[frozenset[str]]:
        """Return the ambiguity classes that a tagger has been taught."""
        lists = self._content["classes"].get(fingerprint, [])
        if not isinstance(lists, list) or not all(isinstance(names, list) for names in lists):
            return frozenset()
        return frozenset(frozenset(map(str, names)) for names in lists)

    def keep_classes(self, fingerprint: str, classes: frozenset[frozenset[str]]) -> None:
        """Keep the ambiguity classes that a tagger has been taught."""
        self._keep("classes", {fingerprint: sorted(map(sorted, classes))})

    def _keep(self, kind: str, entries: dict[str, Any]) -> None:
        with self._lock:
            # Another process may have written since; the file is replaced whole, so that nobody reads half of it.
            self._content = self._read()
            kept = {**self._content[kind], **entries}
            self._content[kind] = dict(list(kept.items())[-_MAX_ENTRIES:])
            try:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                new = self._file.with_name(f"{self._file.name}.{os.getpid()}.{threading.get_ident()}")
                new.write_text(json.dumps(self._content), encoding="utf-8")
                new.replace(self._file)
            except OSError:
                pass

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            content = json.loads(self._file.read_text(encoding="utf-8"))
            return {kind: dict(content[kind]) for kind in ("probes", "classes")}
        except (OSError, ValueError, KeyError, TypeError):
            return {"probes": {}, "classes": {}}
