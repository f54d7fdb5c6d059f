"""The compose file, as `docker compose config` would print it."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"
_VARIABLE = re.compile(r"\$\$|\$\{(?P<name>\w+)(?:(?P<kind>:[-?])(?P<word>[^}]*))?\}")


def interpolate(value: Any, environment: dict[str, str]) -> Any:
    """``value`` with ${NAME}, ${NAME:-default}, ${NAME:?message} and $$ replaced.

    Raises KeyError with the message when a variable that must be set is not.
    """
    if isinstance(value, dict):
        return {key: interpolate(member, environment) for key, member in value.items()}
    if isinstance(value, list):
        return [interpolate(element, environment) for element in value]
    if not isinstance(value, str):
        return value

    def fill(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        if given := environment.get(match["name"]):
            return given
        if match["kind"] == ":?":
            raise KeyError(match["word"])
        return match["word"] or ""

    return _VARIABLE.sub(fill, value)


def load(environment: dict[str, str], *more: Path) -> dict[str, Any]:
    """Services by name, with variables filled in; later files are laid over the first."""
    services: dict[str, Any] = {}
    for path in (FILE, *more):
        for name, service in yaml.safe_load(path.read_text())["services"].items():
            services[name] = services.get(name, {}) | service
    return interpolate(services, environment)


def variables(text: str) -> set[str]:
    """Names of all variables that a compose file asks for."""
    return {match["name"] for match in _VARIABLE.finditer(text) if match["name"]}


def in_order(services: dict[str, Any]) -> list[str]:
    """Names of services, each after those that it waits for."""
    ordered: list[str] = []

    def add(name: str) -> None:
        for other in services[name].get("depends_on", {}):
            add(other)
        if name not in ordered:
            ordered.append(name)

    for name in services:
        add(name)
    return ordered
