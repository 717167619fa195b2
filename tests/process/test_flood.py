"""10,000 presses each way at once, as fast as the boards' stdin takes them."""

import threading

PRESSES = 10_000
BUTTONS = (1, 2, 3, 4)


def flood(*boards):
    """Presses the buttons of all boards in turn, at once."""
    text = "".join(
        f"press {BUTTONS[press % 4]}\nrelease {BUTTONS[press % 4]}\n" for press in range(PRESSES)
    )
    writers = [threading.Thread(target=board.type, args=(text,)) for board in boards]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()


def check_logs(server, client, asked_for=0):
    """What either board's session says of itself is what the other board saw."""
    client.stop()
    server.stop()
    (of_server,), (of_client,) = server.ended_sessions(), client.ended_sessions()
    for here, there, peer in ((of_server, of_client, client), (of_client, of_server, server)):
        assert here.merged == 0
        assert here.sent == there.received
        # The first levels after linking changed nothing; each later frame changed one LED.
        seen = here.sent - 1 + asked_for
        assert len(peer.led_lines) >= seen
        assert all(line.endswith("off") for line in peer.led_lines[seen:])  # the link's end


def test_each_edge_is_seen_once_and_in_its_leds_order(boards):
    server, client = boards.pair("--ledactor.board.debounce=0ms")
    flood(server, client)
    for board in (server, client):
        board.wait_for(lambda: len(board.led_lines) >= 2 * PRESSES, "all changes")
    check_logs(server, client)  # after which there can be no more
    for board in (server, client):
        for led in BUTTONS:
            levels = [line for line in board.led_lines if line.startswith(f"led {led} ")]
            assert levels == [f"led {led} on", f"led {led} off"] * (PRESSES // len(BUTTONS))


def test_bouncing_contacts_leave_the_leds_true_and_all_that_was_sent_arrives(boards):
    server, client = boards.pair("--ledactor.board.bounce=3ms", "--ledactor.board.debounce=5ms")
    flood(server, client)
    for board in (server, client):
        board.list_leds()  # after which it has read all presses
    server.press(1, 3)
    client.press(2)
    client.expect_lit(1, 3)
    server.expect_lit(2)
    server.release(1, 3)
    client.release(2)
    client.expect_lit()
    server.expect_lit()
    check_logs(server, client, asked_for=len(BUTTONS))
