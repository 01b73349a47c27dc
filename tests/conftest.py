"""What pytest reads first: the fixtures live in plugins named ``fix_*``."""

from __future__ import annotations

import os

from hypothesis import settings

pytest_plugins = ("tests.fix_postgres",)

# The same examples every time, so that a run says something about the change and not about luck.
# HYPOTHESIS_PROFILE=explore looks for new ones.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))
