"""Whatever can be set, called or visited is written down, and what is written down exists."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands
from django.urls import get_resolver

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
}
README = DOCUMENTS["README.md"]
ARCHITECTURE = DOCUMENTS["docs/ARCHITECTURE.md"]
COMPETENCES = DOCUMENTS["docs/COMPETENCES.md"]
#: What `make` and CI use; not commands for people.
INNER_COMMANDS = {"setup_data"}


def settings_read() -> set[str]:
    """Names that the program takes from the environment."""
    sources = [ROOT / "predictiondex" / "settings.py", ROOT / "deploy" / "gunicorn.conf.py"]
    text = "".join(path.read_text() for path in sources)
    return set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", text)) | set(
        re.findall(r"environ(?:\.get\(|\[)\s*[\"']([A-Z_]+)[\"']", text)
    )


def own_commands() -> set[str]:
    own = {app.name for app in apps.get_app_configs() if Path(app.path).is_relative_to(ROOT)}
    own = {name for name in own if (ROOT / name.split(".")[0]).is_dir()}
    return {name for name, app in get_commands().items() if app in own}


def routes(patterns=None, prefix=""):
    """Every address of the site as '/compare/', parameters as '<name>'."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, route)
        else:
            yield "/" + re.sub(r"<\w+:(\w+)>", r"<\1>", route)


def test_the_search_for_settings_finds_them():
    assert {"SECRET_KEY", "REDIS_URL", "WEB_CONCURRENCY", "API_KEY_RATE"} <= settings_read()


def test_every_setting_is_in_the_readme():
    table = README.split("## Settings")[1]
    for name in settings_read():
        assert f"`{name}`" in table, name


def test_every_setting_of_the_readme_exists():
    table = README.split("## Settings")[1]
    for row in re.findall(r"^\| (`[A-Z].*?) \|", table, re.M):
        for name in re.findall(r"`([A-Z_]+)`", row):
            assert name in settings_read(), name


def test_every_command_is_in_the_readme():
    assert {"ml", "bench", "import_pokedex"} <= own_commands()
    for name in own_commands() - INNER_COMMANDS:
        assert re.search(rf"`{name}\b", README), name


def test_every_page_is_in_the_architecture():
    found = set(routes())
    assert "/compare/" in found
    for route in found:
        if not route.startswith(("/admin/", "/api/v1/")):
            assert f"`{route}`" in ARCHITECTURE, route


def test_every_page_of_the_architecture_exists():
    found = set(routes()) | {"/admin/", "/api/v1/..."}
    table = ARCHITECTURE.split("## Addresses")[1]
    for route in re.findall(r"`(/[^`]*)`", re.sub(r"^Pages also.*?\n\n", "", table, flags=re.S)):
        if route != "/fr/":
            assert route in found, route


def test_every_endpoint_is_described():
    described = (ROOT / "docs" / "openapi.yaml").read_text(encoding="utf-8")
    for route in routes():
        if route.startswith("/api/v1/"):
            path = re.sub(r"<(\w+)>", r"{\1}", route)
            assert f"  {path}:\n" in described or f"`{route}`" in ARCHITECTURE, route


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_links_lead_somewhere(name):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", DOCUMENTS[name]):
        if "://" not in target:
            assert ((ROOT / name).parent / target).exists(), target


def test_the_competences_name_what_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    for called in re.findall(r"`make ([a-z -]+)`", COMPETENCES):
        assert set(called.split()) <= targets, called
    for called in re.findall(r"manage\.py (\w+)", COMPETENCES):
        assert called in own_commands(), called
    named = re.findall(r"(?<![/\w])(?:tests|mlcore|battles|predictiondex|deploy|docs|templates|"
                       r"static|locale|\.github|\.ci)/[\w/.-]+\w", COMPETENCES)  # fmt: skip
    assert len(named) > 60
    for path in named:
        assert (ROOT / path).exists(), path


def test_every_competence_has_its_table():
    sections = re.split(r"^## ", COMPETENCES, flags=re.M)[1:]
    assert [section.split()[0] for section in sections] == ["C9", "C10", "C11", "C12", "C13"]
    for section in sections:
        rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", section, re.M)[2:]
        assert len(rows) >= 7
        for requirement, done_by, shown_by in rows:
            assert "`" in done_by, requirement
            assert "`" in shown_by, requirement
