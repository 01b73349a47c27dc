"""Tokens, without a database."""
