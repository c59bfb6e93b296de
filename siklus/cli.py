"""The ``siklus`` command. Each command is a module of ``siklus.commands``; this file only registers them."""

from __future__ import annotations

import typer

from siklus.commands import (
    backup,
    demo,
    doctor,
    down,
    explain,
    mail_sink,
    migrate,
    new_secrets,
    release,
    rescore,
    restore,
    run,
    sample,
    serve,
    status,
    up,
)

app = typer.Typer(
    name="siklus",
    help="The yearly appraisal and supervision of a city's civil servants.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for command in (
    up,
    demo,
    doctor,
    backup,
    restore,
    down,
    status,
    explain,
    rescore,
    sample,
    serve,
    run,
    migrate,
    release,
    mail_sink,
    new_secrets,
):
    app.command(command.NAME, help=command.__doc__)(command.main)
