"""Press here, light there: two boards and their link, from its beginning to its end."""

import signal
import time

import pytest

from board import LIMIT
from threads import stopped_threads

BUTTONS = (1, 2, 3, 4)
EACH_EDGE = "--ledactor.board.debounce=0ms"
LONG_WINDOW = "--ledactor.board.debounce=500ms"


@pytest.fixture(params=["server to client", "client to server"])
def here_and_there(request, boards):
    """A linked pair, seen from either side."""
    pair = boards.pair()
    return pair if request.param == "server to client" else pair[::-1]


# Buttons and LEDs


@pytest.mark.parametrize("button", BUTTONS)
def test_a_held_button_lights_its_led_there_and_no_other(here_and_there, button):
    here, there = here_and_there
    here.press(button)
    there.expect_lit(button)
    here.release(button)
    there.expect_lit()
    assert there.led_lines == [f"led {button} on", f"led {button} off"]
    assert here.led_lines == []


def test_buttons_held_together_on_both_boards_light_all_leds(boards):
    server, client = boards.pair()
    for board in (server, client):
        board.press(*BUTTONS)
    for board in (server, client):
        board.expect_lit(*BUTTONS)
    server.release(2, 3)
    client.expect_lit(1, 4)
    server.expect_lit(*BUTTONS)


def test_buttons_held_before_the_link_light_when_it_comes_up(boards):
    server = boards.server()
    server.press(2)
    client = boards.client()
    client.press(3)
    server.expect_lit(3)
    client.expect_lit(2)


def test_a_timed_press_ends_by_itself(boards):
    server, client = boards.pair()
    server.type("press 1 50\n")
    client.wait_for(lambda: client.led_lines == ["led 1 on", "led 1 off"], "a light and its end")


def test_a_bouncing_contact_lights_and_darkens_once_a_press(boards):
    server, client = boards.pair("--ledactor.board.bounce=3ms", LONG_WINDOW)
    for count in (1, 2):
        server.press(1)
        client.expect_lit(1)
        server.release(1)
        client.expect_lit()
        assert client.led_lines == ["led 1 on", "led 1 off"] * count


def test_a_press_shorter_than_the_debounce_window_lights_and_is_released(boards):
    server, client = boards.pair("--ledactor.board.bounce=3ms", LONG_WINDOW)
    server.tap(1)
    client.wait_for(lambda: client.led_lines == ["led 1 on", "led 1 off"], "a light and its end")


# Boards of different sizes


@pytest.mark.parametrize(
    "sizes",
    [
        pytest.param(("--ledactor.server.leds=[4]", "--ledactor.server.buttons=[23]"), id="small server"),
        pytest.param(("--ledactor.client.leds=[4]", "--ledactor.client.buttons=[23]"), id="small client"),
    ],
)
def test_boards_of_different_sizes_share_what_both_have(boards, sizes):
    server, client = boards.pair(*sizes)
    small, large = (server, client) if "server" in sizes[0] else (client, server)
    large.press(2, 3, 4)
    large.press(1)
    small.expect_lit(1)
    small.press(1)
    large.expect_lit(1)
    large.release(*BUTTONS)
    small.expect_lit()
    assert small.led_lines == ["led 1 on", "led 1 off"]


def test_the_largest_boards_light_all_64_leds(boards):
    lines = {
        "--ledactor.server.leds": range(100, 164),
        "--ledactor.server.buttons": range(200, 264),
        "--ledactor.client.leds": range(100, 164),
        "--ledactor.client.buttons": range(200, 264),
    }
    server, client = boards.pair(*(f"{key}={list(value)}" for key, value in lines.items()))
    server.press(*range(1, 65))
    client.expect_lit(*range(1, 65))
    client.press(64)
    server.expect_lit(64)


# Kick and quit


def test_quit_ends_the_client_well_and_darkens_the_server(boards):
    server, client = boards.pair()
    client.press(1)
    server.expect_lit(1)
    client.press("control")
    client.expect("link down quit")
    assert client.wait_for_end() == 0
    server.expect("link down quit")
    server.expect_lit()


def test_quit_without_a_server_ends_the_client_well(boards):
    client = boards.client()
    client.press("control")
    assert client.wait_for_end() == 0
    assert client.unread_news == []


