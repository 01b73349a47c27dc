"""Tests that start real servers: the demo, the examples, WSGI servers."""
