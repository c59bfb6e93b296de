"""Migrations on data: what is in the database when a new version comes is there afterwards, and what is new fits it."""

from __future__ import annotations

from sqlalchemy import text
from sqlmodel import select

from kit.db import Database
from kit.migrations import upgrade
from services.notification.models import Message, Preference, Row
from tests.forward import aged, lost, migrate, read_back

FIRST_VERSION = (
    "INSERT INTO person (person_id, name, email, language, roles, active) VALUES ('p-budi', 'Budi', 'budi@kota.example', 'id', '{}', true)",
    "INSERT INTO preference (person_id, language, email, changed_at) VALUES ('p-budi', 'en', false, now())",
    "INSERT INTO message (message_id, person_id, event_id, channel, kind, urgency, language, title, body, link, about, state, reason,"
    " attempts, created_at) VALUES (gen_random_uuid(), 'p-budi', gen_random_uuid(), 'email', 'task_opened', 'normal', 'id', 'Judul', 'Isi',"
    " '/', '', 'pending', '', 2, now())",
)


async def test_migrations_go_forward_on_data_rows_of_every_older_revision_are_read_through_the_models_as_they_were(
    empty_database: str,
) -> None:
    """Lesson: migrations made at install, different everywhere."""
    put_in = await aged("notification", empty_database)
    assert len(put_in["message"]) > 3
    assert list(lost(put_in, await read_back(empty_database, Row))) == []


async def test_a_choice_and_a_waiting_mail_from_before_quiet_hours_keep_what_they_said_and_get_the_usual_hours(empty_database: str) -> None:
    migrate("notification", empty_database, "0001")
    database = Database(empty_database)
    async with database.transaction() as session:
        for statement in FIRST_VERSION:
            await session.execute(text(statement))
    upgrade("notification", empty_database)
    async with database.reading() as session:
        preference = (await session.exec(select(Preference))).one()
        message = (await session.exec(select(Message))).one()
    await database.close()
    assert (preference.language, preference.email, preference.quiet_from, preference.quiet_to) == ("en", False, "20:00", "06:00")
    assert (message.state, message.attempts, message.history, message.lapses) == ("pending", 2, [], "")