def test_kick_ends_the_client_well_and_darkens_both(boards):
    server, client = boards.pair()
    client.press(1)
    server.press(2)
    server.expect_lit(1)
    client.expect_lit(2)
    server.press("control")
    client.expect("kicked")
    client.expect("link down kicked")
    assert client.wait_for_end() == 0
    assert client.lit == set()
    server.expect("link down kicked")
    server.expect_lit()


def test_a_kicked_client_may_rejoin(boards):
    server, client = boards.pair("--ledactor.client.on-kick=rejoin", EACH_EDGE)
    client.press(3)
    server.expect_lit(3)
    for _ in range(2):
        server.tap("control")
        client.expect("kicked")
        client.expect("link down kicked")
        client.expect("link up server")
        server.expect("link down kicked")
        server.expect("link up client")
        server.expect_lit(3)


def test_kick_with_nobody_seated_does_nothing(boards):
    server = boards.server()
    server.press("control")
    server.list_leds()
    client = boards.client()
    client.expect("link up server")
    server.expect("link up client")
    client.press(1)
    server.expect_lit(1)
    assert server.unread_news == client.unread_news == []


# The end


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT], ids=lambda s: s.name)
@pytest.mark.parametrize("role", ["server", "client"])
def test_a_signal_ends_a_board_with_a_goodbye_and_its_leds_off(boards, role, number):
    pair = boards.pair()
    here, there = pair if role == "server" else pair[::-1]
    for board in pair:
        board.press(1)
    for board in pair:
        board.expect_lit(1)
    here.send_signal(number)
    assert here.wait_for_end() == 0
    here.expect("link down shutdown")
    there.expect("link down shutdown")
    assert here.led_lines == ["led 1 on", "led 1 off"]
    there.expect_lit()


def test_a_board_ends_in_time_although_its_peer_is_frozen(boards, record_property):
    server, client = boards.pair()
    client.freeze()
    took = server.stop()
    record_property("server_stop_seconds", took)
    print(f"SIGTERM to exit with a frozen peer: {took:.3f} s")
    assert took < LIMIT / 3
    client.thaw()
    client.expect("link down shutdown")


def test_boards_without_a_peer_end_in_time(boards):
    for board in (boards.client(), boards.server()):
        board.list_leds()
        assert board.stop() < LIMIT / 3


def test_a_board_that_is_slow_to_clean_up_ends_well_all_the_same(boards):
    """Its LEDs are off, and its peers know: on a busy machine, the rest may take longer."""
    server = boards.server()
    server.list_leds()
    with stopped_threads(server.process.pid, "caf.pool"):
        server.send_signal(signal.SIGTERM)
        server.wait_for_log("ledactor.supervisor stopped")
        time.sleep(1)  # for longer than its actors may take
    assert server.wait_for_end() == 0


# Any order


def test_a_client_that_starts_first_finds_the_server(boards):
    client = boards.client()
    client.press(2)
    client.list_leds()
    server = boards.server()
    client.expect("link up server")
    server.expect("link up client")
    server.expect_lit(2)


def test_a_restarted_server_gets_its_client_back_and_all_levels(boards):
    server, client = boards.pair()
    client.press(1)
    server.press(2)
    client.expect_lit(2)
    server.stop()
    client.expect("link down shutdown")
    client.expect_lit()
    again = boards.server(name="again")
    client.expect("link up again")
    again.expect_lit(1)
    again.press(3)
    client.expect_lit(3)


# Several seats


def test_leds_show_the_or_of_all_seated_clients(boards):
    server = boards.server("--ledactor.server.seats=2")
    first = boards.client(name="first")
    server.expect("link up first")
    second = boards.client(name="second")
    server.expect("link up second")
    first.press(1, 2)
    second.press(2, 3)
    server.expect_lit(1, 2, 3)
    server.press(4)
    first.expect_lit(4)
    second.expect_lit(4)
    first.release(2)
    first.release(1)
    server.expect_lit(2, 3)
    second.kill()
    server.expect("link down closed")
    server.expect_lit()
    assert server.led_lines.count("led 2 off") == 1
