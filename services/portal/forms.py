"""What people typed: rows of fields, numbers as people write them, and errors beside the field they belong to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from starlette.datastructures import FormData

from kit.problems import FieldError, InvalidInput, Problem

_SEPARATORS = re.compile(r"[\[\].]+")
UNKNOWN_OUTCOME = frozenset({502, 503, 504})
_OF_THE_FORM = frozenset({"csrf", "key", "page", "draft", "version", "keeps", "action", "window", "kept_from"})
_CHOICE = re.compile(r"yes|no|above|below|approve|return|uphold|adopt|praise|correction|[a-z]+_[a-z_]+|[a-z0-9-]*\d[a-z0-9:._-]*")
BY_ITSELF = "x-siklus-draft"
"""The header of a page that keeps the text by itself, and wants no page back."""


def field_id(path: str) -> str:
    """The form field of a problem's path: ``objectives[1].indicators[0].target`` is ``objectives-1-indicators-0-target``."""
    return _SEPARATORS.sub("-", path.removeprefix("body.")).strip("-")


def new_key() -> str:
    return uuid4().hex


def draft_of(typed: FormData) -> str:
    """The name under which the form's text was kept until it was sent; the form itself says it."""
    return text_of(typed, "draft")[:200]


def typed_values(typed: FormData) -> dict[str, str]:
    """What was typed, by field; the ids ticked in one group of boxes with a space between."""
    return {name: " ".join(value for value in typed.getlist(name) if isinstance(value, str)) for name in typed}


def kept_by(fields: Mapping[str, str], typed: FormData) -> bool:
    """Whether kept fields are of the form that was sent, and not of another window of the same person at the same form.

    They are its own where its window kept them, or where it was filled with them. Of text kept without a window nobody can
    tell; it goes with whatever is sent.
    """
    return fields.get("window", "") in {"", text_of(typed, "window"), text_of(typed, "kept_from")}


@dataclass
class FormState:
    """One form as it is shown: the values in it, what is wrong with them, and what is stored meanwhile."""

    name: str = ""
    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    problem: Problem | None = None
    stored: dict[str, str] = field(default_factory=dict)
    """The values somebody else saved meanwhile (after a stale version), by field."""
    key: str = field(default_factory=new_key)
    sent: tuple[tuple[str, str], ...] = ()
    """Every field as it was sent, the boxes of a group one by one."""
    kept_at: datetime | None = None
    """When the values were kept as a draft, where they come from one."""

    def get(self, name: str, otherwise: object = "") -> str:
        """The value to show in a field: what was typed, or what is stored."""
        if name in self.values:
            return self.values[name]
        return "" if otherwise is None else str(otherwise)

    def error(self, name: str) -> str:
        return self.errors.get(name, "")

    def differs(self, name: str) -> str | None:
        """What is stored now where it is not what was typed."""
        stored = self.stored.get(name)
        return stored if stored is not None and not _alike(stored, self.values.get(name, "")) else None

    @property
    def window(self) -> str:
        """What the form is called in this window, from its first rendering on: a form shown again after a refusal is the same."""
        return self.key if self.kept_at is not None else self.values.get("window") or self.key

    @property
    def kept_from(self) -> str:
        """The window that kept the text this form was filled with, or nothing."""
        return self.values.get("kept_from" if self.kept_at is None else "window", "")

    def told(self, tell: Callable[[str], str]) -> FormState:
        """The form with what is wrong in the reader's language."""
        return replace(self, errors={name: tell(text) for name, text in self.errors.items()})

    @property
    def words(self) -> list[str]:
        """What somebody wrote in their own words, without the choices they made and what the form itself sent along."""
        sent = self.sent or tuple(self.values.items())
        return [value for name, value in sent if name not in _OF_THE_FORM and value.strip() and not _CHOICE.fullmatch(value)]

    @classmethod
    def failed(cls, name: str, typed: FormData, problem: Problem) -> FormState:
        """The form again after a problem, with all that was typed.

        The idempotency key stays when nobody knows whether the service did it, so sending again cannot do it twice.
        """
        values = typed_values(typed)
        key = values.get("key", "") if problem.status in UNKNOWN_OUTCOME else ""
        errors: dict[str, str] = {}
        for error in problem.errors:
            text = f"{error.message} – {error.mend}" if error.mend else error.message
            errors.setdefault(field_id(error.path), text)
        sent = tuple((field, value) for field, value in typed.multi_items() if isinstance(value, str))
        return cls(name, values, errors, problem, key=key or new_key(), sent=sent)


