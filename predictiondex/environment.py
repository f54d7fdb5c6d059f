"""Settings from the environment: each value is read strictly, or the start ends with its name.

The message says what is allowed. It repeats the value unless that may hold a password.
"""

import ipaddress
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_DATABASES = "sqlite:///path or postgres://user:password@host:port/name; leave it unset for SQLite"


class BadSetting(ImproperlyConfigured):
    """A variable that does not say what it should."""

    def __init__(self, name: str, value: str | None, allowed: str) -> None:
        said = "is not usable" if value is None else f"is {value!r}"
        super().__init__(f"{name} {said}; allowed: {allowed}.")


class Environment:
    """What the process was started with, and below it the file ``.env``."""

    def __init__(self, file: Path | None = None) -> None:
        if file is not None:
            environ.Env.read_env(file, overwrite=False)

    def text(self, name: str, *, default: str, filled: bool = False) -> str:
        """Any text; with ``filled`` not an empty one."""
        value = os.environ.get(name, default).strip()
        if filled and not value:
            raise BadSetting(
                name, value, "a text that is not empty; leave it unset for the default"
            )
        return value

    def choice(self, name: str, *, default: str, allowed: Sequence[str]) -> str:
        value = os.environ.get(name, default)
        if value not in allowed:
            raise BadSetting(name, value, ", ".join(map(repr, allowed)))
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        value = os.environ.get(name)
        if value is None:
            return default
        if value.lower() in _TRUE | _FALSE:
            return value.lower() in _TRUE
        raise BadSetting(name, value, "1, true, yes, on, 0, false, no, off")

    def number(self, name: str, *, default: int, least: int = 0, most: int = 10**9) -> int:
        value = os.environ.get(name)
        if value is None:
            return default
        if not re.fullmatch(r"[0-9]{1,10}", value) or not least <= int(value) <= most:
            raise BadSetting(name, value, f"a whole number from {least} to {most}")
        return int(value)

    def names(self, name: str, *, default: Sequence[str], pattern: str, allowed: str) -> list[str]:
        """A list with commas between; empty for none. Each entry is all of ``pattern``."""
        value = os.environ.get(name)
        if value is None:
            return list(default)
        entries = [entry.strip() for entry in value.split(",") if entry.strip()]
        for entry in entries:
            if not re.fullmatch(pattern, entry):
                raise BadSetting(name, entry, allowed)
        return entries

    def networks(self, name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
        """Networks with commas between, an address being one of a single host; none by default."""
        networks = []
        for entry in os.environ.get(name, "").split(","):
            try:
                if entry.strip():
                    networks.append(ipaddress.ip_network(entry.strip()))
            except ValueError:
                allowed = "addresses or networks such as 10.0.0.0/8, with commas between"
                raise BadSetting(name, entry.strip(), allowed) from None
        return networks

    def url(
        self, name: str, *, default: str, schemes: Sequence[str] = (), empty: bool = False
    ) -> str:
        """An address of one of the schemes, or of any; never repeated, for it may hold a secret."""
        value = os.environ.get(name, default).strip()
        if not value and empty:
            return value
        scheme, separator, rest = value.partition("://")
        if not separator or not rest or (schemes and scheme not in schemes):
            kinds = " or ".join(f"{one}://..." for one in schemes or ("scheme",))
            raise BadSetting(name, None, f"{kinds}{', or nothing for none' if empty else ''}")
        return value

    def database(self, name: str, *, default: str) -> dict[str, Any]:
        """Django's description of a database, SQLite or PostgreSQL."""
        value = os.environ.get(name, default).strip()
        try:
            known = value.partition("://")[0] in ("sqlite", "postgres", "postgresql")
            config = dict(environ.Env.db_url_config(value)) if known else {}
        except ValueError:  # a port that is no number
            config = {}
        if not config.get("NAME"):
            raise BadSetting(name, None, _DATABASES)
        return config

    def address(self, name: str, *, default: str) -> str:
        """An IP address to listen on. Some shells keep the machine's name under HOST: that is not
        meant for us, and whatever is no address leaves the default."""
        value = os.environ.get(name, default)
        try:
            ipaddress.ip_address(value)
        except ValueError:
            return default
        return value
