"""A board that comes again while its last link, of which it knows nothing any more, still has its place."""

import pathlib
import re
import struct

import pytest

from board import DEAD, NO_DEATH, QUICK_DEATH
from program import Program
from proxy import Proxy
from wire import (
    BUSY,
    BYE,
    HEARTBEAT,
    HELLO,
    KICKED,
    REPLACED,
    SEAT,
    WAIT,
    Listener,
    Peer,
    frame,
    hello,
    levels,
    place_in,
)

ONE, OTHER = bytes(range(1, 17)), bytes(range(2, 18))  # two boards' ids
QUICK = 100  # [ms], a heartbeat
SLOW = 3_600_000

# Finds no death by itself in a test's time, and lets others find theirs. Who has the default's dead-after
# would give such a peer as many heartbeats, 300 ms.
PATIENT = ("--ledactor.link.heartbeat=100ms", NO_DEATH)

MACHINE_ID = pathlib.Path("/etc/machine-id")
has_machine_id = MACHINE_ID.exists() and re.fullmatch("[0-9a-f]{32}\n?", MACHINE_ID.read_text())
# Without it each start of a program is another board, and none is taken for another's ghost.


@pytest.fixture(params=["with a key", "without a key"])
def key(request, tmp_path):
    """The options that give a board the key, or none."""
    if request.param == "without a key":
        return ()
    return some_key(tmp_path)


def some_key(folder):
    Program(folder).output("keygen", "key")
    return (f"--key-file={folder / 'key'}",)


def come_again(port, board, name="again", heartbeat=QUICK):
    """A connection that has said hello, and was greeted."""
    peer = Peer.dial(port)
    peer.send(hello(name, heartbeat=heartbeat, board=board))
    peer.expect(HELLO)
    return peer


def expect_seat_at_last(peer):
    """Waits for the seat; it may be told to wait first."""
    while (got := peer.next_frame())[0] == WAIT:
        pass
    assert got[0] == SEAT, got


# Programs


def test_a_board_whose_cable_was_pulled_gets_its_seat_back_before_those_who_wait(boards, port, key):
    server = boards.server(*PATIENT, *key)
    with Proxy(port) as proxy:
        first = boards.client(*QUICK_DEATH, *key, f"--port={proxy.port}", name="first")
        server.expect("link up first")
        first.expect("link up server")
        second = boards.client(*PATIENT, *key, name="second")
        second.expect("waiting 1 first")
        first.press(1)
        server.expect_lit(1)
        proxy.pull()
        first.release(1)
        first.press(2)
        first.expect(*DEAD)
        first.expect("link up server")
        server.expect("link down replaced")
        server.expect("link up first")
        server.expect_lit(2)
        assert first.unread_news == second.unread_news == []
        first.stop()


def test_a_board_that_lost_its_power_gets_its_seat_back_before_those_who_wait(boards, port, key):
    server = boards.server(*PATIENT, *key)
    with Proxy(port) as proxy:
        first = boards.client(*QUICK_DEATH, *key, f"--port={proxy.port}", name="first")
        server.expect("link up first")
        second = boards.client(*PATIENT, *key, name="second")
        second.expect("waiting 1 first")
        proxy.pull()
        first.kill()
        again = boards.client(*QUICK_DEATH, *key, f"--port={proxy.port}", name="first")
        if not has_machine_id:
            again.expect("waiting 2 first")
            return
        again.expect_at_last("link up server")  # without a key, it is told to wait at first
        server.expect("link down replaced")
        server.expect("link up first")
        assert set(second.unread_news) <= {"waiting 1 first"}
        again.stop()


def test_two_boards_with_one_id_do_not_take_the_seat_from_each_other_for_ever(boards, tmp_path):
    key = some_key(tmp_path)
    server, client = boards.pair(*key)
    twin = boards.client(*key)  # as the boards of two copies of an SD card
    if not has_machine_id:
        twin.expect("waiting 1 client")
        return
    client.expect("link down replaced")
    client.expect("waiting 1 client")
    twin.expect("link up server")
    server.expect("link down replaced")
    server.expect("link up client")
    twin.press(1)
    server.expect_lit(1)
    twin.stop()
    server.expect("link down shutdown")
    server.expect("link up client")
    client.expect("link up server")
    client.stop()
    assert "another board has this one's id" in client.log()


def told_by(boards, listener, name):
    """The heartbeat [ms] and the id that a client says in its hello."""
    client = boards.client(name=name)
    with listener.accept() as peer:
        body = peer.expect(HELLO)
        client.stop()
    assert body[8] == len(name)
    return struct.unpack(">I16s", body[9 + len(name) :])


def test_a_board_says_its_heartbeat_and_an_id_of_its_own(boards, port):
    with Listener(port) as listener:
        heartbeat, one = told_by(boards, listener, "one")
        _, other = told_by(boards, listener, "other")
        assert heartbeat == 1000
        assert len({one, other, bytes(16)}) == 3
        if has_machine_id:
            assert told_by(boards, listener, "one")[1] == one
            assert bytes.fromhex(MACHINE_ID.read_text().strip()) != one


# By hand, without a key


