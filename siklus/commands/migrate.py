"""Bring the services' databases to the newest schema (addresses from the environment)."""

from __future__ import annotations

from typing import Annotated

import typer

from siklus.commands.options import give_up

NAME = "migrate"


def main(services: Annotated[list[str] | None, typer.Argument(help="Which services; all when none is named.")] = None) -> None:
    from kit.migrations import SERVICES_FOLDER, upgrade
    from kit.settings import SettingsError, load_settings
    from siklus.city import SERVICES

    unknown = set(services or ()) - set(SERVICES)
    if unknown:
        give_up(f"No database belongs to {', '.join(sorted(unknown))}. Choose from: {', '.join(SERVICES)}.")
    try:
        settings = load_settings()
    except SettingsError as error:
        give_up(str(error))
    for service in SERVICES:
        if services and service not in services:
            continue
        if (SERVICES_FOLDER / service / "migrations" / "env.py").exists():
            upgrade(service, settings.database_url(service))
            typer.echo(f"{service}: newest schema")
