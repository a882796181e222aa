"""The values of a day as frozen pydantic models and their JSON schema, made from :mod:`drgdip.policy.values` itself.

Stages work with the named tuples, which cost nothing to load and compile; programs that read a policy get these. There is
one definition: names, closed sets and words of a model are those of its named tuple.
"""

from __future__ import annotations

import collections.abc
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model

from drgdip.policy.values import PolicyValues


def values_schema() -> dict[str, Any]:
    """JSON schema of the values of a day."""
    return model_of(PolicyValues).model_json_schema()


def typed_values(values: PolicyValues) -> BaseModel:
    """The values of a day as a frozen, validated model. Raises pydantic.ValidationError if a value is none of its set."""
    return model_of(PolicyValues).model_validate(_plain(values))


@cache
def model_of(named_tuple: type) -> type[BaseModel]:
    """The frozen model with the fields of a named tuple."""
    hints = get_type_hints(named_tuple)
    defaults = getattr(named_tuple, "_field_defaults", {})
    fields: dict[str, Any] = {name: (_model_type(hints[name]), defaults.get(name, ...)) for name in named_tuple._fields}  # type: ignore[attr-defined]
    model: type[BaseModel] = create_model(
        named_tuple.__name__,
        __config__=ConfigDict(frozen=True, extra="forbid", strict=False),
        __doc__=named_tuple.__doc__,
        **fields,
    )
    return model


def _model_type(hint: Any) -> Any:
    if isinstance(hint, type) and hasattr(hint, "_fields"):
        return model_of(hint)
    origin, arguments = get_origin(hint), tuple(get_args(hint))
    if origin is None or origin is Literal:
        return hint
    inner = tuple(one if one is Ellipsis else _model_type(one) for one in arguments)
    if origin is collections.abc.Mapping:
        return dict.__class_getitem__(inner)
    if origin is tuple:
        return tuple.__class_getitem__(inner)
    union: Any = inner[0]
    for one in inner[1:]:
        union = union | one
    return union


def _plain(value: Any) -> Any:
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _plain(one) for name, one in value._asdict().items()}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, collections.abc.Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return value
