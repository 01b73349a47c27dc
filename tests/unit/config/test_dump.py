"""Files that are written: what is read back is the same, and secrets stay hidden where asked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pgrest_wsgi.config import Config, read_config
from pgrest_wsgi.config.dump import dump, example
from pgrest_wsgi.config.settings import SETTINGS
from tests.unit.config.test_sources import SAMPLES

SECRET = b"a-secret-that-is-long-enough-for-hs256"


def read_back(text: str, folder: Path) -> Config:
    path = folder / "back.conf"
    path.write_text(text, encoding="utf-8")
    return read_config({}, {}, path)


def test_defaults_are_read_back(tmp_path: Path) -> None:
    config = read_config({}, {})
    assert read_back(dump(config, secrets=True), tmp_path) == config


@pytest.mark.parametrize("key", SAMPLES)
def test_every_setting_is_read_back(key: str, tmp_path: Path) -> None:
    keywords = {key.replace("-", "_"): SAMPLES[key][0]}
    if key == "jwt-secret-is-base64":
        keywords["jwt_secret"] = "YS1zZWNyZXQtdGhhdC1pcy1sb25nLWVub3VnaC1mb3ItaHMyNTY="
    config = read_config(keywords, {})
    assert read_back(dump(config, secrets=True), tmp_path) == config


@pytest.mark.parametrize(
    "keywords",
    [
        {"db_anon_role": 'say "x"\n\\ $(HOME) $$ # ünï 🎬'},
        {"db_hoisted_tx_settings": []},
        {"db_schemas": ["a b", 'c"d']},
        {"app_settings": {"empty": "", "a.b-c": "$x", "tab": "a\tb\x01"}},
        {"server_unix_socket_mode": "777"},
    ],
)
def test_odd_values_are_read_back(keywords: dict[str, object], tmp_path: Path) -> None:
    config = read_config(keywords, {})
    assert read_back(dump(config, secrets=True), tmp_path) == config


@pytest.mark.parametrize(
    "secret", [b"@" + SECRET, b"\xff" + SECRET, SECRET + b"\0", SECRET + b"\n"]
)
def test_a_secret_of_a_file_keeps_its_bytes(secret: bytes, tmp_path: Path) -> None:
    """In base64, where no text would be the same."""
    (tmp_path / "secret").write_bytes(secret + b"\n")
    config = read_config({"jwt_secret": f"@{tmp_path / 'secret'}"}, {})
    assert read_back(dump(config, secrets=True), tmp_path).jwt_secret == secret


def test_names_that_no_file_can_have_are_comments(tmp_path: Path) -> None:
    config = read_config({"app_settings": {"1st": "x"}}, {})
    text = dump(config, secrets=True)
    assert text.endswith('# app.settings.1st = "x"\n')
    assert read_back(text, tmp_path).app_settings == ()


def test_secrets_may_be_hidden() -> None:
    config = read_config(
        {
            "jwt_secret": SECRET.decode(),
            "db_uri": "postgresql://me:hunter2@db/app",
            "app_settings": {"key": "hunter2"},
        },
        {},
    )
    text = dump(config, secrets=False)
    assert "hunter2" not in text
    assert SECRET.decode() not in text
    hidden = [line for line in text.splitlines() if line.endswith('= "(hidden)"')]
    assert [line.partition(" ")[0] for line in hidden] == [
        *("db-uri", "jwt-secret", "app.settings.key")
    ]
    assert len(text.splitlines()) == len(SETTINGS) + 1
    assert 'jwt-secret = ""\n' in dump(read_config({}, {}), secrets=False)


def test_the_example_sets_nothing_but_names_every_setting(tmp_path: Path) -> None:
    assert read_back(example(), tmp_path) == read_config({}, {})


def test_the_example_has_the_defaults(tmp_path: Path) -> None:
    """What is not commented out any more is what holds anyway."""
    lines = [line for line in example().splitlines() if not line.startswith("##")]
    text = os.linesep.join(line.removeprefix("# ") for line in lines)
    assert read_back(text, tmp_path) == read_config({}, {})
    assert [line.split()[1] for line in lines if line] == [setting.key for setting in SETTINGS]
