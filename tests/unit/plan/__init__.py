"""Unit tests of planning, without a database."""
