"""What a city keeps between runs in its data folder beside the data: keys, the calendar clock, and who runs it."""

from __future__ import annotations

import fcntl
import json
import os
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe
from typing import IO

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import OKPKey

from kit.clock import CITY_ZONE, Clock

DEFAULT_SPEED = 1440.0
"""One calendar day a minute."""


class AlreadyRunning(RuntimeError):
    """Another process runs a city on the same data."""


@dataclass(frozen=True)
class Keys:
    """Ed25519 keys of the access tokens (JWK, JSON), the keys of the payload codec, the secret of links in messages, web push's key."""

    token_private: str
    token_public: str
    payload: str
    link: str
    vapid: str


def load_keys(var: Path) -> Keys:
    """The city's keys, made on the first start and readable by its owner alone; a city of an earlier version gets those it lacks."""
    path = var / "keys.json"
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    key = OKPKey.generate_key("Ed25519")
    fresh = {
        "token_private": json.dumps(key.as_dict(private=True)),
        "token_public": json.dumps(key.as_dict(private=False)),
        "payload": f"k1:{b64encode(os.urandom(32)).decode()}",
        "link": token_urlsafe(32),
        "vapid": new_vapid_key(),
    }
    if fresh.keys() - kept.keys():
        kept = {**fresh, **kept}
        write_atomically(path, json.dumps(kept, indent=2), mode=0o600)
    return Keys(**kept)


def new_vapid_key() -> str:
    """A key that signs web push messages (RFC 8292): the private number of a P-256 key, base64url."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=")


def load_clock(var: Path, speed: float | None) -> Clock:
    """The city's calendar clock; a resumed city goes on with the same one.

    The first start sets it to the morning of the year's second of January. A ``speed`` that differs from the
    stored one changes the pace from now on; the calendar never jumps.
    """
    path = var / "clock.json"
    now = datetime.now(UTC)
    if path.exists():
        stored = json.loads(path.read_text())
        clock = Clock(
            datetime.fromisoformat(stored["real_origin"]), datetime.fromisoformat(stored["calendar_origin"]), float(stored["speed"])
        )
        if speed is None or speed == clock.speed:
            return clock
        clock = Clock(now, clock.calendar(now), speed)
    else:
        clock = Clock(now, datetime(now.year, 1, 2, 8, tzinfo=CITY_ZONE), speed or DEFAULT_SPEED)
    document = {"real_origin": clock.real_origin.isoformat(), "calendar_origin": clock.calendar_origin.isoformat(), "speed": clock.speed}
    write_atomically(path, json.dumps(document, indent=2))
    return clock


def lock(run_folder: Path) -> IO[str]:
    """Claim the data for this process; the lock falls with the process, however it ends.

    Raises:
        AlreadyRunning: another process has it; the message names its process id.
    """
    run_folder.mkdir(parents=True, exist_ok=True)
    file = (run_folder / "lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise AlreadyRunning(
            f"A city runs on {run_folder.parent} already (process {holder}). See it with: siklus status. End it with: siklus down. "
            "Or start another one beside it with --var and --port-offset."
        ) from None
    os.set_inheritable(file.fileno(), False)
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def write_atomically(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write a whole file or nothing: readers never see half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    fresh.replace(path)
