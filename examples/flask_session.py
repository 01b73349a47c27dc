"""The API inside a Flask site: who is logged in to the site is logged in to the API.

SITE_SECRET=… gunicorn --config examples/gunicorn.conf.py --chdir examples flask_session:application
"""

from __future__ import annotations

import os

from flask import Flask, abort, request, session
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.security import check_password_hash, generate_password_hash

from pgrest_wsgi import Identity, make_app
from pgrest_wsgi.api.request import Request
from pgrest_wsgi.config import Config

MEMBERS = {"alba": generate_password_hash("open the archive")}

site = Flask(__name__)
site.secret_key = os.environ["SITE_SECRET"]
# Browsers send cookies by themselves: without this, any page could write in a visitor's name.
site.config["SESSION_COOKIE_SAMESITE"] = "Strict"


@site.post("/login")
def log_in() -> str:
    name, password = request.form["name"], request.form["password"]
    if not check_password_hash(MEMBERS.get(name, ""), password):
        abort(403)
    session["member"] = name
    return f"Welcome, {name}.\n"


def member_of_site(api_request: Request, config: Config) -> Identity | None:
    """The member whose session cookie comes with a request; None leaves it to a token."""
    site_request = site.request_class(api_request.environ)
    cookie = site.session_interface.open_session(site, site_request)
    if not cookie or "member" not in cookie:
        return None
    return Identity("demo_member", {"sub": cookie["member"]})


application = DispatcherMiddleware(site, {"/api": make_app(authenticate=member_of_site)})
