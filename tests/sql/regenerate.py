"""``python -m tests.sql.regenerate`` writes the golden files anew; read the difference with git.

A new pair begins as a request alone: write its lines into a file, then run this.
"""

from __future__ import annotations

from pgrest_wsgi.demo.postgres import create_database, temporary_server
from pgrest_wsgi.demo.sample import load_sample
from tests.sql.golden import FILES, compile_pair, demo_catalog, read_pairs, write_pair


def main() -> None:
    """Write all files."""
    with temporary_server() as uri:
        catalog = demo_catalog(load_sample(create_database(uri, "golden", "")))
    for path in FILES:
        top, pairs = read_pairs(path)
        blocks = (write_pair(pair, compile_pair(pair, catalog)) for pair in pairs)
        path.write_text("\n\n".join((top, *blocks)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
