"""What is kept: translations, API keys, glossaries, revisions, jobs, documents, and a sentence cache.

SQLite in a file, or PostgreSQL by its URL, with the same promises: what a call returned from is there after a crash;
every call is one transaction; all of it may be called from several threads, and several processes may share a store.
Everything here blocks: call it from a thread. What comes out are frozen records, with times in UTC.

Where to look: `database` connections and errors · `migrate` and `migrations/` how tables change · `tables` what they
are now · `columns` values that come back exactly · `owners` which processes are alive · then one module a sub-store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.settings import Settings
from service.store.database import Database
from service.store.documents import Document, Documents
from service.store.glossaries import Glossaries, Made, Outline
from service.store.jobs import Job, Jobs
from service.store.keys import Key, Keys
from service.store.migrate import migrate
from service.store.owners import Owners
from service.store.revisions import Revision, Revisions
from service.store.sentences import Sentences
from service.store.suggestions import Suggestion, Suggestions
from service.store.translations import Kept, Preview, Translations

if TYPE_CHECKING:
    from types import TracebackType

__all__ = [
    "Document",
    "Documents",
    "Glossaries",
    "Job",
    "Jobs",
    "Kept",
    "Key",
    "Keys",
    "Made",
    "Outline",
    "Preview",
    "Revision",
    "Revisions",
    "Sentences",
    "Store",
    "Suggestion",
    "Suggestions",
    "Translations",
]


class Store:
    """A store, open; its attributes are the sub-stores. Use it as a context manager, or close it."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._owners = Owners(database)
        self.translations = Translations(database, limit=settings.keep_translations)
        self.keys = Keys(database)
        self.glossaries = Glossaries(database)
        self.revisions = Revisions(database)
        self.jobs = Jobs(database, self._owners)
        self.documents = Documents(database, self._owners, keep_s=settings.keep_files_s)
        self.sentences = Sentences(database, limit=settings.cache_sentences)
        self.suggestions = Suggestions(database)

    @classmethod
    def open(cls, where: Settings | str | None = None) -> Store:
        """Open the store that the settings name; its tables are made, or brought up to this version.

        Args:
            where: settings, or only the database's URL; None is a file in the user's data folder.
        Raises: StoreError: it cannot be opened; the message says why and what to do, and never shows a password.
        """
        settings = where if isinstance(where, Settings) else Settings.model_validate({"database": where})
        database = Database(settings.database.get_secret_value() if settings.database else None)
        try:
            migrate(database)
            store = cls(database, settings)
            store.expire()
        except BaseException:
            database.close()
            raise
        return store

    @property
    def label(self) -> str:
        """Return where the store is, as a message may show it: without a password."""
        return self._database.label

    def expire(self) -> int:
        """Delete documents and jobs whose time is over, and fail those of processes that ended; count them.

        A server calls this once a minute or so.
        """
        n = self.documents.expire() + self.jobs.expire()
        self._database.give_back()
        return n

    def check(self) -> None:
        """See that the database answers.

        Raises: StoreError.
        """
        with self._database.read() as connection:
            connection.exec_driver_sql("SELECT 1")

    def close(self) -> None:
        """Close the store; what is open in it then counts as left by a process that ended."""
        self._owners.close()
        self._database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