def test_a_ghost_gives_its_seat_to_its_board_and_not_to_who_waits(boards, port):
    server = boards.server(*PATIENT)
    with Peer.dial(port) as ghost, Peer.dial(port) as waiting:
        ghost.sit_down("ghost", heartbeat=QUICK, board=ONE)
        ghost.send(levels(1, pressed=0b0001))
        server.expect("link up ghost")
        server.expect_lit(1)
        waiting.line_up("waiting", board=OTHER)
        with come_again(port, ONE) as again:
            expect_seat_at_last(again)
            ghost.expect_bye(REPLACED)
            again.send(levels(1, pressed=0b0010))
            server.expect("link down replaced")
            server.expect("link up again")
            server.expect_lit(2)
        server.expect("link down closed")
        expect_seat_at_last(waiting)


def test_a_board_that_lives_keeps_its_seat_from_its_twin(boards, port):
    server = boards.server(*PATIENT)
    with Peer.dial(port) as holder:
        holder.sit_down("holder", heartbeat=SLOW, board=ONE)
        with come_again(port, ONE) as twin:
            assert place_in(twin.expect(WAIT)) == 1
            holder.send(frame(HEARTBEAT), levels(1, pressed=0b0001))
            server.expect("link up holder")
            server.expect_lit(1)
            holder.close()
            twin.expect(SEAT)


def test_a_ghost_in_the_queue_gives_its_place_to_its_board(boards, port):
    boards.server(*PATIENT)
    with Peer.dial(port) as holder, Peer.dial(port) as ghost, Peer.dial(port) as last:
        holder.sit_down("holder")
        assert ghost.line_up("ghost", heartbeat=QUICK, board=ONE) == 1
        assert last.line_up("last") == 2
        with come_again(port, ONE) as again:
            while place_in(again.expect(WAIT)) != 1:
                pass
            ghost.expect_bye(REPLACED)
            holder.close()
            expect_seat_at_last(again)
            while place_in(last.expect(WAIT)) != 1:
                pass


def test_a_ghost_is_replaced_though_another_seat_is_free(boards, port):
    server = boards.server(*PATIENT, "--ledactor.server.seats=2")
    with Peer.dial(port) as ghost:
        ghost.sit_down("ghost", heartbeat=QUICK, board=ONE)
        ghost.send(levels(1, pressed=0b0001))
        server.expect_lit(1)
        with come_again(port, ONE) as again, Peer.dial(port) as other:
            expect_seat_at_last(again)
            ghost.expect_bye(REPLACED)
            server.expect_lit()
            other.sit_down("other")


def test_a_busy_server_that_refuses_lets_a_board_come_again(boards, port):
    boards.server(*PATIENT, "--ledactor.server.when-busy=refuse")
    with Peer.dial(port) as ghost:
        ghost.sit_down("ghost", heartbeat=QUICK, board=ONE)
        with Peer.dial(port) as other:
            other.send(hello("other", board=OTHER))
            other.expect_bye(BUSY)
        answers = []
        while SEAT not in answers:
            with come_again(port, ONE) as again:
                answers.append(again.next_frame()[0])
        assert set(answers) <= {BYE, SEAT}
        ghost.expect_bye(REPLACED)


def test_a_connection_that_breaks_gives_its_seat_to_its_board(boards, port):
    boards.server(*PATIENT)
    with Peer.dial(port) as ghost, Peer.dial(port) as waiting:
        ghost.sit_down("ghost", heartbeat=SLOW, board=ONE)
        waiting.line_up("waiting")
        with come_again(port, ONE) as again:
            ghost.reset()
            expect_seat_at_last(again)


def test_who_is_kicked_gets_its_seat_back_by_no_second_connection(boards, port):
    server = boards.server(*PATIENT)
    with Peer.dial(port) as kicked, Peer.dial(port) as waiting:
        kicked.sit_down("kicked", heartbeat=SLOW, board=ONE)
        waiting.line_up("waiting")
        with come_again(port, ONE) as again:
            assert place_in(again.expect(WAIT)) == 2
            server.tap("control")
            kicked.expect_bye(KICKED)
            expect_seat_at_last(waiting)
            assert place_in(again.expect(WAIT)) == 1


def test_a_board_whose_second_connection_ends_keeps_the_place_of_its_first(boards, port):
    boards.server(*PATIENT)
    with Peer.dial(port) as holder, Peer.dial(port) as first, Peer.dial(port) as other:
        holder.sit_down("holder")
        assert first.line_up("first", heartbeat=SLOW, board=ONE) == 1
        assert other.line_up("other") == 2
        with come_again(port, ONE) as second:
            assert place_in(second.expect(WAIT)) == 3
        assert place_in(first.expect(WAIT)) == 1  # told again, since somebody has left
        holder.close()
        first.expect(SEAT)


def test_a_board_may_come_again_and_again(boards, port):
    boards.server(*PATIENT)
    with Peer.dial(port) as ghost, Peer.dial(port) as waiting:
        ghost.sit_down("ghost", heartbeat=QUICK, board=ONE)
        waiting.line_up("waiting")
        for _ in range(3):
            again = come_again(port, ONE)
            expect_seat_at_last(again)
            ghost.expect_bye(REPLACED)
            ghost = again
        ghost.close()
        expect_seat_at_last(waiting)


def test_programs_of_before_that_say_neither_heartbeat_nor_board_sit_and_wait_as_ever(boards, port):
    boards.server(*PATIENT)
    with Peer.dial(port) as first, Peer.dial(port) as second:
        first.sit_down("same")
        assert second.line_up("same") == 1
