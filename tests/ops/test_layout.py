"""Where things lie: no hidden imports, no long files, no stray modules at the root."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("pokedex", "battles", "mlcore", "predictiondex")
#: Whatever is imported within functions, and why it may be.
LATE = {
    "django_celery_beat": "its models load only once Django's apps are ready",
    "django_redis": "sites without Redis run without it",
    "matplotlib": "one second; draws the diagrams of a training run",
    "mlflow": "five seconds, and absent from the web image",
    "optuna": "absent from the web image",
    "pandas": "absent from the web image",
    "pandera": "absent from the web image",
    "redis": "sites without Redis run without it",
    "scipy": "one second; fits and tests offline",
    "sklearn": "two seconds, and absent from the web image",
    "tqdm": "absent from the web image",
    "xgboost": "one second; loads with the first model",
}
MAX_LINES = 600
#: Written by programs: `make docs` and `makemigrations`.
GENERATED = ("battles/api/core/examples.py", "/migrations/")
#: Modules that Django or Celery look for by name.
AT_THE_ROOT = {"__init__", "admin", "apps", "models", "tasks", "urls"}


def tracked(*patterns: str) -> list[str]:
    done = subprocess.run(
        ["git", "ls-files", "--", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [name for name in done.stdout.splitlines() if (ROOT / name).exists()]


def late_imports(source: str) -> Iterator[str]:
    """The top-level package of each import within a function; "." for a relative one."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    for function in ast.walk(ast.parse(source)):
        for node in ast.walk(function) if isinstance(function, functions) else ():
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield "." if node.level else node.module.partition(".")[0]


@pytest.fixture(scope="module")
def late() -> dict[str, set[str]]:
    """The files that import a package within a function, by package."""
    files: dict[str, set[str]] = {}
    for name in tracked(*(f"{package}/*.py" for package in PACKAGES)):
        for package in late_imports((ROOT / name).read_text()):
            files.setdefault(package, set()).add(name)
    return files


def test_the_search_for_late_imports_finds_them():
    source = (
        "import a\ndef f():\n import b.c as d\n class E:\n  async def g(self):\n"
        "   from h.i import j\n   from . import k\nif a:\n from l import m"
    )
    assert set(late_imports(source)) == {"b", "h", "."}


def test_no_function_imports_the_project(late):
    assert not {package: late[package] for package in (*PACKAGES, ".") if package in late}


def test_functions_import_only_what_is_too_heavy_to_import_above(late):
    assert set(late) - {*PACKAGES, "."} == set(LATE), late


def test_no_file_is_too_long():
    lines = {
        name: len((ROOT / name).read_text().splitlines())
        for name in tracked("*.py", "*.css", "*.js", "*.mjs")
        if not any(part in name for part in GENERATED)
    }
    assert len(lines) > 100
    assert not {name: count for name, count in lines.items() if count > MAX_LINES}


@pytest.mark.parametrize("package", ["mlcore", "battles"])
def test_the_root_of_a_package_holds_what_django_looks_for(package):
    assert {path.stem for path in (ROOT / package).glob("*.py")} <= AT_THE_ROOT
