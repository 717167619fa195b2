"""One seat, two boards that want it."""

import pytest

from pi import CONTROL, DEBUG, link


@pytest.fixture
def queue(trio):
    """A server, a client that has the seat, and a third board that waits for it."""
    server, client, third = trio
    link(server, client, DEBUG)
    third.start(DEBUG).expect('supervisor waiting place=1 holder="client"')
    return trio


def test_the_servers_control_button_kicks_and_the_waiting_board_gets_the_seat(queue):
    server, client, third = queue
    client.press(1)
    third.press(2)
    server.press(4)
    server.expect_lit(1)
    client.expect_lit(4)
    assert third.lit() == []
    server.press(CONTROL)
    client.program.expect_unlinked("kicked")
    assert client.program.wait_for_end() == 0
    assert client.lit() == []
    third.program.expect('supervisor linked .*peer="server"')
    server.expect_lit(2)
    third.expect_lit(4)
    assert server.program.count("supervisor kick session=[0-9]") == 1


def test_a_board_whose_cable_is_out_loses_the_seat_to_the_waiting_one(queue):
    server, client, third = queue
    client.press(1)
    third.press(3)
    server.expect_lit(1)
    client.pull_cable()
    server.program.expect('endpoint seat peer="third" from=queue')
    server.expect_lit(3)
    client.plug_cable()
    client.program.expect('supervisor waiting place=1 holder="third"')


def test_a_board_without_power_loses_the_seat_to_the_waiting_one(queue):
    server, client, third = queue
    client.press(1)
    third.press(3)
    server.expect_lit(1)
    client.cut_power()
    server.program.expect('endpoint seat peer="third" from=queue')
    server.expect_lit(3)
