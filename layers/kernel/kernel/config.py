"""The environment of a function as a typed model, checked once.

Each module that needs configuration declares a frozen dataclass of exactly what it needs; `load` fills it from
environment variables named like the fields in upper case.
"""

import os
from collections.abc import Mapping
from dataclasses import MISSING, fields
from functools import cache
from typing import TYPE_CHECKING, get_type_hints

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class ConfigurationError(Exception):
    """The environment lacks variables or holds some that cannot be read; names all of them at once."""


@cache
def load[T: DataclassInstance](model: type[T]) -> T:
    """The environment as `model`, whose fields are `str`, `int` or `bool`.

    Raises:
        ConfigurationError: a variable is missing and its field has no default, or it cannot be read as its type.
    """
    return _read(model, os.environ)


def _read[T: DataclassInstance](model: type[T], environment: Mapping[str, str]) -> T:
    values: dict[str, str | int | bool] = {}
    wrong: list[str] = []
    types = get_type_hints(model)
    for field in fields(model):
        name = field.name.upper()
        raw = environment.get(name)
        if raw is None:
            if field.default is MISSING:
                wrong.append(f"{name} is missing")
            continue
        try:
            values[field.name] = _convert(raw, types[field.name])
        except ValueError:
            wrong.append(f"{name} is not {types[field.name].__name__}")
    if wrong:
        raise ConfigurationError("; ".join(wrong))
    return model(**values)


def _convert(raw: str, to: type) -> str | int | bool:
    if to is bool:
        if raw not in ("true", "false"):
            raise ValueError(raw)
        return raw == "true"
    return int(raw) if to is int else raw
