"""Unit tests of the catalog, without a database."""
