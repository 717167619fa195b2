"""Signals that are ignored when the program is started, as by nohup, or by a shell for its jobs in
the background: they stay ignored. Those that end each command are tested with it."""

import signal

import pytest

IGNORABLE = [signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM]


@pytest.mark.parametrize("number", IGNORABLE)
def test_a_board_goes_on_at_an_ignored_signal(boards, number):
    server = boards.server(ignored=number)
    client = boards.client()
    server.expect("link up client")
    client.expect("link up server")
    server.send_signal(number)
    client.tap(1)  # which a board that ends does not show any more
    server.wait_for(lambda: len(server.led_lines) >= 2, "LED 1 on and off")
    server.list_leds()
    client.list_leds()
    assert server.unread_news == client.unread_news == []
    server.send_signal(signal.SIGINT if number == signal.SIGTERM else signal.SIGTERM)
    assert server.wait_for_end() == 0
