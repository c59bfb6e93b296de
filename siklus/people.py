"""Invented civil servants: Indonesian names, valid NIPs, ranks that fit their posts."""

from __future__ import annotations

import random
import unicodedata
from calendar import monthrange
from collections import Counter
from dataclasses import dataclass
from datetime import date

from faker import Faker

from siklus.organisation import Post

REFERENCE_YEAR = 2026
MAIL_DOMAIN = "bandung.example"
PPPK_SHARE = 0.15
PPPK_MONTH = "21"
"""Where a PNS's NIP has the month of appointment, a PPPK's has this (PerBKN on NI PPPK)."""
ENGLISH_SHARE = 0.03

AGES = {"jpt_pratama": (48, 59), "administrator": (42, 57), "pengawas": (36, 57), "fungsional": (25, 57), "pelaksana": (22, 57)}
RANKS = {
    "II.a": ("Pembina Utama Muda (IV/c)", "Pembina Utama Madya (IV/d)"),
    "II.b": ("Pembina Tingkat I (IV/b)", "Pembina Utama Muda (IV/c)"),
    "III.a": ("Pembina (IV/a)", "Pembina Tingkat I (IV/b)"),
    "III.b": ("Penata Tingkat I (III/d)", "Pembina (IV/a)"),
    "IV.a": ("Penata (III/c)", "Penata Tingkat I (III/d)"),
    "ahli pertama": ("Penata Muda (III/a)", "Penata Muda Tingkat I (III/b)"),
    "ahli muda": ("Penata (III/c)", "Penata Tingkat I (III/d)"),
    "ahli madya": ("Pembina (IV/a)", "Pembina Tingkat I (IV/b)"),
    "": ("Pengatur (II/c)", "Pengatur Tingkat I (II/d)", "Penata Muda (III/a)"),
}
PPPK_RANKS = {"ahli pertama": "IX", "ahli muda": "X", "": "VII"}


@dataclass(frozen=True)
class MadePerson:
    """What a post's holder is called and numbered."""

    nip: str
    name: str
    email: str
    rank: str
    employment: str
    language: str


class PersonMaker:
    """Makes people in a fixed order from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        faker = Faker("id_ID")
        faker.seed_instance(seed)
        # A few hundred names drawn once, then combined: Faker's own draw for each person would take most of the time.
        self._first = {
            1: sorted({faker.first_name_male() for _ in range(400)}),
            2: sorted({faker.first_name_female() for _ in range(400)}),
        }
        self._last = sorted({faker.last_name() for _ in range(400)})
        self._nips: set[str] = set()
        self._addresses: Counter[str] = Counter()

    def make(self, post: Post) -> MadePerson:
        draw = self._random
        sex = draw.choices((1, 2), (45, 55))[0]
        first, last = draw.choice(self._first[sex]), draw.choice(self._last)
        middle = draw.choice(self._first[sex]) if draw.random() < 0.25 else ""
        name = " ".join(word for word in (first, middle if middle != first else "", last) if word)
        temporary = post.level in PPPK_RANKS and draw.random() < PPPK_SHARE
        return MadePerson(
            nip=self._nip(post.kind, sex, temporary=temporary),
            name=name,
            email=self._address(first, last),
            rank=PPPK_RANKS[post.level] if temporary else draw.choice(RANKS[post.level]),
            employment="PPPK" if temporary else "PNS",
            language="en" if draw.random() < ENGLISH_SHARE else "id",
        )

    def _nip(self, kind: str, sex: int, *, temporary: bool) -> str:
        draw = self._random
        youngest, oldest = AGES[kind]
        year = REFERENCE_YEAR - draw.randint(youngest, oldest)
        month = draw.randint(1, 12)
        born = date(year, month, draw.randint(1, monthrange(year, month)[1]))
        earliest = year + 21
        appointed = (
            draw.randint(max(earliest, 2021), REFERENCE_YEAR - 1)
            if temporary
            else draw.randint(earliest, min(year + 33, REFERENCE_YEAR - 1))
        )
        appointed_month = PPPK_MONTH if temporary else f"{draw.choice((1, 2, 3, 4, 12)):02d}"
        stem = f"{born:%Y%m%d}{appointed}{appointed_month}{sex}"
        serial = 1
        while f"{stem}{serial:03d}" in self._nips:
            serial += 1
        nip = f"{stem}{serial:03d}"
        self._nips.add(nip)
        return nip

    def _address(self, first: str, last: str) -> str:
        plain = unicodedata.normalize("NFKD", f"{first}.{last}").encode("ascii", "ignore").decode().lower()
        local = "".join(letter for letter in plain if letter.isalnum() or letter == ".")
        self._addresses[local] += 1
        number = self._addresses[local]
        return f"{local}{number if number > 1 else ''}@{MAIL_DOMAIN}"
