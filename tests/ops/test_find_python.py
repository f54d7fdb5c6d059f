"""deploy/find_python.sh: which Python an environment is made with, on machines of all kinds.

A machine is a folder of programs that is the whole PATH. Its Pythons are this one, told to say
another version or to lack a module.
"""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "deploy" / "find_python.sh"
REAL = os.path.realpath(sys.executable)


class Machine:
    def __init__(self, folder: Path) -> None:
        self.home = folder
        self.bin = folder / "bin"
        self.bin.mkdir()

    def program(self, name: str, text: str, folder: Path | None = None) -> Path:
        path = (folder or self.bin) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return path

    def python(self, name, version=(3, 12), *, lies="", folder=None, pip="exit 1") -> Path:
        """A Python of that version; ``lies`` are told to whatever it runs. ``pip`` is a script."""
        before = "import sys, ensurepip, venv; "
        before += f"sys.version_info = ({version[0]}, {version[1]}, 1); {lies or 'pass'}"
        return self.program(
            name,
            f'if [ "$1" = -m ]; then {pip}; fi\n'
            f"exec '{REAL}' -c '{before}; exec(sys.argv[2])' \"$@\"",
            folder,
        )

    def find(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["/bin/sh", SCRIPT, *arguments],
            env={"PATH": str(self.bin), "HOME": str(self.home)} | environment,
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def chosen(self, *arguments: str, **environment: str) -> Path:
        answer = self.find(*arguments, **environment)
        assert answer.returncode == 0, answer.stderr
        return Path(answer.stdout.removesuffix("\n"))

    def not_found(self, *arguments: str, **environment: str) -> str:
        answer = self.find(*arguments, **environment)
        assert answer.returncode == 1
        assert answer.stdout == ""
        return answer.stderr


@pytest.fixture
def machine(tmp_path):
    machine = Machine(tmp_path)
    (machine.bin / "cat").symlink_to("/bin/cat")
    return machine


#: What a command of pyenv says whose version is not chosen.
NOT_CHOSEN = "echo 'pyenv: python3.11: command not found' >&2; exit 127"


@pytest.mark.parametrize("minor", [11, 12, 13])
@pytest.mark.parametrize("name", ["python3.{}", "python3", "python"])
def test_any_of_the_versions_is_found(machine, name, minor):
    path = machine.python(name.format(minor), (3, minor))
    assert machine.chosen() == path


@pytest.mark.parametrize("version", [(2, 7), (3, 10), (3, 14), (4, 0)])
def test_no_other_version_is_taken(machine, version):
    machine.python("python3", version)
    assert "CPython from 3.11 to 3.13" in machine.not_found()


def test_the_oldest_is_taken_first(machine):
    machine.python("python3.13", (3, 13))
    machine.python("python3", (3, 12))
    oldest = machine.python("python3.11", (3, 11))
    assert machine.chosen() == oldest


def test_a_command_that_does_not_run_is_passed_over(machine):
    machine.program("python3.11", NOT_CHOSEN)
    other = machine.python("python3.13", (3, 13))
    assert machine.chosen() == other


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_that_makes_no_environments_is_passed_over(machine, module):
    machine.python("python3.11", (3, 11), lies=f'sys.modules["{module}"] = None')
    other = machine.python("python3.12")
    assert machine.chosen() == other


def test_another_python_than_cpython_is_passed_over(machine):
    machine.python("python3.11", (3, 11), lies='sys.implementation.name = "pypy"')
    other = machine.python("python3.12")
    assert machine.chosen() == other


def test_a_version_that_pyenv_has_but_has_not_chosen_is_found(machine):
    machine.program("python3.13", NOT_CHOSEN)
    kept = machine.home / ".pyenv" / "versions" / "3.13.0" / "bin"
    python = machine.python("python", (3, 13), folder=kept)
    assert machine.chosen() == python


def test_one_version_can_be_asked_for(machine):
    machine.python("python3.11", (3, 11))
    assert machine.not_found("3.13") == ""
    newest = machine.python("python3", (3, 13))
    assert machine.chosen("3.13") == newest


def test_a_named_python_is_taken_before_any_other(machine):
    machine.python("python3.11", (3, 11))
    named = machine.python("mine", (3, 13), folder=machine.home / "else where")
    assert machine.chosen(PYTHON=str(named)) == named


def test_a_named_python_that_will_not_do_is_not_replaced(machine):
    machine.python("python3.11", (3, 11))
    machine.python("python3.10", (3, 10))
    assert "PYTHON=python3.10" in machine.not_found(PYTHON="python3.10")
    assert "PYTHON=nothing" in machine.not_found(PYTHON="nothing")


def uv_with(python: Path) -> str:
    """A uv that has this Python once it was told to install it."""
    return f"""case "$1 $2" in
  "python install") : > "$HOME/installed";;
  "python find") [ -e "$HOME/installed" ] && echo "{python}";;
esac"""


def test_where_there_is_none_uv_brings_one(machine):
    brought = machine.python("python3.11", (3, 11), folder=machine.home / "uv's")
    machine.program("uv", uv_with(brought))
    assert machine.chosen() == brought
    assert (machine.home / "installed").exists()


def test_where_there_is_no_uv_pip_brings_it(machine):
    brought = machine.python("python3.11", (3, 11), folder=machine.home / "uv's")
    uv = machine.program("uv", uv_with(brought), machine.home / "index")
    for name in ("mkdir", "cp"):
        (machine.bin / name).symlink_to(f"/bin/{name}")
    pip = f'[ "$2 $3 $8" = "pip install uv" ] && mkdir -p "$7/bin" && cp "{uv}" "$7/bin/"; exit 0'
    machine.python("python3", (3, 14), pip=pip)
    assert machine.chosen() == brought
    assert (machine.home / "var" / "uv" / "bin" / "uv").exists()


def test_where_uv_cannot_bring_one_it_is_said_what_is_needed(machine):
    machine.program("uv", "echo 'no network' >&2; exit 2")
    said = machine.not_found()
    assert "no network" in said
    for way in ("apt install python3-venv", "pyenv install", "uv on the PATH", "PYTHON="):
        assert way in said


def test_the_real_one_makes_an_environment(tmp_path):
    (python,) = subprocess.check_output(["/bin/sh", SCRIPT], text=True, cwd=ROOT).splitlines()
    subprocess.run([python, "-m", "venv", tmp_path / "env"], check=True)
    assert (tmp_path / "env" / "bin" / "pip").exists()


def test_the_makefile_asks_the_script(machine):
    """``make`` with the PATH of a machine without a Python says what is needed, and stops."""
    for name in ("make", "bash", "sh"):
        target = next(p for folder in ("/usr/bin", "/bin") if (p := Path(folder, name)).exists())
        (machine.bin / name).symlink_to(target)
    answer = subprocess.run(
        [machine.bin / "make", "--file", ROOT / "Makefile", "--directory", ROOT, "version"],
        env={"PATH": str(machine.bin), "HOME": str(machine.home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode != 0
    assert "CPython from 3.11 to 3.13" in answer.stderr


def test_all_say_the_same_versions():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == ">=3.11,<3.14"
    for name in ("README.md", "CONTRIBUTING.md"):
        assert "Python 3.11 to 3.13" in (ROOT / name).read_text(), name
