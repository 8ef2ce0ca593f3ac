"""Kept translations say what they are written in, so that a diff can read their mark-up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what was kept before is plain text."""
    op.add_column("translations", sa.Column("format", sa.String(8), nullable=False, server_default="text"))
