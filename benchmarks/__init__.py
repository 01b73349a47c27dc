"""Benchmarks: ``python -m benchmarks`` compares with pgbench, the other modules look at one part.

Nothing here is installed with the package. How it measures: ``docs/benchmarks.md``.
"""
