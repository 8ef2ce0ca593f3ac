"""Names: find them, keep them, put them right. Knows no engine, no HTTP, no database."""
