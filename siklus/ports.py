"""The city's ports: their defaults, how each is overridden, and a plain word when one is taken."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Mapping

DEFAULT_PORTS: Mapping[str, int] = {
    "portal": 8080,
    "appraisal": 8101,
    "supervision": 8102,
    "notification": 8103,
    "control": 8104,
    "relay": 8106,
    "worker": 8107,
    "bridge": 8108,
    "mail": 8025,
    "smtp": 2525,
    "temporal": 7233,
    "temporal-ui": 8233,
    "kafka": 9092,
    "kafka-controller": 9093,
    "postgres": 5433,
}


class PortError(RuntimeError):
    """A port cannot be used; the message names it, the part it is for, and the way out."""


def variable_of(name: str) -> str:
    """The environment variable that overrides a port."""
    return f"SIKLUS_PORT_{name.upper().replace('-', '_')}"


def choose_ports(offset: int = 0, environment: Mapping[str, str] = os.environ) -> dict[str, int]:
    """Every part's port: the default plus the offset, or what ``SIKLUS_PORT_<NAME>`` says.

    Raises:
        PortError: an override is no port number, or two parts would share one.
    """
    chosen: dict[str, int] = {}
    for name, default in DEFAULT_PORTS.items():
        given = environment.get(variable_of(name))
        try:
            port = int(given) if given is not None else default + offset
        except ValueError:
            raise PortError(f"{variable_of(name)} must be a number from 1 to 65535, not {given!r}.") from None
        if not 1 <= port <= 65535:
            raise PortError(f"The port of {name} would be {port}; it must be from 1 to 65535. Choose another --port-offset.")
        for other, taken in chosen.items():
            if taken == port:
                raise PortError(f"{name} and {other} would both use port {port}. Set {variable_of(name)} to another one.")
        chosen[name] = port
    return chosen


def is_taken(port: int) -> bool:
    """Whether somebody listens on the port already."""
    with socket.socket() as probe:
        # As servers do: a port whose last connections are only closing down is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def refuse_taken(ports: Mapping[str, int], needed: Iterable[str]) -> None:
    """Check that the needed ports are free.

    Raises:
        PortError: names every port that is taken, its part, and how to choose another.
    """
    taken = [(name, ports[name]) for name in needed if is_taken(ports[name])]
    if not taken:
        return
    lines = [f"  port {port} ({name}) is used by another program; set {variable_of(name)} to a free one" for name, port in taken]
    raise PortError("Nothing was started:\n" + "\n".join(lines) + "\nOr move all ports at once, for example: siklus up --port-offset 1000")
