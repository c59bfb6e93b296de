"""Sentences that the services do not write themselves: what Pydantic and the web framework find wrong with what people send."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic_core import PydanticKnownError

FROM_PYDANTIC: dict[str, dict[str, Any]] = {
    "missing": {},
    "extra_forbidden": {},
    "json_invalid": {"error": ""},
    "string_type": {},
    "string_too_short": {"min_length": 1},
    "string_too_long": {"max_length": 1},
    "string_pattern_mismatch": {"pattern": ""},
    "enum": {"expected": ""},
    "literal_error": {"expected": ""},
    "greater_than": {"gt": 0},
    "greater_than_equal": {"ge": 0},
    "less_than": {"lt": 0},
    "less_than_equal": {"le": 0},
    "multiple_of": {"multiple_of": 1},
    "finite_number": {},
    "int_type": {},
    "int_parsing": {},
    "int_parsing_size": {},
    "int_from_float": {},
    "float_type": {},
    "float_parsing": {},
    "bool_type": {},
    "bool_parsing": {},
    "date_type": {},
    "date_parsing": {"error": ""},
    "date_from_datetime_parsing": {"error": ""},
    "date_from_datetime_inexact": {},
    "datetime_type": {},
    "datetime_parsing": {"error": ""},
    "datetime_from_date_parsing": {"error": ""},
    "timezone_aware": {},
    "time_parsing": {"error": ""},
    "too_short": {"field_type": "", "min_length": 1, "actual_length": 0},
    "too_long": {"field_type": "", "max_length": 1, "actual_length": 0},
    "list_type": {},
    "dict_type": {},
    "model_attributes_type": {},
    "value_error": {"error": ValueError()},
    "uuid_parsing": {"error": ""},
    "none_required": {},
}
"""What Pydantic may find wrong with what people send, with the values its sentences need."""
FROM_THE_WEB = (HTTPStatus.NOT_FOUND.phrase, HTTPStatus.METHOD_NOT_ALLOWED.phrase, "There was an error parsing the body")


def borrowed() -> dict[str, str]:
    """Each sentence, with a place for every value, and whose it is."""
    found = dict.fromkeys(FROM_THE_WEB, "starlette")
    known: Any = PydanticKnownError  # its type lists the kinds one by one
    for kind, values in FROM_PYDANTIC.items():
        template: str = known(kind, values).message_template
        found |= {template.replace("{expected_plural}", end): "pydantic" for end in ("", "s")}
    return found
