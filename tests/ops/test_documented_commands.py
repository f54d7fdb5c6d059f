"""What an operator is told to type works as written.

Commands that change nothing are run: tests are collected, make plans its targets, shells read their
scripts. Those that need containers or a cluster are parsed, with the services, files, secrets and
addresses that they name.
"""

import argparse
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
import yaml
from celery.bin.celery import celery as program
from django.core.management import CommandError
from django.urls import Resolver404, resolve

from tests.ops.test_documents import DOCUMENTS, ROOT, parse

PAGES = ("docs/RUNBOOK.md", "docs/DEPLOY.md", "docs/COMPETENCES.md")
#: What else looks like a command in these pages.
OTHERS = {
    "ssh": "a tunnel from the reader's own machine",
    "tls": "values of SITE_TLS, which `make lint-deploy` tries",
    "X-Forwarded-Proto:": "a header",
    "--user": "options of docker compose run, see below",
    "--arguments": "an option of run_task",
    "--profile": "an option of ml",
    "manage.py": "parsed by test_documents.py",
    ".venv/bin/python": "parsed by test_documents.py, or the value of $TEST",
}


class Wrong(Exception):
    """A command that does not work as written."""


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:
        raise Wrong(message)


def need(condition: object, message: str) -> None:
    if not condition:
        raise Wrong(message)


def run(*words: str | Path) -> str:
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=300)
    need(done.returncode == 0, (done.stdout + done.stderr)[-1500:])
    return done.stdout


# One function a program ---------------------------------------------------------------------------


def docker(words: list[str]) -> None:
    parser = Parser()
    parser.add_argument("compose", choices=["compose"])
    parser.add_argument("-f", dest="file", default="docker-compose.yml")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, options in {
        "ps": (), "restart": (), "stop": (), "down": (),
        "up": ("-d", "--force-recreate", "--remove-orphans"),
        "logs": ("-f", "--tail="),
        "kill": ("-s=",),
        "cp": (),
        "exec": (),
        "run": (
            "--rm", "--no-deps", "--entrypoint=", "--user=", "--cap-add=", "-v=", "--env=",
        ),
    }.items():  # fmt: skip
        command = commands.add_parser(name)
        command.__class__ = Parser
        for option in options:
            takes_value = option.endswith("=")
            command.add_argument(
                option.rstrip("="), action="append" if takes_value else "store_true"
            )
        inner = name in ("exec", "run")
        command.add_argument("services", nargs=argparse.REMAINDER if inner else "*")
    given = parser.parse_args(words)
    services = yaml.safe_load((ROOT / given.file).read_text())["services"]
    if given.command == "cp":
        source, _ = given.services
        need(source.split(":")[0] in services, f"no service {source}")
        return
    named, called = given.services, []
    if given.command in ("exec", "run"):
        named, called = given.services[:1], given.services[1:]
        called = [*(getattr(given, "entrypoint", None) or []), *called]
        need(named and called, "nothing is run")
    for service in named:
        need(service in services, f"no service {service}")
    if called:
        check([word.removeprefix("/") if word.startswith("/deploy/") else word for word in called])


def python(words: list[str]) -> None:
    script, *given = words
    need((ROOT / script).is_file(), f"no file {script}")
    if script == "manage.py" and given != ["..."]:
        try:
            parse(given[0], given[1:])
        except CommandError as error:
            raise Wrong(str(error)) from None


def celery(words: list[str]) -> None:
    try:
        program.main([*words, "--help"], standalone_mode=False)
    except click.UsageError as error:
        raise Wrong(str(error)) from None


def make(words: list[str]) -> None:
    run("make", "--dry-run", *words)


def bash(words: list[str]) -> None:
    run("bash", "-n", words[0])


def script(words: list[str]) -> None:
    need(os.access(ROOT / words[0], os.X_OK), f"{words[0]} is no program")
    bash(words)


def curl(words: list[str]) -> None:
    (address,) = words
    path = re.fullmatch(r"(?:https://)?[\w$:.]+(/.*)", address)
    need(path, "no address")
    try:
        resolve(path[1])
    except Resolver404:
        raise Wrong(f"no page {path[1]}") from None


def copy(words: list[str]) -> None:
    source, _ = words
    need((ROOT / source).is_file(), f"no file {source}")


def listing(words: list[str]) -> None:
    """``ls`` of a path inside a container."""
    (path,) = words
    need(path.startswith("/"), "no absolute path")


