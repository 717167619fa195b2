"""Servers that misspeak: a client turns away, goes on looking, and finds the true one."""

import re
import time

import pytest

from board import QUICK_DEATH
from wire import (
    CLIENT,
    HELLO,
    KICKED,
    LEVELS,
    PROTOCOL,
    SEAT,
    SERVER,
    VERSION,
    WAIT,
    Listener,
    bye,
    frame,
    hello,
    levels,
    text,
)

GREETING = hello("impostor", SERVER)
QUICKEST_REDIAL = ("--ledactor.link.reconnect-min=10ms", "--ledactor.link.reconnect-max=10ms")

FIRST_WORDS = {
    "http": (b"HTTP/1.1 400 Bad Request\r\n\r\n", PROTOCOL),
    "ssh": (b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", PROTOCOL),
    "another version": (hello("impostor", SERVER, version=2), VERSION),
    "a second client": (hello("impostor", CLIENT), PROTOCOL),
    "a seat before a hello": (frame(SEAT), PROTOCOL),
    "a length of zero": (bytes(2), PROTOCOL),
}

LATER_WORDS = {
    "place 0": frame(WAIT, b"\x00\x00\x01x"),
    "a holder without a name": frame(WAIT, b"\x00\x01\x00"),
    "a line feed in the holder's name": frame(WAIT, b"\x00\x01\x03a\nb"),
    "levels before the seat": levels(1, pressed=1),
    "a place after the seat": frame(SEAT) + frame(WAIT, b"\x00\x01\x01x"),
    "two seats": frame(SEAT) + frame(SEAT),
    "levels cut short": frame(SEAT) + frame(LEVELS, bytes(19)),
    "a huge length": frame(SEAT) + levels(1, pressed=1) + b"\xff\xff\x04",
}


def find_the_true_server(boards, client):
    server = boards.server("--ledactor.board.debounce=0ms")
    client.expect_at_last("link up server")
    server.expect("link up client")
    server.press(2)
    client.expect_lit(2)


@pytest.mark.parametrize("words, reason", FIRST_WORDS.values(), ids=FIRST_WORDS)
def test_first_words_out_of_order_send_a_client_on(boards, port, words, reason):
    with Listener(port) as impostor:
        client = boards.client()
        for _ in range(2):  # it comes back
            peer = impostor.accept()
            peer.expect(HELLO)
            peer.send(words)
            peer.expect_bye(reason)
    find_the_true_server(boards, client)


@pytest.mark.parametrize("words", LATER_WORDS.values(), ids=LATER_WORDS)
def test_later_words_out_of_order_send_a_client_on(boards, port, words):
    with Listener(port) as impostor:
        client = boards.client()
        peer = impostor.accept()
        peer.expect(HELLO)
        peer.send(GREETING, words)
        peer.expect_bye(PROTOCOL)
        client.expect_at_last("link down protocol")
    find_the_true_server(boards, client)


def test_a_client_that_is_refused_for_its_version_says_so_and_goes_on(boards, port):
    with Listener(port) as impostor:
        client = boards.client()
        peer = impostor.accept()
        peer.expect(HELLO)
        peer.send(bye(VERSION, "this side speaks version 2"))
        client.expect("link down version")
        peer.close()
    find_the_true_server(boards, client)


@pytest.mark.parametrize("words", [b"", GREETING], ids=["before its hello", "after its hello"])
def test_a_server_that_closes_is_dialed_again(boards, port, words):
    with Listener(port) as impostor:
        client = boards.client()
        for _ in range(3):
            peer = impostor.accept()
            peer.expect(HELLO)
            peer.send(words)
            peer.close()
    find_the_true_server(boards, client)


@pytest.mark.parametrize(
    "words",
    [b"", GREETING, GREETING + frame(SEAT) + levels(1, pressed=1)],
    ids=["at once", "after its hello", "in the seat"],
)
def test_a_server_that_falls_silent_is_left(boards, port, words):
    with Listener(port) as impostor:
        client = boards.client(*QUICK_DEATH)
        peer = impostor.accept()
        peer.expect(HELLO)
        peer.send(words)
        peer.expect_end()
        peer.close()
    find_the_true_server(boards, client)


def test_a_kick_by_who_never_said_hello_ends_no_client(boards, port):
    with Listener(port) as impostor:
        client = boards.client()
        peer = impostor.accept()
        peer.expect(HELLO)
        peer.send(bye(KICKED))
        peer.expect_end()
    find_the_true_server(boards, client)


def place(number, holder):
    return frame(WAIT, number.to_bytes(2, "big") + text(holder))


def test_places_without_end_fill_neither_memory_nor_log_nor_stdout(boards, port):
    """A server may say `wait` as fast as the cable takes it: the newest place is what counts."""
    flood = b"".join(place(1 + number % 2, "somebody") for number in range(10_000))
    with Listener(port) as impostor:
        client = boards.client()
        peer = impostor.accept()
        peer.expect(HELLO)
        peer.send(GREETING)
        before = client.memory()
        for _ in range(40):
            peer.send(flood)
        peer.send(place(7, "last"))
        assert len(client.expect_at_last("waiting 7 last")) < 64
        assert client.memory() < before + 8 * 1024
        peer.send(frame(SEAT), levels(1, pressed=0b0001))
        client.expect("link up impostor")
        client.expect_lit(1)
        peer.close()
    client.stop()
    assert len(client.log()) < 20_000


def test_a_server_that_lets_in_and_closes_again_and_again_does_not_fill_the_log(boards, port):
    begin = time.monotonic()
    with Listener(port) as impostor:
        client = boards.client(*QUICKEST_REDIAL)
        for _ in range(300):
            peer = impostor.accept()
            peer.expect(HELLO)
            peer.send(GREETING, place(1, "somebody"))
            peer.close()
    client.stop()
    most = 3 * (64 + time.monotonic() - begin)  # of three actors: a burst, and one a second
    log = client.log()
    lines = [line for line in log.splitlines() if "left out" not in line]
    left_out = sum(map(int, re.findall(r"left out lines=(\d+)", log)))
    assert len(lines) < most and left_out > 0, f"{len(lines)} lines, {left_out} left out"
