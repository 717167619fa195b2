"""Strangers that misspeak at a server's port: each is turned away, and a linked pair, which is
kept at work all the while, does not notice them."""

import re
import time

import pytest

from board import DEAD, QUICK_DEATH
from pressing import Pressing
from wire import (
    HEARTBEAT,
    HELLO,
    KEY,
    LEVELS,
    PROTOCOL,
    QUIT,
    SEAT,
    SERVER,
    VERSION,
    WAIT,
    Peer,
    ack,
    bye,
    connect,
    frame,
    hello,
    levels,
)

GUESTS = 300
TWO_SEATS = "--ledactor.server.seats=2"


def lone_hello(body):
    return frame(HELLO, b"LDAC" + body)


FIRST_WORDS = {
    "http": (b"GET / HTTP/1.1\r\nHost: board\r\n\r\n", PROTOCOL),
    "tls": (bytes.fromhex("16030100c8010000c40303"), KEY),
    "a length of zero": (bytes(64), PROTOCOL),
    "a huge length": (b"\xff" * 64, PROTOCOL),
    "a length one over the bound": (b"\x01\x01\x01LDAC", PROTOCOL),
    "wrong magic": (hello(magic=b"LDAB"), PROTOCOL),
    "another version": (hello(version=2), VERSION),
    "another version, in a hello cut short after it": (lone_hello(b"\x02"), VERSION),
    "version 0": (hello(version=0), VERSION),
    "a second server": (hello(role=SERVER), PROTOCOL),
    "an unknown role": (hello(role=2), PROTOCOL),
    "no leds": (hello(leds=0), PROTOCOL),
    "65 buttons": (hello(buttons=65), PROTOCOL),
    "no name": (hello(""), PROTOCOL),
    "a name of 64 bytes": (hello("n" * 64), PROTOCOL),
    "a line feed in the name": (hello("a\nlink up b"), PROTOCOL),
    "a name longer than its frame": (lone_hello(b"\x01\x01\x04\x04\x3fx"), PROTOCOL),
    "a hello cut short": (lone_hello(b"\x01\x01\x04"), PROTOCOL),
    "levels before a hello": (levels(1, pressed=1), PROTOCOL),
    "a heartbeat before a hello": (frame(HEARTBEAT), PROTOCOL),
    "an unknown frame": (frame(8), PROTOCOL),
}

WORDS_IN_THE_QUEUE = {
    "a second hello": hello("another"),
    "levels before the seat": levels(1, pressed=1),
    "an acknowledgement before the seat": ack(1, 0),
    "a seat": frame(SEAT),
    "a place": frame(WAIT, b"\x00\x01\x01x"),
    "an unknown frame": frame(8),
    "a body where none belongs": frame(HEARTBEAT, b"\x00"),
    "a length of zero": bytes(2),
}

WORDS_IN_THE_SEAT = {
    "levels one byte short": frame(LEVELS, bytes(19)),
    "levels one byte long": frame(LEVELS, bytes(21)),
    "an acknowledgement of what was not sent": ack(2**32 - 1, 0),
    "a second hello": hello("another"),
    "a huge length": b"\xff\xff\x04",
    "an escape in a farewell": bye(QUIT, "\x1b[2J"),
}


def cases(table):
    return [
        pytest.param(*(value if isinstance(value, tuple) else (value,)), id=key)
        for key, value in table.items()
    ]


@pytest.fixture
def at_work(boards):
    """A server with a second seat, and the pair's work."""
    server, client = boards.pair(TWO_SEATS)
    with Pressing(server, client) as work:
        yield server, work
        work.go_on()
    assert server.unread_news == []


@pytest.mark.parametrize("words, reason", cases(FIRST_WORDS))
def test_first_words_out_of_order_end_a_connection_with_a_reason(at_work, port, words, reason):
    with Peer.dial(port) as stranger:
        stranger.send(words)
        stranger.expect_bye(reason)


@pytest.mark.parametrize("words", cases(WORDS_IN_THE_QUEUE))
def test_words_out_of_order_in_the_queue_end_a_connection(boards, port, words):
    server, client = boards.pair()
    with Pressing(server, client) as work, Peer.dial(port) as stranger:
        assert stranger.line_up("stranger") == 1
        stranger.send(words)
        stranger.expect_bye(PROTOCOL)
        work.go_on()
    assert server.unread_news == []


@pytest.mark.parametrize("words", cases(WORDS_IN_THE_SEAT))
def test_words_out_of_order_in_the_seat_end_the_link_and_darken_the_leds(at_work, port, words):
    server, _ = at_work
    with Peer.dial(port) as stranger:
        stranger.sit_down()
        stranger.send(levels(1, pressed=0b0001))
        server.expect("link up stranger")
        server.wait_for(lambda: 1 in server.lit, "LED 1 lit")
        stranger.send(words)
        stranger.expect_bye(PROTOCOL)
    server.expect("link down protocol")
    server.wait_for(lambda: 1 not in server.lit, "LED 1 off")


