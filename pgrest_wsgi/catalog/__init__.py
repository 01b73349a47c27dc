"""What exists in the database: tables and their relationships, and functions."""
