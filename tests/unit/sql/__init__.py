"""Unit tests of making SQL, without a database."""
