"""HTTP specs on a real PostgreSQL, one module per feature."""
