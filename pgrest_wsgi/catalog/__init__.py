"""What exists in the database: tables, their columns and keys, foreign keys, functions."""
