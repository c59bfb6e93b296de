"""A city starts in order, mends itself, says plainly what is in its way, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import asyncpg
import psutil
import pytest
from aiokafka import AIOKafkaConsumer

from kit.bus import ensure_topics, make_producer
from siklus.city import City
from siklus.infrastructure.kafka import KafkaKind
from siklus.keeping import AlreadyRunning
from siklus.part import Part, PartError, Step, no_probe
from siklus.ports import PortError, choose_ports
from siklus.runlist import RunList
from siklus.supervisor import Supervisor
from tests.infrastructure import free_port_offset

OFFSET = free_port_offset()
REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def var(tmp_path: Path) -> Path:
    return tmp_path / "var"


async def wait_until(condition: Callable[[], bool], within: float = 20.0) -> None:
    async with asyncio.timeout(within):
        while not condition():
            await asyncio.sleep(0.05)


def listed(city: City, name: str) -> tuple[int, bool, int]:
    row = city.run_list.read()[name]
    return row["pid"], row["ready"], row["restarts"]


async def test_a_part_that_is_killed_is_started_again_and_said_so(var: Path) -> None:
    said: list[tuple[str, str]] = []
    async with City(var, port_offset=OFFSET, only=("mail",), report=lambda part, what: said.append((part, what))) as city:
        before, ready, restarts = listed(city, "mail")
        assert ready
        assert restarts == 0
        os.kill(before, signal.SIGKILL)
        await wait_until(lambda: listed(city, "mail")[1:] == (True, 1))
        assert listed(city, "mail")[0] != before
    assert any(part == "mail" and "SIGKILL" in what and "starting it again" in what for part, what in said)
    assert RunList(var / "run").read() == {}


async def test_a_taken_port_is_named_with_its_part_and_the_way_out_and_nothing_is_started(var: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", choose_ports(OFFSET)["smtp"]))
        holder.listen()
        with pytest.raises(PortError, match=rf"port {2525 + OFFSET} \(smtp\).*SIKLUS_PORT_SMTP(.|\n)*--port-offset"):
            await City(var, port_offset=OFFSET, only=("postgres", "mail")).start()
    assert not (var / "postgres").exists()


def test_ports_can_be_set_one_by_one_and_a_wrong_or_shared_one_is_refused() -> None:
    chosen = choose_ports(100, {"SIKLUS_PORT_TEMPORAL_UI": "9999"})
    assert chosen["temporal-ui"] == 9999
    assert chosen["portal"] == 8180
    with pytest.raises(PortError, match="SIKLUS_PORT_PORTAL must be a number"):
        choose_ports(0, {"SIKLUS_PORT_PORTAL": "eighty"})
    with pytest.raises(PortError, match="both use port 8101"):
        choose_ports(0, {"SIKLUS_PORT_PORTAL": "8101"})


async def test_a_second_city_on_the_same_data_is_refused_by_name(var: Path) -> None:
    async with City(var, port_offset=OFFSET, only=("mail",)):
        with pytest.raises(AlreadyRunning, match=rf"already \(process {os.getpid()}\)"):
            await City(var, port_offset=OFFSET + 50, only=("mail",)).start()


async def test_data_clock_and_keys_survive_a_restart(var: Path) -> None:
    async def connect(city: City) -> asyncpg.Connection[asyncpg.Record]:
        return await asyncpg.connect(host="127.0.0.1", port=city.ports["postgres"], user="postgres", database="postgres")

    async with City(var, port_offset=OFFSET, only=("postgres",)) as first:
        connection = await connect(first)
        await connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        await connection.close()
        environment = first.environment("portal")
    began = time.monotonic()
    async with City(var, port_offset=OFFSET, only=("postgres",)) as second:
        assert time.monotonic() - began < 20
        connection = await connect(second)
        assert await connection.fetchval("SELECT answer FROM kept") == 42
        await connection.close()
        assert second.environment("portal") == environment
    assert (var / "keys.json").stat().st_mode & 0o077 == 0


async def test_a_new_speed_changes_the_pace_but_the_calendar_does_not_jump(var: Path) -> None:
    slow = City(var, only=(), speed=1440).clock
    fast = City(var, only=(), speed=86400).clock
    assert fast.speed == 86400
    assert abs((fast.calendar(fast.real_origin) - slow.calendar(fast.real_origin)).total_seconds()) < 1
    assert City(var, only=()).clock == fast


def test_only_parts_that_sign_tokens_get_the_private_key(var: Path) -> None:
    city = City(var, only=())
    holders = {
        part
        for part in ("appraisal", "supervision", "notification", "control", "portal", "relay", "worker", "bridge")
        if "SIKLUS_TOKEN_PRIVATE_KEY" in city.environment(part)
    }
    assert holders == {"portal", "worker", "control"}
    assert city.settings().token_private_key


def sleeper(name: str, *, needs: tuple[str, ...] = ()) -> Part:
    program = "import time; print('here', flush=True); time.sleep(60)"
    return Part(name=name, command=(sys.executable, "-c", program), probe=no_probe, needs=needs, ready_line="here")


async def test_parts_start_after_what_they_need_and_stop_before_it(tmp_path: Path) -> None:
    order: list[str] = []

    async def step() -> None:
        order.append("step")

    supervisor = Supervisor(tmp_path / "run", tmp_path / "logs", os.environ, lambda part, what: order.append(part))
    await supervisor.start([sleeper("last", needs=("step",)), Step("step", step, needs=("first",)), sleeper("first")])
    assert order == ["first", "step", "last"]
    processes = {name: supervised.process for name, supervised in supervisor.supervised.items()}
    began = time.monotonic()
    await supervisor.stop()
    assert time.monotonic() - began < 10
    assert all(process is not None and process.poll() is not None for process in processes.values())


async def test_a_part_that_cannot_start_is_named_with_the_end_of_its_log_and_the_rest_is_stopped(tmp_path: Path) -> None:
    broken = Part(
        name="broken", command=(sys.executable, "-c", "raise SystemExit('the wrong trousers')"), probe=no_probe, ready_line="never"
    )
    supervisor = Supervisor(tmp_path / "run", tmp_path / "logs", os.environ, lambda part, what: None)
    with pytest.raises(PartError, match=r"broken ended with exit code 1(.|\n)*the wrong trousers"):
        await supervisor.start([sleeper("whole"), broken])
    assert supervisor.supervised == {}


def start_in_a_process(var: Path) -> subprocess.Popen[bytes]:
    """A city of a few parts in a process of its own, running when this returns."""
    program = (
        "import asyncio, pathlib, signal, sys\n"
        "from siklus.city import City\n"
        "async def main():\n"
        "    end = asyncio.Event()\n"
        "    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end.set)\n"
        f"    async with City(pathlib.Path(sys.argv[1]), port_offset={OFFSET}, only=('temporal', 'control', 'mail')):\n"
        "        print('up', flush=True)\n"
        "        await end.wait()\n"
        "asyncio.run(main())\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program, str(var)], cwd=REPOSITORY, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"up\n"
    return process


async def test_nothing_is_left_running_when_the_supervisor_itself_is_killed(var: Path) -> None:
    process = start_in_a_process(var)
    pids = [row["pid"] for row in RunList(var / "run").read().values()]
    assert len(pids) == 4
    process.kill()
    process.wait()
    await wait_until(lambda: not any(psutil.pid_exists(pid) for pid in pids), within=10)
    async with City(var, port_offset=OFFSET, only=("mail",)) as again:
        assert listed(again, "mail")[1]


def test_down_ends_a_city_of_another_terminal(var: Path) -> None:
    process = start_in_a_process(var)
    siklus = [sys.executable, "-m", "siklus"]
    shown = subprocess.run([*siklus, "status", "--var", str(var)], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert "temporal" in shown.stdout
    assert "ready" in shown.stdout
    ended = subprocess.run([*siklus, "down", "--var", str(var)], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert ended.stdout == "Stopped.\n"
    assert process.wait(5) == 0
    assert subprocess.run([*siklus, "status", "--var", str(var)], cwd=REPOSITORY, capture_output=True, check=False).returncode == 1


def test_up_on_a_taken_port_ends_with_a_plain_message(var: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", choose_ports(OFFSET)["portal"]))
        holder.listen()
        command = [sys.executable, "-m", "siklus", "up", "--var", str(var), "--port-offset", str(OFFSET)]
        ended = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("Nothing was started:\n")
    assert f"port {8080 + OFFSET} (portal)" in ended.stderr
    assert "Traceback" not in ended.stderr


async def test_events_and_read_positions_survive_a_stop_and_a_move_to_other_ports(var: Path, kafka_kind: KafkaKind) -> None:
    for first, offset in ((0, OFFSET), (5, OFFSET + 50)):
        async with City(var, port_offset=offset, kafka=kafka_kind, only=("kafka",)) as city:
            await ensure_topics(city.settings())
            await send_numbers(city, range(first, first + 5))
            assert await read_numbers(city, 5) == list(range(first, first + 5))


async def send_numbers(city: City, numbers: Iterable[int]) -> None:
    producer = make_producer(city.settings())
    await producer.start()
    for number in numbers:
        await producer.send_and_wait("siklus.cycle", str(number).encode(), key=b"case")
    await producer.stop()


async def read_numbers(city: City, count: int) -> list[int]:
    """The next events of a group that remembers how far it read."""
    consumer = AIOKafkaConsumer(
        "siklus.cycle", bootstrap_servers=city.urls["kafka"], group_id="g", auto_offset_reset="earliest", enable_auto_commit=False
    )
    await consumer.start()
    read = [json.loads((await asyncio.wait_for(consumer.getone(), 30)).value or b"-1") for _ in range(count)]
    await consumer.commit()
    await consumer.stop()
    return read


async def test_the_broker_comes_back_after_a_kill_and_apache_kafka_with_all_it_acknowledged(var: Path, kafka_kind: KafkaKind) -> None:
    async with City(var, port_offset=OFFSET, kafka=kafka_kind, only=("kafka",)) as city:
        await ensure_topics(city.settings())
        await send_numbers(city, range(10))
        os.kill(city.process_of("kafka"), signal.SIGKILL)
        await wait_until(lambda: listed(city, "kafka")[1:] == (True, 1), within=60)
        if kafka_kind == "apache":
            assert await read_numbers(city, 10) == list(range(10))


async def test_parts_from_the_nursery_are_our_children_and_outlive_it(var: Path) -> None:
    async with City(var, port_offset=OFFSET, only=("temporal", "control")) as city:
        control, nursery = city.process_of("control"), city.process_of("nursery")
        assert psutil.Process(control).ppid() == os.getpid()
        os.kill(nursery, signal.SIGKILL)
        os.kill(control, signal.SIGKILL)  # comes back on its own while there is no nursery
        await wait_until(lambda: listed(city, "nursery")[1:] == (True, 1) and listed(city, "control")[1:] == (True, 1), within=40)
        control = city.process_of("control")
        os.kill(control, signal.SIGKILL)
        began = time.monotonic()
        await wait_until(lambda: listed(city, "control")[1:] == (True, 2))
        assert time.monotonic() - began < 10
        assert json.loads((var / "run" / "parts.json").read_text())["control"]["url"] == city.urls["control"]
        control = city.process_of("control")
    assert not psutil.pid_exists(control)
