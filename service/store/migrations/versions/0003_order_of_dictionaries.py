"""The dictionaries of a glossary keep the order in which they were given; those of before keep that of their pairs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("dictionaries", sa.Column("position", sa.Integer, nullable=False, server_default="0"))
