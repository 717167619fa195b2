"""10,000 presses each way at once, as fast as the boards' stdin takes them."""

import contextlib
import threading

from board import NO_DEATH
from viewer import Viewer

PRESSES = 10_002  # as often each button
BUTTONS = (1, 2, 3)
LAST = 4  # is pressed after all others, and held: when its LED lights, the flood is over


def flood(*boards):
    """Presses the buttons of all boards in turn, at once."""
    buttons = (BUTTONS[press % len(BUTTONS)] for press in range(PRESSES))
    text = "".join(f"press {button}\nrelease {button}\n" for button in buttons)
    writers = [
        threading.Thread(target=board.type, args=(f"{text}press {LAST}\n",)) for board in boards
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()


def check_logs(server, client):
    """What either board's session says of itself is what the other board saw."""
    client.stop()
    server.stop()
    (of_server,), (of_client,) = server.ended_sessions(), client.ended_sessions()
    for here, there, peer in ((of_server, of_client, client), (of_client, of_server, server)):
        assert here.merged == 0
        assert here.sent == there.received
        # The first levels after linking changed nothing; each later frame changed one LED.
        seen = here.sent - 1
        assert len(peer.led_lines) >= seen
        assert all(line.endswith("off") for line in peer.led_lines[seen:])  # the link's end


def test_each_edge_is_seen_once_and_in_its_leds_order(boards):
    server, client = boards.pair("--ledactor.board.debounce=0ms", NO_DEATH)
    flood(server, client)
    for board in (server, client):
        board.wait_for(lambda: len(board.led_lines) >= 2 * PRESSES + 1, "all changes")
        board.expect_lit(LAST)
    check_logs(server, client)  # after which there can be no more
    for board in (server, client):
        assert len(board.led_lines) == 2 * PRESSES + 2  # LED 4 went on, and off at the end
        for led in BUTTONS:
            levels = [line for line in board.led_lines if line.startswith(f"led {led} ")]
            assert levels == [f"led {led} on", f"led {led} off"] * (PRESSES // len(BUTTONS))


def test_bouncing_contacts_leave_the_leds_true_and_all_that_was_sent_arrives(boards):
    server, client = boards.pair("--ledactor.board.bounce=3ms", "--ledactor.board.debounce=5ms", NO_DEATH)
    flood(server, client)
    for board in (server, client):
        board.wait_for(lambda: LAST in board.lit, "the flood's end")
    server.press(1, 3)
    client.press(2)
    client.expect_lit(1, 3, LAST)
    server.expect_lit(2, LAST)
    server.release(1, 3, LAST)
    client.release(2, LAST)
    client.expect_lit()
    server.expect_lit()
    check_logs(server, client)


@contextlib.contextmanager
def endless_flood(board):
    """Presses and releases button 1 without end, as fast as the board's stdin takes it."""
    stop = threading.Event()

    def write():
        with contextlib.suppress(BrokenPipeError):
            while not stop.is_set():
                board.type("press 1\nrelease 1\n" * 1000)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
        assert writer.is_alive()
    finally:
        stop.set()
        writer.join()


def test_an_endless_flood_keeps_nobody_waiting_and_costs_no_memory(boards, web_ports):
    """What the board does not take waits in the pipe."""
    server = boards.server("--ledactor.board.debounce=0ms", f"--ledactor.web.port={web_ports[0]}")
    client = boards.client()
    server.expect("link up client")
    client.expect("link up server")
    page = Viewer(web_ports[0])
    with endless_flood(server):
        client.wait_for(lambda: len(client.led_lines) > 1000, "the flood")
        before = server.memory()
        for button in (2, 3, 4):
            page.do(f"/api/buttons/{button}/press")
            client.wait_for(lambda: button in client.lit, "the page's press")
        client.press(2)
        server.expect_lit(2)
        more = len(client.led_lines) + 10_000
        client.wait_for(lambda: len(client.led_lines) > more, "more of the flood")
        assert server.memory() < before + 2048
