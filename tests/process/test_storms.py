"""Connections by the thousand: a linked pair goes on working, a board that comes finds its way in,
and when all is over the program is as small as before."""

import pytest

from pressing import Pressing
from wire import HELLO, PROTOCOL, Listener, Peer, hello, levels

MAX_FRESH = 32  # of one address, net/doorstep.hpp; also how many come at a time here
STORM = 1000  # connections
QUICKEST_REDIAL = ("--ledactor.link.reconnect-min=10ms", "--ledactor.link.reconnect-max=10ms")

# Memory is back if a storm adds less than this [KiB]: a quarter of a KiB for each connection, and
# a page or two for chance. Pools grow in the first storms, up to the most that is used at a time.
TOLERANCE = 256
MOST_STORMS = 20


def check_that_storms_leave_nothing(board, wait_for, storm):
    """Raises storms until one leaves the board as it was; a leak would show after each."""
    descriptors = board.descriptors()
    growth = []
    while not growth or growth[-1] > TOLERANCE:
        assert len(growth) < MOST_STORMS, f"each storm adds to {board.name}'s memory: {growth} KiB"
        before = board.memory()
        storm()
        # A thread that still starts may have had one more open before.
        wait_for(lambda: board.descriptors() <= descriptors, f"{descriptors} descriptors")
        growth.append(board.memory() - before)
    print(f"{board.name} grew in {len(growth)} storms by {growth} KiB")


def leave_at_once(peers, work):
    work.go_on(1)


def reset_at_once(peers, work):
    for peer in peers:
        peer.reset()
    work.go_on(1)


def say_hello_and_leave(peers, work):
    for peer in peers:
        peer.send(hello())
        peer.expect(HELLO)


def say_hello_and_reset(peers, work):
    say_hello_and_leave(peers, work)
    for peer in peers:
        peer.reset()


def talk_nonsense(peers, work):
    for peer in peers:
        peer.send(b"\xff" * 16)
        peer.expect_bye(PROTOCOL)


@pytest.mark.parametrize(
    "behave",
    [leave_at_once, reset_at_once, say_hello_and_leave, say_hello_and_reset, talk_nonsense],
)
def test_a_storm_of_connections_leaves_nothing_behind(boards, port, behave):
    server, client = boards.pair()

    def storm():
        for _ in range(STORM // MAX_FRESH):
            peers = [Peer.dial(port) for _ in range(MAX_FRESH)]
            behave(peers, work)
            for peer in peers:
                peer.close()

    with Pressing(server, client) as work:
        check_that_storms_leave_nothing(server, work.wait_for, storm)
    assert server.unread_news == []


def test_a_thousand_connections_that_say_nothing_leave_nothing_behind(boards, port):
    server, client = boards.pair()

    def storm():
        before = []
        for _ in range(STORM // MAX_FRESH):
            peers = [Peer.dial(port) for _ in range(MAX_FRESH)]
            for peer in before:  # dropped for those who came after it
                assert peer.expect_end() == []
                peer.close()
            before = peers
        for peer in before:
            peer.close()

    with Pressing(server, client) as work:
        check_that_storms_leave_nothing(server, work.wait_for, storm)
    assert server.unread_news == []


def test_a_board_finds_its_way_in_past_connections_that_say_nothing(boards, port):
    server, client = boards.pair()
    silent = [Peer.dial(port) for _ in range(MAX_FRESH + 1)]
    assert silent[0].expect_end() == []  # all others have been accepted
    late = boards.client(name="late")
    late.expect("waiting 1 client")
    client.tap("control")
    late.expect("link up server")
    late.press(1)
    server.expect_lit(1)
    for peer in silent:
        peer.close()


def test_guests_that_come_and_go_leave_nothing_behind(boards, port):
    """They take a seat, light LEDs, and are gone without a word."""
    server, client = boards.pair("--ledactor.server.seats=2")

    def storm():
        for _ in range(200):
            with Peer.dial(port) as guest:
                guest.sit_down("guest")
                guest.send(levels(1, pressed=0b0001))
                server.expect("link up guest")
            server.expect("link down closed")

    with Pressing(server, client) as work:
        check_that_storms_leave_nothing(server, work.wait_for, storm)
    server.expect_lit()


def test_links_that_come_and_go_leave_nothing_behind_on_the_client(boards, port):
    with Listener(port) as impostor:
        client = boards.client(*QUICKEST_REDIAL)
        links = [impostor.seat()]

        def light_and_darken():
            links[0].send(levels(1, pressed=0b0001))
            client.expect_lit(1)
            links[0].send(levels(2))
            client.expect_lit()

        def storm():
            for _ in range(200):
                light_and_darken()
                links.pop().close()
                links.append(impostor.seat())

        def wait_for(condition, what):
            for _ in range(1000):
                light_and_darken()
                if condition():
                    return
            raise AssertionError(f"never so: {what}")

        check_that_storms_leave_nothing(client, wait_for, storm)
        links.pop().close()
