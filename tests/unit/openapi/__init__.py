"""Tests of `pgrest_wsgi.openapi`."""
