"""Press here, light there."""

import re

from pi import BUTTONS, DEBUG, PLAINTEXT, link


def test_every_button_lights_its_led_on_the_other_board(pair):
    for here, there in (pair, reversed(pair)):
        for button in (1, 2, 3, 4):
            here.press(button)
            there.expect_lit(button)
            here.release(button)
            there.expect_lit()
        assert here.lit() == []


def test_all_buttons_of_both_boards_at_once(pair):
    server, client = pair
    server.press(1, 2, 3, 4)
    client.press(1, 2, 3, 4)
    for board in pair:
        board.expect_lit(1, 2, 3, 4)
    server.release(2, 3)
    client.expect_lit(1, 4)
    server.expect_lit(1, 2, 3, 4)


def test_the_link_is_encrypted(pair):
    prints = {board.program.log("session secured").rpartition("key=")[2] for board in pair}
    assert len(prints) == 1 and len(prints.pop().strip()) == len("3f2a-91bc-07de")


def test_a_trusted_cable_needs_no_key(boards):
    link(*boards, PLAINTEXT)
    server, client = boards
    assert server.program.log("session secured") == ""
    server.press(1)
    client.expect_lit(1)
    client.press(2)
    server.expect_lit(2)


def test_a_bouncing_contact_ends_true_and_every_change_it_makes_is_seen(pair):
    server, client = pair
    initial = server.program.count("button released ")
    server.run(f"bounce {BUTTONS['server'][0]} 200")
    server.press(2)  # once this is seen, so is all before it
    client.expect_lit(1, 2)
    server.release(2)
    client.expect_lit(1)
    edges = server.program.count("chip edge ")
    reported = server.program.count("button (pressed|released) ") - initial
    assert edges > reported, f"{edges} edges made {reported} changes: nothing bounced"
    made = changes(server, r"panel changed levels=(\S+) seq=([1-9]\d*) ")
    seen = changes(client, r"session received levels=(\S+) seq=([1-9]\d*) ")
    assert len(made) == reported and seen == made
    assert server.program.count("chip corrected") == 0


def test_a_bouncing_contact_that_the_kernel_debounces_is_one_press(boards):
    server, client = boards
    # Longer than the slowest machine takes from one bounce to the next.
    link(server, client, DEBUG, "--ledactor.board.debounce-by=kernel", "--ledactor.board.debounce=1s")
    server.run(f"bounce {BUTTONS['server'][0]} 200")
    client.expect_lit(1)
    server.release(1)
    client.expect_lit()
    made = changes(server, r"panel changed levels=(\S+) seq=([1-9]\d*) ")
    assert made == [("0x1", "1"), ("0x0", "2")]
    assert server.program.count("chip corrected") == 0


def changes(board, event):
    return re.findall(event, board.program.log("panel changed|session received"))
