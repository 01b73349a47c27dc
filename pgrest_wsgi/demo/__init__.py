"""A film society's database to try things on: ``python -m pgrest_wsgi.demo``.

Beside the core, which imports nothing from here; needs the extra ``demo``.
"""
