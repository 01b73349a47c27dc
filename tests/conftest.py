"""What pytest reads first: the fixtures live in plugins named ``fix_*``."""

from __future__ import annotations

pytest_plugins = ("tests.fix_postgres",)
