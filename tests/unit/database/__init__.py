"""Statements and connections, on a real PostgreSQL."""
