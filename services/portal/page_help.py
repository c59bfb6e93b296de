"""A short help text for every page, held as data (help.toml)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kit.i18n import Language

FILE = Path(__file__).parent / "help.toml"


@dataclass(frozen=True)
class PageHelp:
    """What a page is for; ``address`` and ``title`` (a text's key) where it can be opened by itself, by people of these roles."""

    template: str
    id: str
    en: str
    address: str = ""
    title: str = ""
    roles: tuple[str, ...] = ()

    def text(self, language: Language) -> str:
        return self.en if language == "en" else self.id

    def is_for(self, roles: frozenset[str]) -> bool:
        """Whether somebody of these roles may open the page."""
        return bool(self.address) and (not self.roles or not roles.isdisjoint(self.roles))


@cache
def all_help() -> dict[str, PageHelp]:
    """By template."""
    told = tomllib.loads(FILE.read_text("utf-8"))
    return {template: PageHelp(template, **{**row, "roles": tuple(row.get("roles", ()))}) for template, row in told.items()}


def help_of(template: str) -> PageHelp | None:
    """The help of a page; None for a part of one."""
    return all_help().get(template)


def help_for(roles: frozenset[str]) -> list[PageHelp]:
    """The help of the pages somebody of these roles may open, in the order of the file."""
    return [one for one in all_help().values() if one.is_for(roles)]
