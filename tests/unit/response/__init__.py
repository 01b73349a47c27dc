"""Unit tests of making answers, without a database."""
