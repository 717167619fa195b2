"""What the LEDs of a board do when its link is lost without a farewell."""

import pytest

from board import DEAD, DEATH, QUICK_DEATH
from wire import Peer, levels

BUTTONS = (1, 2, 3, 4)


def lose(boards, *options):
    """A server whose client died while holding buttons 1 and 2."""
    server, client = boards.pair(*options)
    client.press(1, 2)
    server.expect_lit(1, 2)
    client.kill()
    server.expect("link down closed")
    return server


@pytest.mark.parametrize("policy, lit", [("off", ()), ("on", BUTTONS)], ids=["off", "on"])
@pytest.mark.parametrize("grace", ["0s", "200ms"])
def test_leds_take_the_policy_when_the_link_is_lost(boards, policy, lit, grace):
    server = lose(
        boards,
        f"--ledactor.board.on-link-loss={policy}",
        f"--ledactor.board.link-loss-grace={grace}",
    )
    server.expect_lit(*lit)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(("--ledactor.board.on-link-loss=hold",), id="hold"),
        pytest.param(("--ledactor.board.link-loss-grace=1h",), id="in the grace"),
    ],
)
def test_leds_are_held_until_the_next_client_says_otherwise(boards, port, options):
    server = lose(boards, *options)
    with Peer.dial(port) as following:
        following.sit_down("following")
        following.send(levels(1, pressed=0b0011))
        server.expect("link up following")
        following.send(levels(2, pressed=0b0111))
        server.expect_lit(1, 2, 3)
        assert server.led_lines == ["led 1 on", "led 2 on", "led 3 on"]
        following.send(levels(3))
        server.expect_lit()


def test_a_farewell_darkens_the_leds_whatever_the_policy(boards):
    server, client = boards.pair("--ledactor.board.on-link-loss=hold")
    client.press(1)
    server.expect_lit(1)
    client.tap("control")
    assert client.wait_for_end() == 0
    server.expect_lit()


def test_a_silent_peer_counts_as_lost(boards):
    server, client = boards.pair("--ledactor.board.on-link-loss=on", *QUICK_DEATH)
    client.freeze()
    server.expect(*DEAD)
    server.expect_lit(*BUTTONS)


@pytest.mark.parametrize("slow", ["server", "client"])
def test_boards_with_different_heartbeats_stay_linked(boards, slow):
    patience = {"server": QUICK_DEATH, "client": QUICK_DEATH}
    patience[slow] = (f"--ledactor.link.heartbeat={2 * DEATH}s", f"--ledactor.link.dead-after={40 * DEATH}s")
    server, client = boards.server(*patience["server"]), boards.client(*patience["client"])
    server.expect("link up client")
    client.expect("link up server")
    slow_one, quick_one = (server, client) if slow == "server" else (client, server)
    slow_one.type(f"press 1 {1800 * DEATH}\n")  # for longer than the quick one bears a quick one's silence
    quick_one.wait_for(lambda: quick_one.led_lines == ["led 1 on", "led 1 off"], "a light and its end")
    assert server.unread_news == client.unread_news == []
