"""The nursery: a process that has loaded the libraries all parts share, and forks parts from itself.

Loading them takes each part two to three seconds of processor time; forked from here a part starts, or comes back
after a kill, in a fraction of that, and shares the libraries' memory. A part is forked twice, so that it becomes the
child of the supervisor (which is the "subreaper" meanwhile), not of the nursery: the nursery's end ends no part.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import signal
import socket
import struct
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

from siklus.part import PR_SET_PDEATHSIG

PR_SET_NAME = 15
PR_SET_CHILD_SUBREAPER = 36
LARGEST_REQUEST = 150_000
SHARED_LIBRARIES = (
    "uvloop",
    "uvicorn",
    "uvicorn.protocols.http.auto",
    "httpx",
    "faststream.kafka",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "temporalio.worker",
    "temporalio.contrib.pydantic",
    "kit.http",
    "kit.operations",
    "kit.relay",
    "kit.i18n",
)
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass
class ForkedProcess:
    """A forked part: our child in all respects, with the part of ``subprocess.Popen`` that the supervisor uses."""

    pid: int
    returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            found, status = os.waitpid(self.pid, os.WNOHANG)
            if found:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self) -> int:
        if self.returncode is None:
            self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def fork(address: str, arguments: tuple[str, ...], environment: Mapping[str, str], log: int, death_signal: int) -> ForkedProcess:
    """Ask the nursery for ``siklus <arguments>``. Call from the main thread of the process that will supervise the part.

    Raises:
        OSError: the nursery is not there or could not fork; start the part as a process of its own instead.
    """
    request = json.dumps({"arguments": arguments, "environment": dict(environment), "death_signal": death_signal}).encode()
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as line:
        line.settimeout(5)
        line.connect(f"\0{address}")
        # The request carries keys; an address of this kind could have been taken by another user of the machine.
        if _peer(line)[1] != os.geteuid():
            raise OSError("the nursery's address is held by another user")
        _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        try:
            socket.send_fds(line, [request], [log])
            answer = line.recv(100)
        finally:
            _libc.prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
    if not answer:
        raise OSError("the nursery could not fork")
    return ForkedProcess(int(answer))


def _peer(line: socket.socket) -> tuple[int, int]:
    """The process id and user id at the other end, as the kernel knows them."""
    pid, user, _ = struct.unpack("3i", line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return int(pid), int(user)


def tend(address: str) -> list[str]:
    """Serve requests for ever; in each forked part this returns the part's arguments.

    Only the supervisor, our parent, is served: an address of this kind is open to every user of the machine.
    """
    supervisor = os.getppid()
    door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    door.bind(f"\0{address}")
    door.listen(16)
    print('"nursery.ready"', flush=True)
    while True:
        line, _ = door.accept()
        if _peer(line)[0] != supervisor:
            line.close()
            continue
        message, descriptors, _, _ = socket.recv_fds(line, LARGEST_REQUEST, 1)
        if not message:
            line.close()
            continue
        request = json.loads(message)
        reading, writing = os.pipe()
        middle = os.fork()
        if middle == 0:
            part = os.fork()
            if part != 0:
                os.write(writing, str(part).encode())
                os._exit(0)
            for descriptor in (reading, writing, line.fileno(), door.fileno()):
                os.close(descriptor)
            line.detach()
            door.detach()
            words = [str(word) for word in request["arguments"]]
            _libc.prctl(PR_SET_NAME, f"siklus {words[1]}".encode()[:15], 0, 0, 0)  # what ps and top call it
            _become(request["environment"], descriptors[0], supervisor, request["death_signal"])
            return words
        os.close(writing)
        os.waitpid(middle, 0)
        line.send(os.read(reading, 100))
        for descriptor in (reading, *descriptors):
            os.close(descriptor)
        line.close()


def _become(environment: dict[str, str], log: int, supervisor: int, death_signal: int) -> None:
    """In the forked part: its own session, log and environment; its life bound to the supervisor's."""
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(nothing)
    os.close(log)
    os.environ.clear()
    os.environ.update(environment)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    deadline = time.monotonic() + 5
    while os.getppid() != supervisor and time.monotonic() < deadline:
        time.sleep(0.002)
    _libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != supervisor:
        os._exit(1)


def main() -> None:
    for name in SHARED_LIBRARIES:
        importlib.import_module(name)
    # What is loaded by now stays: the collector need not look at it again, and its memory stays shared.
    gc.collect()
    gc.freeze()
    arguments = tend(sys.argv[1])
    sys.argv = ["siklus", *arguments]
    from siklus.cli import app

    app()


if __name__ == "__main__":
    main()
