"""The cable of each board: what happens at once when it is pulled, and when it is plugged in."""

import time

import pytest

from board import NO_DEATH, Board
from place import Cable

PATIENT = (  # who knows of the cable by its carrier, or not in time
    "--ledactor.plaintext=true",
    "--ledactor.link.heartbeat=1s",
    NO_DEATH,
    "--ledactor.link.reconnect-min=1h",
    "--ledactor.link.reconnect-max=1h",
    "--caf.logger.console.verbosity=info",
)


@pytest.fixture
def cable():
    made = Cable()
    yield made
    made.close()


@pytest.fixture
def start():
    """Starts a board in a place; a server listens when this returns."""
    boards = []

    def start(place, role, *options, name=None):
        boards.append(Board(role, name or role, 23870, *PATIENT, *options, inside=place.inside))
        if role == "server":
            boards[-1].wait_for_log("endpoint listening")
        return boards[-1]

    yield start
    for board in reversed(boards):
        board.clean_up()


@pytest.mark.parametrize("end", ["server", "client"])
def test_pulled_it_ends_the_link_at_once_and_plugged_in_the_client_dials_at_once(cable, start, record_property, end):
    server = start(cable.left, "server", "--listen=192.168.0.2")
    client = start(cable.right, "client", "--host=192.168.0.2")
    server.expect("link up client")
    client.expect("link up server")
    server.press(1)
    client.press(2)
    client.expect_lit(1)
    server.expect_lit(2)
    begin = time.monotonic()
    cable.pull(cable.left if end == "server" else cable.right)
    for board in (server, client):
        board.expect("link down cable")
        board.expect_lit()
    took = time.monotonic() - begin
    record_property("dark_seconds", took)
    print(f"from a pulled cable to LEDs that are off: {took:.3f} s")
    if end == "client":
        return  # what dials as soon as an interface is on, before it has its routes, fails, and waits
    cable.plug()
    server.expect("link up client")
    client.expect("link up server")
    client.expect_lit(1)
    server.expect_lit(2)


def test_a_link_within_the_machine_hangs_on_no_cable(cable, start):
    server = start(cable.left, "server", "--listen=0.0.0.0", "--ledactor.server.seats=3")
    near = [
        start(cable.left, "client", f"--host={host}", name=host) for host in ("127.0.0.1", "192.168.0.2")
    ]
    for client in near:
        server.expect(*(f"link up {board.name}" for board in near))
        client.expect("link up server")
    far = start(cable.right, "client", "--host=192.168.0.2", name="far")
    server.expect("link up far")
    far.expect("link up server")
    cable.pull(cable.right)
    server.expect("link down cable")
    server.press(3)
    for client in near:
        client.expect_lit(3)
        assert client.unread_news == []
    assert server.unread_news == []


def test_a_client_that_starts_without_a_cable_dials_when_there_is_one(cable, start):
    cable.pull(cable.left)
    server = start(cable.left, "server", "--listen=0.0.0.0")
    client = start(cable.right, "client", "--host=192.168.0.2")
    client.wait_for_log("cannot connect")
    cable.plug()
    client.expect("link up server")
    server.expect("link up client")
