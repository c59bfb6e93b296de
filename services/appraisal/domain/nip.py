"""The civil servant's number (NIP): birth date YYYYMMDD, appointment month YYYYMM, sex 1 or 2, serial NNN.

For PPPK the month part of the appointment differs, so only its year is looked at.
"""

from __future__ import annotations

from datetime import date

from services.appraisal.domain.words import Employment

LENGTH = 18


def wrong_with(nip: str, employment: Employment | None) -> tuple[str, str] | None:
    """What is wrong with a NIP and how to mend it, or None. Without ``employment`` the month is not checked."""
    if len(nip) != LENGTH or not (nip.isascii() and nip.isdigit()):
        found = f"{len(nip)} characters" if not nip.isdigit() else f"{len(nip)} digits"
        return f"a NIP has 18 digits, this has {found}", "write all 18 digits; in a spreadsheet, format the column as text"
    try:
        born = date(int(nip[:4]), int(nip[4:6]), int(nip[6:8]))
    except ValueError:
        return f"the first eight digits, {nip[:8]}, are no birth date", "correct the birth date (YYYYMMDD)"
    if employment is Employment.PNS and not 1 <= int(nip[12:14]) <= 12:
        return f"digits 13 and 14, {nip[12:14]}, are no month of appointment", "correct the month, or the employment (PPPK)"
    if int(nip[8:12]) <= born.year:
        return f"the appointment in {nip[8:12]} is not after the birth in {born.year}", "correct the year of birth or appointment"
    if nip[14] not in "12":
        return f"digit 15, {nip[14]}, is no sex", "write 1 (man) or 2 (woman) as digit 15"
    return None
