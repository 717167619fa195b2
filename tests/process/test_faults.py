"""Boards that die, freeze and come back: what the others make of it."""

import pytest

from board import DEAD, QUICK_DEATH
from pressing import Pressing
from wire import Peer, hello


def check_that_both_answer(server, client):
    """Each board's LEDs follow the other's buttons, whatever they showed before."""
    for here, there in ((server, client), (client, server)):
        here.release(1, 2, 3, 4)
        there.expect_lit()
        here.press(2)
        there.expect_lit(2)
        here.release(2)
        there.expect_lit()


# Death


@pytest.mark.parametrize("victim", ["server", "client"])
def test_a_killed_peer_is_noticed_and_its_successor_welcome(boards, victim):
    server, client = boards.pair()
    dying, living = (server, client) if victim == "server" else (client, server)
    dying.press(1)
    living.press(3)
    living.expect_lit(1)
    dying.kill()
    living.expect("link down closed")
    living.expect_lit()
    heir = getattr(boards, victim)(name="heir")
    living.expect("link up heir")
    heir.expect(f"link up {living.name}")
    heir.expect_lit(3)
    assert living.unread_news == heir.unread_news == []


def test_a_server_killed_many_times_is_found_each_time(boards):
    server, client = boards.pair()
    client.press(2)
    for number in range(5):
        server.expect_lit(2)
        server.kill()
        client.expect("link down closed")
        server = boards.server(name=f"server {number}")
        client.expect(f"link up server {number}")
        server.expect("link up client")
    check_that_both_answer(server, client)


# Frost


def test_a_frozen_client_is_dropped_and_comes_back_as_one(boards):
    server, client = boards.pair(*QUICK_DEATH)
    client.press(1)
    server.press(2)
    server.expect_lit(1)
    client.expect_lit(2)
    client.freeze()
    server.expect(*DEAD)
    server.expect_lit()
    server.release(2)
    server.press(3)
    client.thaw()
    client.expect(*DEAD, "link down closed")
    client.expect("link up server")
    server.expect("link up client")
    server.expect_lit(1)
    client.expect_lit(3)
    check_that_both_answer(server, client)
    assert server.unread_news == client.unread_news == []


def test_a_frozen_clients_seat_goes_on_and_it_comes_back_to_the_queue(boards):
    server = boards.server(*QUICK_DEATH)
    first, second = boards.queue(server, "first", "second", options=QUICK_DEATH)
    first.press(1)
    second.press(2)
    server.expect_lit(1)
    first.freeze()
    server.expect(*DEAD)
    server.expect("link up second")
    second.expect("link up server")
    server.expect_lit(2)
    with Pressing(server, second) as work:
        first.thaw()
        first.expect(*DEAD, "link down closed")
        first.expect("waiting 1 second")
        work.go_on()
    server.expect_lit(2)
    assert 1 not in first.lit
    assert server.unread_news == second.unread_news == first.unread_news == []


def test_a_frozen_waiting_client_is_not_seated(boards):
    server = boards.server(*QUICK_DEATH)
    first, second, third = boards.queue(server, "first", "second", "third", options=QUICK_DEATH)
    second.freeze()
    third.expect("waiting 1 first")
    first.tap("control")
    server.expect("link down quit")
    server.expect("link up third")
    second.thaw()
    second.expect(*DEAD, "link down closed")
    second.expect("waiting 1 third")


def test_a_frozen_server_is_left_and_found_again(boards, port):
    server, client = boards.pair(*QUICK_DEATH)
    client.press(1)
    server.press(2)
    server.expect_lit(1)
    client.expect_lit(2)
    server.freeze()
    client.expect(*DEAD)
    client.expect_lit()
    client.press(4)
    for _ in range(5):  # connections whose other ends are gone when it wakes up
        with Peer.dial(port) as ghost:
            ghost.send(hello("ghost"))
    server.thaw()
    server.expect(*DEAD, "link down closed")
    server.expect("link up client")
    client.expect_at_last("link up server")
    server.expect_lit(1, 4)
    client.expect_lit(2)
    check_that_both_answer(server, client)
    assert server.unread_news == client.unread_news == []


def test_a_short_frost_is_no_loss(boards):
    server, client = boards.pair()
    for board, other in ((server, client), (client, server)):
        board.freeze()
        other.press(1)
        board.thaw()
        board.expect_lit(1)
        other.release(1)
        board.expect_lit()
    assert server.unread_news == client.unread_news == []


# Restart


def test_a_restarted_server_seats_one_and_queues_the_rest(boards):
    server = boards.server()
    clients = boards.queue(server, "first", "second", "third")
    server.stop()
    for client in clients:
        client.expect("link down shutdown")
    server = boards.server(name="again")
    up = server.expect(*(f"link up {client.name}" for client in clients))
    holder = up.removeprefix("link up ")
    waiting = [client for client in clients if client.name != holder]
    told = {client.expect(*(f"waiting {place} {holder}" for place in (1, 2))) for client in waiting}
    assert len(told) == 2
    server.tap("control")
    server.expect("link down kicked")
    server.expect(*(f"link up {client.name}" for client in waiting))