def kubectl(words: list[str]) -> None:
    text = "\n".join(path.read_text() for path in (ROOT / "deploy/kubernetes").glob("*.yaml"))
    parser = Parser()
    parser.add_argument("-n")
    parser.add_argument("verb", choices=["create", "delete", "apply"])
    parser.add_argument("what", nargs="*")
    parser.add_argument("-k")
    parser.add_argument("--from-literal", action="append", default=[])
    parser.add_argument("--ignore-not-found", action="store_true")
    given = parser.parse_args(words)
    need(given.verb == "apply" or len(given.what) >= 2, "nothing is named")
    if given.what:
        need(
            re.search(rf"\bname: {given.what[-1]}\b", text) or given.what[0] == "namespace",
            "unknown",
        )
    for literal in given.from_literal:
        need(
            literal.split("=")[0] in text + (ROOT / "predictiondex/settings.py").read_text(),
            literal,
        )


def pytest_of(words: list[str]) -> None:
    """The suite runs these anyway; what is chosen by ``-k`` may be nothing."""
    paths = words[: words.index("-k")] if "-k" in words else words
    for path in paths:
        found = [ROOT / path] if path.endswith(".py") else list((ROOT / path).rglob("test_*.py"))
        need(found and all(each.is_file() for each in found), f"no tests in {path}")
    if "-k" in words:
        given = ("-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *words)
        need("::" in run(sys.executable, *given), "no test")


PROGRAMS: dict[str, Callable[[list[str]], None]] = {
    "docker": docker, "python": python, "celery": celery, "make": make, "bash": bash, "curl": curl,
    "cp": copy, "ls": listing, "kubectl": kubectl, "$TEST": pytest_of,
}  # fmt: skip


def check(words: list[str]) -> None:
    """Raise Wrong if these words are no command that works."""
    while re.match(r"[A-Z_]+=", words[0]):
        name = words[0].split("=")[0]
        need(f"${{{name}" in (ROOT / "docker-compose.yml").read_text(), f"nothing reads {name}")
        words = words[1:]
    program, *given = words
    if program.startswith("deploy/"):
        script(words)
    else:
        need(program in PROGRAMS, f"unknown program {program}")
        PROGRAMS[program](given)


# What the pages say -------------------------------------------------------------------------------


def is_command(words: list[str]) -> bool:
    rest = [word for word in words if not re.match(r"[A-Z_]+=", word)]
    of_ours = rest and rest[0].startswith("deploy/") and len(words) > 1
    return bool(of_ours or (rest and rest[0] in PROGRAMS))


def commands(text: str) -> Iterator[list[str]]:
    """The commands in a page's code."""
    for span in re.findall(r"`([^`]+)`", text):
        words = span.replace("\n", " ").split()
        if len(words) > 1 and is_command(words):
            yield shlex.split(span.replace("\n", " "))
    for block in re.findall(r"(?:^    .*\n)+", text, re.M):
        lines = [
            shlex.split(line, comments=True) for line in re.sub(r"\\\n", " ", block).splitlines()
        ]
        if any(is_command(words) for words in lines):
            yield from (words for words in lines if words)


def all_commands() -> list[object]:
    found: dict[str, list[str]] = {}
    for page in PAGES:
        for words in commands(DOCUMENTS[page]):
            found.setdefault(f"{Path(page).stem}: {shlex.join(words)}", words)
    return [pytest.param(words, id=name) for name, words in found.items()]


@pytest.mark.parametrize("words", all_commands())
def test_it_works_as_written(words):
    check(words)


def test_nothing_that_looks_like_a_command_is_passed_over():
    for page in PAGES:
        for span in re.findall(r"`([^`]+)`", DOCUMENTS[page]):
            words = span.split()
            if len(words) > 1 and not is_command(words):
                assert words[0] in OTHERS, span


def test_the_search_finds_them():
    assert len(all_commands()) > 70
    text = "Run `docker compose\nps`.\n\n    VERSION=1 make run \\\n      test   # why\n    ls /x\n"
    assert list(commands(text)) == [
        ["docker", "compose", "ps"], ["VERSION=1", "make", "run", "test"], ["ls", "/x"]
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "docker compose restart wbe",
        "docker compose up --detached web",
        "docker compose exec web python manage.py ml --mode=al",
        "docker compose exec web python deploy/missing.py",
        "docker compose run --entrypoint /deploy/missing.sh backup",
        "docker compose exec worker celery -A predictiondex inspekt active",
        "docker compose -f deploy/compose.worker.yml up -d proxy",
        "VERSIONS=1 docker compose up -d",
        "make model-artifact",
        "bash .ci/walk",
        "deploy/rollin.sh",
        "curl localhost:8000/metricks",
        "cp .env.sample .env",
        "kubectl -n predictiondex delete job set-up",
        "$TEST tests/battles/site/test_language.py",
        "$TEST tests/ops/test_layout.py -k nothing_like_it",
        "rm -rf var",
    ],
)
def test_a_command_that_does_not_work_is_found(line):
    with pytest.raises(Wrong):
        check(shlex.split(line))
