"""The scenario through the Python client of OpenAPI Generator: `FOLDER URL`."""

import json
import sys
from importlib import import_module
from typing import Any

from scenario import Ask, drive, holds, same

sys.path.insert(0, sys.argv[1])
dex = import_module("dex_openapi")


def ask(ask: Ask) -> Any:
    """The client's model of the answer; AssertionError if it is not what the server said."""
    settings = dex.Configuration(host=sys.argv[2], access_token=ask.key or None)
    (api,) = (
        group(dex.ApiClient(settings))
        for name, group in vars(dex).items()
        if name.endswith("Api") and hasattr(group, ask.operation)
    )
    arguments = dict(ask.parameters)
    call = getattr(api, f"{ask.operation}_with_http_info")
    if ask.body is not None:
        name = next(name for name in call.__annotations__ if name.endswith("_request"))
        model = "".join(word.capitalize() for word in name.split("_"))
        body = getattr(dex, model).from_dict(ask.body)
        assert holds(body.to_dict(), ask.body), body
        arguments[name] = body
    try:
        answer = call(**arguments)
        status, model, said = answer.status_code, answer.data, answer.raw_data
    except dex.ApiException as refusal:
        status, model, said = refusal.status, refusal.data, refusal.body
    assert status == ask.status, (status, said)
    assert type(model).__name__ == ask.answer, (type(model), said)
    assert same(json.loads(said), json.loads(model.to_json())), (model, said)
    return model


drive(ask)
