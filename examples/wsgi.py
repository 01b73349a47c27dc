"""The smallest deployment: settings come from PGRST_* variables.

gunicorn --config examples/gunicorn.conf.py --chdir examples wsgi:application
"""

from __future__ import annotations

from pgrest_wsgi import make_app

application = make_app()
