"""Whatever can be set, called or visited is written down, and what is written down exists."""

import re
import shlex
from pathlib import Path
from pkgutil import resolve_name

import pytest
from django.apps import apps
from django.core.management import CommandError, get_commands, load_command_class
from django.urls import get_resolver

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
}
README = DOCUMENTS["README.md"]
SETTINGS = DOCUMENTS["docs/SETTINGS.md"]
COMMANDS = DOCUMENTS["docs/COMMANDS.md"]
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


def command_lines(text: str) -> set[str]:
    """NAME and options of each `manage.py NAME ...` in code, and of the table of commands."""
    spans = [span.replace("\n", " ") for span in re.findall(r"`([^`]+)`", text)]
    blocks = [line for line in text.splitlines() if line.startswith("    ")]
    commands = set()
    for code in spans + blocks:
        commands.update(re.findall(r"manage\.py (\w[^`]*)", code))
    table = text.split("Commands (`.venv/bin/python manage.py")[1:]
    for row in re.findall(r"^\| (`.*?`) \| ", table[0].split("\n## ")[0], re.M) if table else []:
        commands.update(re.findall(r"`([^`]+)`", row))
    return commands


def arguments(line: str) -> list[list[str]]:
    """The argument lists that a line stands for: one for each of the alternatives it shows.

    Comments, redirections and pipes belong to the shell; [brackets] show what may be left out;
    NAME is a value, here 1.
    """
    line = line.replace("\\|", "\0")
    line = re.split(r"\s+#|\s*[<>|;&]", line)[0].replace("[", "").replace("]", "")
    words = [re.sub(r"\b[A-Z][A-Z_]*\b", "1", word) for word in shlex.split(line)]
    lists: list[list[str]] = [[]]
    for word in words:
        option, equals, value = word.rpartition("=")
        choices = [option + equals + alternative for alternative in value.split("\0")]
        lists = [[*before, choice] for before in lists for choice in choices]
    return lists


def test_the_search_for_command_lines_finds_them():
    assert arguments("ml --mode=all\\|train [--seed N] < in.jsonl   # why") == [
        ["ml", "--mode=all", "--seed", "1"],
        ["ml", "--mode=train", "--seed", "1"],
    ]
    assert {"predict < battles.jsonl", "ml --rollback"} <= command_lines(COMMANDS)
    assert {"ml --mode=evaluate", "bench", "rankings --force --play=well"} <= command_lines(README)
    assert {"ml --rollback", "ml --mode=all"} <= command_lines(DOCUMENTS["docs/RUNBOOK.md"])
    assert any("ml --rollback" in line for line in command_lines(DOCUMENTS["docs/DEPLOY.md"]))


def parse(command: str, given: list[str]) -> None:
    """Raise CommandError if a management command does not take these arguments."""
    if command not in get_commands():
        raise CommandError("no such command")
    made = load_command_class(get_commands()[command], command)
    # Called by a program, the parser raises rather than leaving.
    made._called_from_command_line = False
    options = made.create_parser("manage.py", command).parse_args(given)
    if command == "ml" and not (options.mode or options.promote or options.rollback):
        raise CommandError("neither a stage nor an action")  # what its parser leaves to it


@pytest.mark.parametrize("name", sorted({*DOCUMENTS} - {"CHANGELOG.md"}))
def test_every_command_line_parses(name):
    for line in command_lines(DOCUMENTS[name]):
        for command, *given in arguments(line):
            try:
                parse(command, given)
            except CommandError as error:
                pytest.fail(f"{line}: {error}")


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


def test_every_setting_is_documented():
    for name in settings_read():
        assert f"`{name}`" in SETTINGS, name


def test_every_documented_setting_exists():
    rows = re.findall(r"^\| (`[A-Z].*?) \|", SETTINGS, re.M)
    assert rows
    for row in rows:
        for name in re.findall(r"`([A-Z_]+)`", row):
            assert name in settings_read(), name


def test_every_command_is_documented():
    assert {"ml", "bench", "import_pokedex"} <= own_commands()
    for name in own_commands() - INNER_COMMANDS:
        assert re.search(rf"`{name}\b", COMMANDS), name


def test_every_page_is_in_the_architecture():
    routed = set(routes())
    assert "/compare/" in routed
    for route in routed:
        if not route.startswith(("/admin/", "/api/v1/")):
            assert f"`{route}`" in ARCHITECTURE, route


