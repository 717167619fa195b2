"""Who sits, who waits and who is turned away: a server's seats and their queue."""

import pytest

from wire import BUSY, HELLO, KICKED, SEAT, WAIT, Peer, hello, place_in

LOST = "link down closed"
EACH_EDGE = "--ledactor.board.debounce=0ms"
REJOIN = ("--ledactor.client.on-kick=rejoin",)
MAX_WAITING = 16  # of net/seating.hpp


def free_the_seat(how, server, holder):
    """Returns what the server says when the holder of the seat goes this way."""
    if how == "kick":
        server.tap("control")
        holder.expect("kicked")
        holder.expect("link down kicked")
        assert holder.wait_for_end() == 0
        return "link down kicked"
    if how == "quit":
        holder.tap("control")
        holder.expect("link down quit")
        assert holder.wait_for_end() == 0
        return "link down quit"
    if how == "signal":
        holder.stop()
        holder.expect("link down shutdown")
        return "link down shutdown"
    holder.kill()
    return LOST


@pytest.mark.parametrize("how", ["kick", "quit", "signal", "death"])
def test_a_free_seat_goes_to_the_longest_waiting(boards, how):
    server = boards.server(EACH_EDGE)
    first, second, third = boards.queue(server, "first", "second", "third")
    server.press(1)
    second.press(2)
    third.press(3)
    first.expect_lit(1)
    down = free_the_seat(how, server, first)
    server.expect(down)
    server.expect("link up second")
    second.expect("link up server")
    third.expect("waiting 1 second")
    server.expect_lit(2)
    second.expect_lit(1)
    down = free_the_seat(how, server, second)
    server.expect(down)
    server.expect("link up third")
    third.expect("link up server")
    server.expect_lit(3)
    third.expect_lit(1)


def test_who_waits_neither_lights_nor_is_lit(boards):
    server = boards.server()
    holder, waiting = boards.queue(server, "holder", "waiting")
    waiting.press(1)
    waiting.list_leds()
    server.press(2)
    holder.press(3)
    server.expect_lit(3)
    holder.expect_lit(2)
    assert server.led_lines == ["led 3 on"]
    assert waiting.lit == set()


def test_a_kicked_client_that_rejoins_goes_to_the_end_of_the_queue(boards):
    server = boards.server(EACH_EDGE)
    clients = boards.queue(server, "a", "b", "c", options=REJOIN)
    for _ in range(3):
        kicked, promoted, last = clients
        server.tap("control")
        kicked.expect("kicked")
        kicked.expect("link down kicked")
        server.expect("link down kicked")
        server.expect(f"link up {promoted.name}")
        promoted.expect("link up server")
        last.expect(f"waiting 1 {promoted.name}")
        kicked.expect(f"waiting 2 {promoted.name}")
        clients = [promoted, last, kicked]


@pytest.mark.parametrize("how", ["quit", "signal", "death"])
def test_who_leaves_the_queue_moves_the_others_up(boards, how):
    server = boards.server()
    first, second, third, fourth = boards.queue(server, "first", "second", "third", "fourth")
    if how == "quit":
        second.tap("control")
        second.expect("link down quit")
        assert second.wait_for_end() == 0
    elif how == "signal":
        second.stop()
    else:
        second.kill()
    third.expect("waiting 1 first")
    fourth.expect("waiting 2 first")
    server.tap("control")
    server.expect("link down kicked")
    server.expect("link up third")
    fourth.expect("waiting 1 third")
    first.expect("kicked")
    assert first.wait_for_end() == 0


def test_one_press_of_a_bouncing_control_button_kicks_one(boards):
    server = boards.server("--ledactor.board.bounce=3ms", "--ledactor.board.debounce=500ms")
    _, second = boards.queue(server, "first", "second", options=REJOIN)
    server.type("press control\nrelease control\npress 1\nrelease 1\n")
    server.expect("link down kicked")
    server.expect("link up second")
    second.expect("link up server")
    # When button 1's window has ended, so has that of the control button.
    second.wait_for(lambda: second.led_lines[-1:] == ["led 1 off"], "the end of the press")
    assert server.unread_news == second.unread_news == []


def test_with_two_seats_a_kick_ends_who_has_sat_longest(boards):
    server = boards.server("--ledactor.server.seats=2", EACH_EDGE)
    clients = {}
    for name in ("first", "second"):
        clients[name] = boards.client(name=name)
        server.expect(f"link up {name}")
    third = boards.client(name="third")
    third.expect("waiting 1 first")
    server.tap("control")
    clients["first"].expect("link up server")
    clients["first"].expect("kicked")
    server.expect("link down kicked")
    server.expect("link up third")
    server.tap("control")
    clients["second"].expect("link up server")
    clients["second"].expect("kicked")
    server.expect("link down kicked")
    third.press(1)
    server.expect_lit(1)


def test_a_kick_frees_the_seat_of_who_sits_and_says_nothing(boards, port):
    server = boards.server()
    with Peer.dial(port) as mute:
        mute.sit_down("mute")
        client = boards.client()
        client.expect("waiting 1 mute")
        server.tap("control")
        mute.expect_bye(KICKED)
    client.expect("link up server")


def test_a_busy_server_that_refuses_says_so_until_a_seat_is_free(boards):
    server = boards.server("--ledactor.server.when-busy=refuse")
    (first,) = boards.queue(server, "first")
    second = boards.client(name="second")
    for _ in range(3):  # it goes on trying
        second.expect("link down busy")
    first.tap("control")
    server.expect("link down quit")
    server.expect("link up second")
    assert set(second.expect_at_last("link up server")) <= {"link down busy"}


def test_a_refusal_names_who_holds_the_seat(boards, port):
    server = boards.server("--ledactor.server.when-busy=refuse")
    boards.queue(server, "holder")
    with Peer.dial(port) as late:
        late.send(hello("late"))
        farewell = late.expect_bye(BUSY)
        assert b"holder" in farewell


def test_the_queue_is_bounded_and_in_order(boards, port):
    server = boards.server()
    boards.queue(server, "holder")
    waiting = [Peer.dial(port) for _ in range(MAX_WAITING)]
    for place, peer in enumerate(waiting, 1):
        assert peer.line_up(f"guest {place}") == place
    with Peer.dial(port) as late:
        late.send(hello("late"))
        late.expect_bye(BUSY)
    server.tap("control")
    server.expect("link down kicked")
    waiting[0].expect(SEAT)
    for place, peer in enumerate(waiting[1:], 1):
        assert place_in(peer.expect(WAIT)) == place
    for peer in waiting:
        peer.close()
