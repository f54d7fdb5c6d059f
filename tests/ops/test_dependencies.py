"""What is installed was chosen: every direct dependency has its reason, a pin, and a use."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
#: Lists of direct dependencies, and the file that pins them with all that they bring.
LISTS = {
    "requirements-web.in": "requirements-web.txt",
    "requirements.in": "requirements.txt",
    "requirements-dev.in": "requirements-dev.txt",
}
#: Where a package is named otherwise than by its own name with underscores.
NAMED = {
    "django-axes": "axes",
    "django-cors-headers": "corsheaders",
    "django-csp": "csp",
    "django-environ": "environ",
    "django-import-export": "import_export",
    "django-redis": "django_redis",
    "django-template-partials": "template_partials",
    "djangorestframework": "rest_framework",
    "pillow": "PIL",
    "psycopg": "postgresql",
    "python-json-logger": "pythonjsonlogger",
    "scikit-learn": "sklearn",
    "xgboost-cpu": "xgboost",
    "pyarrow": "parquet",
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
    assert len(listed) > 5
    unexplained = {package for package, reason in listed.items() if len(reason) < 5}
    assert not unexplained


@pytest.mark.parametrize(("name", "pinned"), LISTS.items())
def test_every_package_is_pinned_to_one_version(name, pinned):
    pins = re.findall(r"^([A-Za-z0-9_.-]+)(?:\[\w+\])?(\S*)", (ROOT / pinned).read_text(), re.M)
    assert all(re.fullmatch(r"==[\w.+!-]+", version) for _package, version in pins), pins
    missing = {package for package, _reason in direct(name)} - {one.lower() for one, _v in pins}
    assert not missing


@pytest.mark.parametrize("name", ["requirements-web.in", "requirements.in"])
def test_every_dependency_is_used(name):
    source = (
        "\n".join(
            path.read_text()
            for folder in ("predictiondex", "battles", "mlcore", "pokedex", "deploy")
            for path in (ROOT / folder).rglob("*.py")
        )
        + (ROOT / "Makefile").read_text()
    )
    unused = set()
    for package, reason in direct(name):
        word = NAMED.get(package, package.replace("-", "_"))
        # What only another package needs says so.
        if not re.search(rf"\b{word}", source) and "needs it" not in reason:
            unused.add(package)
    assert not unused


def test_newer_versions_of_whatever_is_pinned_are_told():
    """Each folder with a file of pins is looked at by Dependabot."""
    updates = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text())["updates"]
    watched = {
        (each["package-ecosystem"], folder.strip("/"))
        for each in updates
        for folder in each.get("directories", [each.get("directory")])
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