def text_of(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def version_of(form: FormData) -> int:
    """The version the form was rendered from; 0 for a first one."""
    text = text_of(form, "version")
    return int(text) if text.isascii() and text.isdigit() else 0


def number(text: str) -> float:
    """A number as people write it: ``1.250,5``, ``12,5`` and ``12.5`` (a comma is the Indonesian decimal sign).

    Raises:
        ValueError: it is no number.
    """
    plain = text.strip().replace(" ", "").removesuffix("%")
    if "," in plain:
        plain = plain.replace(".", "").replace(",", ".")
    value = float(plain)
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError(text)
    return value


def day(text: str) -> date:
    """A day as people write it: ``30/6/2026``, ``30-06-2026`` or ``2026-06-30``.

    Raises:
        ValueError: it is no day.
    """
    parts = text.strip().replace("/", "-").replace(".", "-").split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        raise ValueError(text)
    year, month, of_month = parts if len(parts[0]) == 4 else reversed(parts)
    return date(int(year), int(month), int(of_month))


def reached(text: str, *, dated: bool) -> float:
    """What was reached of an indicator, as the services keep it: a number, or the number of a day where it is due on one.

    Raises:
        ValueError: it is no number, or no day.
    """
    return float(day(text).toordinal()) if dated else number(text)


class Checks:
    """Collects what is wrong before anything is sent, so that people read it in their own language."""

    def __init__(self, form: FormData) -> None:
        self.form = form
        self.errors: list[FieldError] = []

    def needed(self, name: str, message: str) -> str:
        value = text_of(self.form, name)
        if not value:
            self.errors.append(FieldError(name, message))
        return value

    def number(self, name: str, missing: str, wrong: str) -> float | None:
        value = text_of(self.form, name)
        if not value:
            self.errors.append(FieldError(name, missing))
            return None
        try:
            return number(value)
        except ValueError:
            self.errors.append(FieldError(name, wrong))
            return None

    def wrong(self, name: str, message: str) -> None:
        self.errors.append(FieldError(name, message))

    def finish(self, detail: str) -> None:
        """
        Raises:
            InvalidInput: something is wrong.
        """
        if self.errors:
            raise InvalidInput(detail, self.errors)


def rows(form: FormData, name: str) -> list[int]:
    """The row numbers in use of a repeated group: ``objectives-3-title`` gives 3."""
    pattern = re.compile(rf"^{re.escape(name)}-(\d+)-")
    return sorted({int(match.group(1)) for key in form if (match := pattern.match(key))})


def flat(tree: Any, prefix: str = "") -> dict[str, str]:
    """A tree of stored values as form fields, named the way problems name them."""
    values: dict[str, str] = {}
    if isinstance(tree, dict):
        for key, value in tree.items():
            values.update(flat(value, f"{prefix}-{key}" if prefix else str(key)))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            values.update(flat(value, f"{prefix}-{index}"))
    else:
        values[prefix] = plain(tree)
    return values


def _alike(one: str, other: str) -> bool:
    """Whether two fields say the same, be it as a number in two ways to write it."""
    try:
        return number(one) == number(other)
    except ValueError:
        return one == other


def written(value: object, language: str | None) -> str:
    """A stored value as people of the language write it: decimals with a comma in Indonesian. Forms read both."""
    text = plain(value)
    return text.replace(".", ",") if isinstance(value, float) and language == "id" else text


def plain(value: object) -> str:
    """A stored value as text for a field; whole numbers without a decimal part."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)
