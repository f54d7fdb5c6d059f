"""The scenario through the client of openapi-python-client: `FOLDER URL`."""

import enum
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, get_args, get_type_hints

from scenario import Ask, drive, same

FOLDER = Path(sys.argv[1])
sys.path.insert(0, str(FOLDER))
dex = import_module("dex_client")


def given(value: Any, kind: Any) -> Any:
    """A parameter as the client takes it: choices are enums."""
    for one in get_args(kind) or (kind,):
        if isinstance(one, type) and issubclass(one, enum.Enum):
            return one(value)
    return value


def ask(ask: Ask) -> Any:
    """The client's model of the answer; AssertionError if it is not what the server said."""
    if ask.key:
        client = dex.AuthenticatedClient(base_url=sys.argv[2], token=ask.key, timeout=120)
    else:
        client = dex.Client(base_url=sys.argv[2], timeout=120)
    (path,) = FOLDER.glob(f"dex_client/api/*/{ask.operation}.py")
    call = import_module(f"dex_client.api.{path.parent.name}.{ask.operation}").sync_detailed
    kinds = get_type_hints(call)
    arguments = {
        name: given(value, kinds[name])
        for key, value in ask.parameters.items()
        for name in [f"{key}_" if f"{key}_" in kinds else key]
    }
    if ask.body is not None:
        arguments["body"] = kinds["body"].from_dict(ask.body)
        assert arguments["body"].to_dict() == ask.body
    answer = call(client=client, **arguments)
    assert answer.status_code == ask.status, answer.content
    assert type(answer.parsed).__name__ == ask.answer, (type(answer.parsed), answer.content)
    assert same(json.loads(answer.content), answer.parsed.to_dict()), answer
    return answer.parsed


drive(ask)
