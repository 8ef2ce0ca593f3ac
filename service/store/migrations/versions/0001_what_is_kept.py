"""The first tables.

Types are written out and not taken from the program: it changes, this step does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_COUNT = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make them."""
    _texts()
    _names()
    _work()


def _texts() -> None:
    op.create_table(
        "translations",
        sa.Column("id", _COUNT, primary_key=True, autoincrement=True),
        sa.Column("created", _INSTANT, nullable=False),
        sa.Column("caller", sa.Text),
        sa.Column("group", sa.String(32), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("source", "target", "source_text", "text", "folded")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("route", "mentions", "lost_marks", "signature")),
        sa.PrimaryKeyConstraint("id", name="pk_translations"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_translations_group", "translations", ["group"])
    op.create_table(
        "sentences",
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("used", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_sentences"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sentences_used", "sentences", ["used"])
    op.create_table(
        "suggestions",
        sa.Column("id", _COUNT, primary_key=True, autoincrement=True),
        sa.Column("created", _INSTANT, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("q", "s", "source", "target")),
        sa.PrimaryKeyConstraint("id", name="pk_suggestions"),
        sqlite_autoincrement=True,
    )


def _names() -> None:
    op.create_table(
        "glossaries",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_glossaries"),
    )
    op.create_table(
        "dictionaries",
        sa.Column("glossary", sa.String(36), nullable=False),
        sa.Column("source", sa.String(35), nullable=False),
        sa.Column("target", sa.String(35), nullable=False),
        sa.Column("entries", sa.Text, nullable=False),
        sa.Column("n_entries", sa.Integer, nullable=False),
        sa.Column("n_bytes", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["glossary"], ["glossaries.id"], name="fk_dictionaries_glossary", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("glossary", "source", "target", name="pk_dictionaries"),
    )
    op.create_table(
        "revisions",
        sa.Column("id", _COUNT, primary_key=True, autoincrement=True),
        sa.Column("created", _INSTANT, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("who", "summary", "etag")),
        sa.Column("text", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_revisions"),
        sqlite_autoincrement=True,
    )


def _work() -> None:
    op.create_table(
        "keys",
        sa.Column("id", _COUNT, primary_key=True, autoincrement=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("requests_per_minute", sa.Integer),
        sa.Column("max_chars", sa.BigInteger),
        sa.Column("created", _INSTANT, nullable=False),
        sa.Column("last_used", _INSTANT),
        sa.Column("revoked", _INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_keys"),
        sa.UniqueConstraint("digest", name="uq_keys_digest"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("caller", sa.Text),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("done", sa.BigInteger, nullable=False),
        sa.Column("total", sa.BigInteger),
        *(sa.Column(name, sa.Text) for name in ("result", "code", "error")),
        *(sa.Column(name, _INSTANT, nullable=False) for name in ("created", "updated")),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_state", "jobs", ["state"])
    op.create_index("ix_jobs_updated", "jobs", ["updated"])
    _documents()


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("caller", sa.Text),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("source", sa.Text),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("n_bytes", sa.BigInteger),
        *(sa.Column(name, _INSTANT, nullable=False) for name in ("created", "expires")),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
    )
    op.create_index("ix_documents_expires", "documents", ["expires"])
    op.create_table(
        "contents",
        sa.Column("document", sa.String(32), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["document"], ["documents.id"], name="fk_contents_document", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("document", name="pk_contents"),
    )
