"""Peers that are slower than the buttons: what waits for them is bounded, nobody else waits, and
in the end they have the newest levels or no link."""

import contextlib
import struct
import threading

from board import NO_DEATH, QUICK_DEATH
from pressing import Pressing
from wire import HEARTBEAT, LEVELS, Peer, ack, frame, levels

EACH_EDGE = "--ledactor.board.debounce=0ms"
TWO_SEATS = "--ledactor.server.seats=2"
MAX_UNACKNOWLEDGED = 256  # of net/frame.hpp
MAX_UNSENT = 32_768  # of net/session.hpp

# What 120,000 more changes may add to the memory [KiB], when far more wait than may. Kept, they
# would take 24 bytes each, 2,800 KiB.
TOLERANCE = 1024


def tap_many_times(server, laggard, count):
    for _ in range(count // 1000):
        server.type("press 1\nrelease 1\n" * 1000)
        laggard.send(frame(HEARTBEAT))


def acknowledged(body):
    """The acknowledgement of a levels frame."""
    seq, when, _ = struct.unpack(">IQQ", body)
    return ack(seq, when)


def seat(server, laggard):
    laggard.sit_down("laggard")
    laggard.send(levels(1))
    server.expect("link up laggard")


def test_changes_for_a_peer_that_acknowledges_nothing_are_bounded(boards, port):
    server, client = boards.pair(TWO_SEATS, EACH_EDGE, NO_DEATH)
    with Pressing(server, client) as work, Peer.dial(port) as laggard:
        seat(server, laggard)
        tap_many_times(server, laggard, 40_000)
        work.go_on()
        before = server.memory()
        tap_many_times(server, laggard, 60_000)
        work.go_on()
        assert server.memory() < before + TOLERANCE
    server.expect("link down closed")
    client.stop()
    server.stop()
    ended = next(session for session in server.ended_sessions() if session.peer == "laggard")
    assert ended.sent == MAX_UNACKNOWLEDGED and ended.merged > 0


def test_a_peer_that_catches_up_has_the_newest_levels(boards, port):
    server = boards.server(EACH_EDGE, NO_DEATH)
    with Peer.dial(port) as laggard:
        seat(server, laggard)
        tap_many_times(server, laggard, 20_000)
        server.press(3)
        server.list_leds()
        got = []
        while not got or got[-1][1] != 0b0100:
            kind, body = laggard.next_frame()
            if kind == LEVELS:
                seq, _, pressed = struct.unpack(">IQQ", body)
                got.append((seq, pressed))
                laggard.send(acknowledged(body))
        sequence = [seq for seq, _ in got]
        assert sequence == sorted(set(sequence))
    server.expect("link down closed")
    server.stop()
    (ended,) = server.ended_sessions()
    assert ended.sent == len(got) > MAX_UNSENT
    assert ended.sent + ended.merged == 2 * 20_000 + 2


def test_a_peer_that_says_that_it_lives_and_shows_nothing_loses_its_seat(boards, port):
    server = boards.server(*QUICK_DEATH)
    with Peer.dial(port) as mute:
        mute.sit_down("mute")
        mute.send(levels(1, pressed=0b0001), acknowledged(mute.expect(LEVELS)))
        server.expect("link up mute")
        server.expect_lit(1)
        alive = threading.Thread(target=mute.drip_until_end, args=(frame(HEARTBEAT) * 1000,))
        alive.start()
        client = boards.client(*QUICK_DEATH)
        client.expect("waiting 1 mute")
        server.press(2)  # which mute does not acknowledge
        server.expect("link down stalled")
        alive.join()
    server.expect("link up client")
    client.expect("link up server")
    client.expect_lit(2)
    server.expect_lit()


def test_a_peer_that_reads_no_acknowledgements_is_dropped_as_stalled(boards, port):
    server, client = boards.pair(TWO_SEATS)
    with Pressing(server, client) as work, Peer.dial_narrowly(port) as laggard:
        seat(server, laggard)
        lit = False
        with contextlib.suppress(ConnectionError):  # it is dropped while it speaks
            while not server.unread_news:
                lit = not lit
                laggard.send(*(levels(seq, pressed=0b0010 * lit) for seq in range(32)))
                server.wait_for(lambda: (2 in server.lit) == lit or server.unread_news, "LED 2")
        server.expect("link down stalled")
        server.wait_for(lambda: 2 not in server.lit, "LED 2 off")
        work.go_on()
