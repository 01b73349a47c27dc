"""The syntax of files of settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgrest_wsgi.config.file import read_file
from pgrest_wsgi.config.model import ConfigError


def texts_of(path: Path, content: str, **environ: str) -> dict[str, str]:
    """The texts in a file with this content."""
    (path / "app.conf").write_bytes(content.encode())
    return read_file(path / "app.conf", environ)


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        ("", {}),
        ("# nothing\n\n  # at all", {}),
        ('db-uri = "x"', {"db-uri": "x"}),
        ('\n\tdb-uri="x"# why\n', {"db-uri": "x"}),
        ('db-uri =\n  "x"\r\nserver-port = 80\r\n', {"db-uri": "x", "server-port": "80"}),
        ("a = true\nb = false", {"a": "true", "b": "false"}),
        ("a = on\nb = off", {"a": "true", "b": "false"}),
        ('app.settings.Größe_2 = ""', {"app.settings.Größe_2": ""}),
        ('a = "1"\na = "2"', {"a": "2"}),
        ('a = "# no comment = \\"quoted\\""', {"a": '# no comment = "quoted"'}),
        (r'a = "\\ \n \t \r \u00e9 \ud83d\ude00"', {"a": "\\ \n \t \r é 😀"}),
        ('a = "{\n  \\"keys\\": []\n}"', {"a": '{\n  "keys": []\n}'}),
        ('# Commènt\na = "crit"', {"a": "crit"}),
        ('a = "$$.role"', {"a": "$.role"}),
    ],
)
def test_content_becomes_texts(tmp_path: Path, content: str, texts: dict[str, str]) -> None:
    """Keys, texts, bare values, comments, escapes and lines are read as they are meant."""
    assert texts_of(tmp_path, content) == texts


def test_variables(tmp_path: Path) -> None:
    """A variable is an earlier key, or else of the environment, and is not read twice."""
    content = 'port = 80\na = "$(port)/$(port)"\nb = "<$(HOME)>$$(a)"\nc = "$(odd)"'
    texts = texts_of(tmp_path, content, HOME="/root", port="81", odd="$(port)$")
    assert texts == {"port": "80", "a": "80/80", "b": "</root>$(a)", "c": "$(port)$"}


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        ("yaml:\n  is: not\n", 1, "expected"),
        ('a = "1"\n\n# b\nb = hidden', 4, "expected"),
        ('a = "hidden', 1, "expected"),
        ("a = 'hidden'", 1, "expected"),
        ('a = "1" b = "hidden"', 1, "expected"),
        ("a = 1.5", 1, "expected"),
        ("a = trueish", 1, "expected"),
        ("2a = 1", 1, "expected"),
        ('a = "\nhidden"\nb = "hidden \\x"', 3, "b has an escape that is not allowed"),
        (r'a = "hidden \ud800"', 1, "a has an escape that is not allowed"),
        ('a = "hidden $ hidden"', 1, "a lone $ is not allowed"),
        ('a = "$(b)"\nb = "1"', 1, "there is no variable b"),
    ],
)
def test_problem_names_file_and_line(tmp_path: Path, content: str, line: int, problem: str) -> None:
    """A problem is told with the file and the line of the entry, without what is there."""
    with pytest.raises(ConfigError) as refusal:
        texts_of(tmp_path, content)
    assert str(refusal.value).startswith(f"{tmp_path / 'app.conf'}:{line}: {problem}")
    assert "hidden" not in str(refusal.value)


def test_missing_file(tmp_path: Path) -> None:
    """A file that cannot be opened is a problem of the configuration."""
    with pytest.raises(ConfigError, match=r"none\.conf: cannot be read: No such file"):
        read_file(tmp_path / "none.conf", {})


def test_file_in_another_encoding(tmp_path: Path) -> None:
    """A file must be UTF-8."""
    (tmp_path / "app.conf").write_bytes(b'a = "\xe9"')
    with pytest.raises(ConfigError, match="is not UTF-8"):
        read_file(tmp_path / "app.conf", {})