def test_every_page_of_the_architecture_exists():
    routed = set(routes()) | {"/admin/", "/api/v1/..."}
    table = ARCHITECTURE.split("## Addresses")[1]
    for route in re.findall(r"`(/[^`]*)`", re.sub(r"^Pages also.*?\n\n", "", table, flags=re.S)):
        if route != "/fr/":
            assert route in routed, route


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


#: Every page that people read, those beside the code included. DECISIONS.md and CHANGELOG.md tell
#: history and name files as they were called at the time.
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in [
        *(ROOT / name for name in DOCUMENTS if name not in ("DECISIONS.md", "CHANGELOG.md")),
        ROOT / "mlcore" / "engine" / "README.md",
        ROOT / "mlcore" / "templates" / "mlcore" / "model_card.md",
        ROOT / "tests" / "mlcore" / "engine" / "traces" / "README.md",
        ROOT / "tools" / "showdown" / "README.md",
    ]
}
FOLDERS = "battles|deploy|docs|locale|mlcore|pokedex|predictiondex|static|templates|tests|tools"


def code_spans(text: str) -> list[str]:
    return [span.replace("\n", " ") for span in re.findall(r"`([^`]+)`", text)]


def paths_named(text: str) -> set[str]:
    """Paths such as `mlcore/engine/turn.py` in code, those followed by ::test included."""
    return {
        path
        for span in code_spans(text)
        for path in re.findall(rf"(?<![\w./-])((?:{FOLDERS})/[\w./*-]+)", span)
    }


def modules_named(text: str) -> set[str]:
    """Dotted names such as `mlcore.learning.training.SWITCHED_OFF`."""
    return {
        span
        for span in code_spans(text)
        if re.fullmatch(r"(?:battles|mlcore|pokedex|predictiondex)(?:\.(?!jsonl?\b)\w+)+", span)
    }


def test_the_search_for_paths_finds_them():
    text = "`tests/a.py::test_b`, `python -m x tests/c`, `mlcore/*/d.py`, tests/e, `mlcore.lib.f`"
    assert paths_named(text) == {"tests/a.py", "tests/c", "mlcore/*/d.py"}
    assert modules_named(text) == {"mlcore.lib.f"}
    assert paths_named(README)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_named_paths_exist(name):
    for path in paths_named(PAGES[name]):
        assert list(ROOT.glob(path)), path


@pytest.mark.parametrize("name", sorted(PAGES))
def test_named_modules_exist(name):
    for module in modules_named(PAGES[name]):
        resolve_name(module)


def test_functions_beside_a_path_exist():
    rows = re.findall(r"`(\w[\w/]+\.py)` \((`\w+`(?:, `\w+`)*)\)", README)
    assert rows
    for path, names in rows:
        for function in re.findall(r"\w+", names):
            assert f"def {function}(" in (ROOT / path).read_text(), (path, function)


def test_every_package_is_in_the_readme():
    for folder in ("battles", "mlcore", "pokedex", "predictiondex"):
        for init in (ROOT / folder).glob("*/__init__.py"):
            package = init.parent.relative_to(ROOT)
            if package.name not in ("management", "migrations", "templatetags", "views"):
                assert f"| `{package.as_posix()}` |" in README, package


def test_the_engine_lists_its_modules():
    text = PAGES["mlcore/engine/README.md"].split("## ")[0]
    listed = set(re.findall(r"`(\w+\.py)`", text))
    there = {path.name for path in (ROOT / "mlcore" / "engine").glob("*.py")}
    assert listed == there - {"__init__.py"}


def test_the_competences_name_what_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    for called in re.findall(r"`make ([a-z -]+)`", COMPETENCES):
        assert set(called.split()) <= targets, called
    for called in re.findall(r"manage\.py (\w+)", COMPETENCES):
        assert called in own_commands(), called
    named = re.findall(r"(?<![/\w])(?:tests|mlcore|battles|predictiondex|deploy|docs|templates|"
                       r"static|locale|\.github|\.ci)/[\w/.-]+\w", COMPETENCES)  # fmt: skip
    assert named
    for path in named:
        assert (ROOT / path).exists(), path


def test_every_competence_has_its_table():
    sections = re.split(r"^## ", COMPETENCES, flags=re.M)[1:]
    assert [section.split()[0] for section in sections] == ["C9", "C10", "C11", "C12", "C13"]
    for section in sections:
        rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", section, re.M)[2:]
        assert rows
        for requirement, done_by, shown_by in rows:
            assert "`" in done_by, requirement
            assert "`" in shown_by, requirement
