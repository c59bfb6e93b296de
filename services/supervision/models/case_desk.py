"""What the desk counts: cases by where they stand, added up as they change, so that no page counts them one by one.

A trigger on the cases writes each change beside the case's own row, in its transaction; nobody waits for anybody. A sweep adds
the changes up. The sum of both tables is exact at every moment.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Computed, Identity, Index, Integer, SmallInteger, text
from sqlmodel import Field

from services.supervision.models.base import INSTANT, TEXT, Row
from services.supervision.models.cases import Case
from services.supervision.models.people import Person

URGENCY = """CASE WHEN status = 'closed' THEN 5 WHEN paused THEN 4 WHEN cardinality(troubles) > 0 THEN 0
    WHEN cardinality(attention) > 0 THEN 1 WHEN escalations > 0 THEN 2 ELSE 3 END"""
"""``domain.standing.urgency_of`` as the database keeps it; a test compares the two."""


class CaseCount(Row, table=True):
    """How many cases stand alike: where, how urgent, since which day (of the city) and due in which hour."""

    __tablename__ = "case_count"

    cycle_id: str = Field(primary_key=True, sa_type=TEXT)
    unit_id: str = Field(primary_key=True, sa_type=TEXT)
    phase: str = Field(primary_key=True, sa_type=TEXT)
    urgency: int = Field(sa_column=Column(SmallInteger, primary_key=True, autoincrement=False))
    opened_on: date = Field(primary_key=True)
    due_hour: datetime = Field(primary_key=True, sa_type=INSTANT)
    cases: int = Field(sa_column=Column(Integer, nullable=False))


class CaseCountChange(Row, table=True):
    """A change of those counts that is not added up yet."""

    __tablename__ = "case_count_change"

    position: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    cycle_id: str = Field(sa_type=TEXT)
    unit_id: str = Field(sa_type=TEXT)
    phase: str = Field(sa_type=TEXT)
    urgency: int = Field(sa_column=Column(SmallInteger, nullable=False))
    opened_on: date
    due_hour: datetime = Field(sa_type=INSTANT)
    cases: int = Field(sa_column=Column(Integer, nullable=False))


# The database works the urgency out; the classes of rows neither read nor write it.
_cases = Row.metadata.tables[str(Case.__tablename__)]
_cases.append_column(Column("urgency", SmallInteger, Computed(URGENCY, persisted=True), nullable=False))
Index("appraisal_case_urgent", _cases.c.cycle_id, _cases.c.urgency, _cases.c.phase_due_at, _cases.c.case_id)
Index("appraisal_case_urgent_in_phase", _cases.c.cycle_id, _cases.c.phase, _cases.c.urgency, _cases.c.phase_due_at, _cases.c.case_id)
Index("appraisal_case_oldest", _cases.c.cycle_id, _cases.c.phase_opened_at)
Index(
    "person_name_words", text("to_tsvector('simple', name)"), postgresql_using="gin", _table=Row.metadata.tables[str(Person.__tablename__)]
)