def test_what_is_allowed_is_taken(at_work, port):
    """The counterpart of all that is refused: optional frames, longer hellos, strange levels."""
    server, _ = at_work
    with Peer.dial(port) as stranger:
        stranger.send(frame(0x80, bytes(255)), frame(0xFF))
        stranger.send(frame(HELLO, hello("later")[3:] + b"and more"))
        stranger.expect(HELLO)
        stranger.expect(SEAT)
        stranger.send(levels(2**32 - 1, pressed=2**64 - 1 - 0b1000), frame(0x80), frame(HEARTBEAT))
        server.expect("link up later")
        server.wait_for(lambda: {1, 2, 3} <= server.lit, "LEDs 1 to 3 lit")
        stranger.send(levels(0))
        server.wait_for(lambda: not {1, 2, 3} & server.lit, "LEDs 1 to 3 off")
        stranger.send(bye(200, "a reason of a later version"))
        server.expect("link down closed")


def test_bytes_that_come_one_by_one_are_frames_all_the_same(at_work, port):
    server, _ = at_work
    with Peer.dial(port) as slow:
        for byte in hello("slow") + frame(HEARTBEAT):
            slow.send(bytes([byte]))
        slow.expect(HELLO)
        slow.expect(SEAT)
        for byte in levels(1, pressed=0b0010) + bye(QUIT):
            slow.send(bytes([byte]))
        server.expect("link up slow")
        server.expect("link down quit")
        server.wait_for(lambda: "led 2 on" in server.led_lines, "LED 2 lit once")


def test_silence_ends_a_connection_however_it_begins(at_work, port):
    silent = {
        "nothing": b"",
        "half a length": b"\x00",
        "a length": b"\x00\x0b",
        "half a hello": hello()[:9],
    }
    peers = [Peer.dial(port) for _ in silent]
    with Peer.dial(port) as drip:
        for peer, words in zip(peers, silent.values()):
            peer.send(words)
        # A byte now and then is no hello in time, either.
        assert drip.drip_until_end(frame(0x80, bytes(255))) < 100
    for peer in peers:
        assert peer.expect_end() == []
        peer.close()


@pytest.mark.parametrize("words", [b"", levels(2)[:10]], ids=["nothing", "half a frame"])
def test_silence_in_the_seat_ends_the_link(boards, port, words):
    server, client = boards.pair(TWO_SEATS, *QUICK_DEATH)
    with Pressing(server, client) as work, Peer.dial(port) as stranger:
        stranger.sit_down()
        stranger.send(levels(1, pressed=0b0001), words)
        server.expect("link up stranger")
        server.wait_for(lambda: 1 in server.lit, "LED 1 lit")
        server.expect(*DEAD)
        server.wait_for(lambda: 1 not in server.lit, "LED 1 off")
        work.go_on()


def test_silent_strangers_leave_a_friend_room_where_descriptors_are_few(boards, port):
    server = boards.server(descriptors=64)
    silent = [connect(port) for _ in range(40)]
    friend = boards.client()
    friend.expect("link up server")
    for connection in silent:
        connection.close()
    server.stop()
    assert 'reason=crowded' in server.log()


def test_guests_who_come_and_go_are_in_the_log_each_or_as_a_number(boards, port):
    """Without a key anybody may take the seat and leave it, as often as they like."""
    begin = time.monotonic()
    server = boards.server()
    for _ in range(GUESTS):
        with Peer.dial(port) as guest:
            guest.sit_down("guest")
            guest.send(levels(1))
            server.expect("link up guest")
        server.expect("link down closed")
    server.stop()
    most = 64 + 1 + time.monotonic() - begin  # a burst, and one a second
    log = server.log()
    for component, events in ((("endpoint", "session"), ("seat", "ended")), (("supervisor",), ("linked", "unlinked"))):
        lines = sum(len(re.findall(rf" ledactor\.(?:{'|'.join(component)}) {event} ", log)) for event in events)
        numbered = sum(map(int, re.findall(rf" ledactor\.{component[0]} left out lines=(\d+)", log)))
        assert lines + numbered == len(events) * GUESTS
        assert lines <= most < GUESTS, f"{lines} lines of {component}"


@pytest.mark.parametrize("wire", ["native", "ece387", "any"])
def test_a_browser_at_the_wires_port_is_named_in_the_log(boards, port, wire):
    server = boards.server(f"--ledactor.link.wire={wire}")
    with connect(port) as browser:
        browser.sendall(b"GET / HTTP/1.1\r\nHost: board\r\n\r\n")
        while browser.recv(4096):
            pass
    server.stop()
    assert 'reason=protocol why="HTTP, not ledactor\'s wire"' in server.log()


def test_all_who_are_turned_away_are_in_the_log_by_address_or_by_number(boards, port):
    server = boards.server()
    strangers = 20  # in far less than a second each, after which one more has a line of its own
    for _ in range(strangers):
        with Peer.dial(port) as stranger:
            stranger.send(hello(magic=b"LDAB"))
            stranger.expect_bye(PROTOCOL)
    server.stop()
    named = server.log().count("turned away address=127.0.0.1")
    numbered = sum(map(int, re.findall(r"turned away more=(\d+)", server.log())))
    assert named + numbered == strangers and numbered > 0
