"""Links with the original scripts, which the peers here stand for: the protocol, the pace, and what
becomes of the LEDs and the seat when such a peer misbehaves."""

import subprocess
import time

import pytest

import wire
from board import DEATH, LEDACTOR, LIMIT, NO_DEATH, QUICK_DEATH
from ece387 import UP, Listener, Spinning, dial, levels
from viewer import Viewer

ECE387 = "--ledactor.link.wire=ece387"
ANY = "--ledactor.link.wire=any"
INVERT = "--ledactor.board.invert=true"
EACH_EDGE = "--ledactor.board.debounce=0ms"
TWO_SEATS = "--ledactor.server.seats=2"
REFUSE = "--ledactor.server.when-busy=refuse"
SLOWEST_PACE = 1  # [s]
NEVER_PACED = f"--ledactor.link.ece387-pace={SLOWEST_PACE}s"  # whatever comes sooner came for its own sake

PEER = "ece387 127.0.0.1"
UP_LINE = f"link up {PEER}"
PACE = 0.005  # [s]


@pytest.fixture
def server(boards):
    """Which waits for a peer for as long as a test takes."""
    return boards.server(ECE387, NO_DEATH)


@pytest.fixture
def listener(port):
    with Listener(port) as listening:
        yield listening


def expect_paced(spinning):
    """Waits for so many messages that their pace is seen: a slow machine takes longer, none less."""
    messages = 200
    begin, first = time.monotonic(), spinning.count
    spinning.wait_for(lambda: spinning.count >= first + messages, f"got {messages} messages")
    took = time.monotonic() - begin
    print(f"{messages / took:.0f} messages a second")
    assert took > messages * PACE * 0.9


def make_key(path):
    subprocess.run([LEDACTOR, "keygen", path], check=True, stdout=subprocess.DEVNULL)
    return path


# A server


def test_an_original_client_and_a_server_light_each_others_leds(server, port):
    with Spinning.client(port) as client:
        server.expect(UP_LINE)
        for button in range(1, 5):
            client.buttons = (button,)
            server.expect_lit(button)
            server.press(button)
            client.expect_lit(button)
            server.release(button)
            client.expect_lit()
        client.buttons = (1, 4)
        server.expect_lit(1, 4)
        client.buttons = ()
        server.expect_lit()


def test_a_server_answers_each_message_once_and_speaks_only_then(server, port):
    with dial(port) as client:
        assert client.is_silent(0.1)
        assert client.exchange() == UP
        server.press(1)
        assert client.is_silent(0.1)
        assert client.exchange() == levels(1)
        assert client.is_silent(0.1)


def test_a_server_keeps_an_original_from_spinning(server, port):
    """The original makes 24,000 exchanges a second, and takes a core for it."""
    with Spinning.client(port) as client:
        server.expect(UP_LINE)
        expect_paced(client)


def test_a_press_does_not_wait_for_the_pace(boards, port):
    server = boards.server(ECE387, NEVER_PACED, EACH_EDGE)
    with dial(port) as client:
        assert client.exchange() == UP
        took = []
        for _ in range(5):  # a machine that is busy may hold up some of them
            client.send(UP)
            server.expect_lit()
            begin = time.monotonic()
            server.press(2)
            client.expect(levels(2))
            client.send(levels(3))
            server.expect_lit(3)
            took.append(time.monotonic() - begin)
            server.release(2)
            client.expect(UP)
        assert min(took) < SLOWEST_PACE


def test_changes_between_two_messages_all_arrive_in_order(boards, port):
    server = boards.server(ECE387, EACH_EDGE)
    with dial(port) as client:
        assert client.exchange() == UP
        for button in (1, 2, 3):
            server.tap(button)
        server.list_leds()
        got = [client.exchange() for _ in range(7)]
        assert got == [levels(1), UP, levels(2), UP, levels(3), UP, UP]


def test_a_message_in_pieces_is_one(server, port):
    with dial(port) as client:
        for piece in (b"0", b"1", b"0", b"0"):
            assert client.is_silent(0.02)
            client.send(piece)
        client.expect(UP)
        server.expect_lit(2)


def test_two_messages_in_one_segment_are_both_shown_and_answered_one_by_one(server, port):
    with dial(port) as client:
        assert client.exchange() == UP
        server.expect(UP_LINE)
        client.send(levels(1) + levels(1, 2))
        server.expect_lit(1, 2)
        assert server.led_lines == ["led 1 on", "led 2 on"]
        client.expect(UP)
        client.expect(UP)
        client.send(levels(3) + UP)
        server.wait_for(lambda: server.led_lines[-1] == "led 3 off", "LED 3 off")
        assert "led 3 on" in server.led_lines
        client.expect(UP)
        client.expect(UP)
        assert client.is_silent(0.1)


GARBAGE = [b"abc", b"close", b"\xff\xfe", b"1x00", b"0000\n", b"GET / HTTP/1.0\r\n\r\n", bytes(4)]


def may_be_answered(garbage):
    """What may come back: a whole message before the garbage is one, and may have its answer."""
    return ([], [UP]) if garbage.startswith(UP) else ([],)


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_ends_the_link_and_darkens_the_leds(server, port, garbage):
    with dial(port) as client:
        assert client.exchange(4) == UP
        server.expect(UP_LINE)
        server.expect_lit(4)
        client.send(garbage)
        assert client.receive_all() in may_be_answered(garbage)
        server.expect("link down protocol")
        server.expect_lit()
    with dial(port) as client:
        assert client.exchange() == UP


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_from_a_stranger_is_not_answered_and_hurts_nobody(boards, port, garbage):
    server = boards.server(ECE387, TWO_SEATS)
    with Spinning.client(port) as client, dial(port) as stranger:
        server.expect(UP_LINE)
        stranger.send(garbage)
        assert stranger.receive_all() in may_be_answered(garbage)
        client.buttons = (1,)
        server.wait_for(lambda: 1 in server.lit, "LED 1 lit")
        server.press(2)
        client.expect_lit(2)


def test_more_messages_than_may_be_ahead_end_the_link(server, port):
    with dial(port) as client:
        assert client.exchange() == UP
        server.expect(UP_LINE)
        client.send(UP * 1000)
        assert set(client.receive_all()) <= {UP}
        server.expect("link down protocol")


def test_who_connects_and_says_nothing_is_dropped(server, port):
    with dial(port) as silent, dial(port) as half:
        half.send(b"00")
        silent.expect_end()
        half.expect_end()
    assert server.unread_news == []


@pytest.mark.parametrize("last", [UP, levels(1) + b"0"], ids=["a message", "half a message"])
def test_a_frozen_client_is_dead_after_that_time_and_the_next_one_gets_the_seat(boards, port, last):
    server = boards.server(ECE387, *QUICK_DEATH)
    with dial(port) as frozen, dial(port) as waiting:
        assert frozen.exchange(1) == UP
        server.expect(UP_LINE)
        waiting.send(levels(2))
        assert waiting.is_silent(0.3)
        frozen.send(last)
        server.expect("link down silent")
        server.expect(UP_LINE)
        server.expect_lit(2)
        waiting.expect(UP)


def test_who_waits_is_not_answered_and_keeps_its_place(boards, port):
    """However long: here, for more than the time after which a seated peer would be dead."""
    server = boards.server(ECE387, *QUICK_DEATH)
    with Spinning.client(port) as holder, dial(port) as second:
        server.expect(UP_LINE)
        second.send(levels(3))
        assert second.is_silent(1.5 * DEATH)
        with dial(port) as third:
            third.send(levels(4))
            assert third.is_silent(0.1)
            assert server.lit == set()
            server.tap("control")
            holder.expect_end(b"close")
            server.expect("link down kicked")
            server.expect(UP_LINE)
            second.expect(UP)
            server.expect_lit(3)
            assert third.is_silent(0.1)
    server.expect("link down closed")


def test_who_is_refused_is_told_to_close(boards, port):
    server = boards.server(ECE387, REFUSE)
    with Spinning.client(port) as holder:
        server.expect(UP_LINE)
        with Spinning.client(port) as second:
            second.expect_end(b"close")
        holder.buttons = (1,)
        server.expect_lit(1)


def test_a_kick_comes_as_a_reply_and_the_next_one_sits_at_once(server, port):
    with Spinning.client(port) as first:
        server.expect(UP_LINE)
        first.buttons = (1,)
        server.expect_lit(1)
        with Spinning.client(port) as second:
            second.buttons = (2,)
            begin = time.monotonic()
            server.tap("control")
            first.expect_end(b"close")
            server.expect("link down kicked")
            server.expect(UP_LINE)
            server.expect_lit(2)
            print(f"handed over in {(time.monotonic() - begin) * 1000:.1f} ms")
            server.tap("control")
            second.expect_end(b"close")
            server.expect("link down kicked")
            server.expect_lit()


def test_a_kick_waits_for_the_clients_message(server, port):
    with dial(port) as client:
        assert client.exchange(1) == UP
        server.expect(UP_LINE)
        server.tap("control")
        assert client.is_silent(0.05)
        client.send(levels(1))
        client.expect(b"close")
        client.expect_end()
        server.expect("link down kicked")


def test_a_client_that_sends_nothing_more_can_be_kicked(server, port):
    with dial(port) as frozen, dial(port) as waiting:
        assert frozen.exchange(1) == UP
        server.expect(UP_LINE)
        server.expect_lit(1)
        waiting.send(UP)
        assert waiting.is_silent(0.1)
        server.tap("control")
        server.expect("link down kicked")
        server.expect(UP_LINE)
        server.expect_lit()
        frozen.expect_end()
        waiting.expect(UP)


def test_a_kick_with_nobody_there_is_nobodys(boards, port, web_ports):
    server = boards.server(ECE387, f"--ledactor.web.port={web_ports[0]}")
    server.list_leds()  # it listens since before it could answer
    with Viewer(web_ports[0]).events(0) as events:
        server.tap("control")
        events.until_kind("control", pressed=True)  # the kick goes with it
    with Spinning.client(port) as client:
        server.expect(UP_LINE)
        client.buttons = (1,)
        server.expect_lit(1)


@pytest.mark.parametrize("how", ["close", "reset"])
def test_a_client_that_vanishes_with_an_led_lit_leaves_it_dark(server, port, how):
    for _ in range(3):
        peer = wire.Peer(wire.connect(port))
        peer.socket.sendall(levels(1, 2))
        server.expect(UP_LINE)
        server.expect_lit(1, 2)
        peer.reset() if how == "reset" else peer.close()
        server.expect("link down closed")
        server.expect_lit()


def test_an_original_that_is_left_by_its_server_reads_the_end(server, port):
    """Not a reset, which the original takes for a crash."""
    with Spinning.client(port) as client:
        server.expect(UP_LINE)
        assert server.stop() < LIMIT / 3
        client.expect_end(b"")
        assert set(client.changes) <= {UP, b""}


# A client


def test_a_client_and_an_original_server_light_each_others_leds(boards, listener):
    client = boards.client(ECE387)
    with Spinning.server(listener.accept()) as server:
        client.expect(UP_LINE)
        for button in range(1, 5):
            server.buttons = (button,)
            client.expect_lit(button)
            client.press(button)
            server.expect_lit(button)
            client.release(button)
            server.expect_lit()
        expect_paced(server)


def test_a_client_sends_nothing_before_it_is_answered_and_loses_no_change(boards, listener):
    client = boards.client(ECE387, EACH_EDGE)
    with listener.accept() as server:
        server.expect(UP)
        for button in (1, 2, 3):
            client.tap(button)
        client.list_leds()
        assert server.is_silent(0.2)
        got = []
        for _ in range(7):
            server.send(UP)
            got.append(server.receive())
        assert got == [levels(1), UP, levels(2), UP, levels(3), UP, UP]


def test_a_client_waits_for_its_seat_as_long_as_it_takes(boards, listener):
    client = boards.client(ECE387, *QUICK_DEATH)
    with listener.accept() as server:
        server.expect(UP)
        assert server.is_silent(1.5 * DEATH)
        assert client.unread_news == []
        server.send(levels(2))
        client.expect(UP_LINE)
        client.expect_lit(2)


def test_a_server_that_freezes_is_dead_after_that_time_and_dialed_again(boards, listener):
    client = boards.client(ECE387, *QUICK_DEATH)
    with listener.accept() as frozen:
        frozen.expect(UP)
        frozen.send(levels(1))
        client.expect(UP_LINE)
        client.expect_lit(1)
        client.expect("link down silent")
        client.expect_lit()
    with Spinning.server(listener.accept()) as server:
        client.expect(UP_LINE)
        server.buttons = (3,)
        client.expect_lit(3)


def test_a_reply_in_pieces_is_one(boards, listener):
    client = boards.client(ECE387, NEVER_PACED)
    with listener.accept() as server:
        server.expect(UP)
        for piece in (b"0", b"1", b"1", b"0"):
            assert server.is_silent(0.02)
            server.send(piece)
        client.expect(UP_LINE)
        client.expect_lit(2, 3)


@pytest.mark.parametrize("garbage", [UP + UP, b"000x", b"cloze", b"hello", b"\0\0\0\0"])
def test_a_reply_that_is_none_ends_the_link_and_darkens_the_leds(boards, listener, garbage):
    client = boards.client(ECE387, NEVER_PACED)
    with listener.accept() as server:
        server.expect(UP)
        server.send(levels(1))
        client.expect(UP_LINE)
        client.expect_lit(1)
        server.expect(UP)
        server.send(garbage)
        server.expect_end()
    client.expect("link down protocol")
    client.expect_lit()
    with listener.accept() as server:
        server.expect(UP)


@pytest.mark.parametrize("in_pieces", [False, True])
def test_a_client_that_is_kicked_exits(boards, listener, in_pieces):
    client = boards.client(ECE387)
    with listener.accept() as server:
        server.expect(UP)
        server.send(levels(1))
        server.expect(UP)
        for piece in (b"clo", b"se") if in_pieces else (b"close",):
            server.send(piece)
        server.expect_end()
    client.expect(UP_LINE)
    client.expect("kicked")
    client.expect("link down kicked")
    assert client.wait_for_end() == 0
    assert client.lit == set()


def test_a_kicked_client_that_rejoins_dials_again(boards, listener):
    client = boards.client(ECE387, "--ledactor.client.on-kick=rejoin")
    with Spinning.server(listener.accept()) as server:
        client.expect(UP_LINE)
        server.closing = True
        client.expect("kicked")
        client.expect("link down kicked")
    with Spinning.server(listener.accept()):
        client.expect(UP_LINE)


def test_a_client_whose_first_answer_is_close_was_refused(boards, listener):
    client = boards.client(ECE387)
    with listener.accept() as server:
        server.expect(UP)
        server.send(b"close")
        client.expect("link down busy")
    with listener.accept() as server:
        server.expect(UP)


@pytest.mark.parametrize("how", ["quit", "signal"])
def test_a_client_that_ends_closes_when_it_has_been_answered(boards, listener, how):
    """The original server dies of a reset, which a reply to a closed connection would bring."""
    client = boards.client(ECE387)
    with listener.accept() as server:
        server.expect(UP)
        server.send(UP)
        server.expect(UP)
        client.expect(UP_LINE)
        client.tap("control") if how == "quit" else client.send_signal(15)
        assert server.is_silent(0.05)
        server.send(UP)
        assert server.socket.recv(100) == b"", "no end, but a reset"
    client.expect("link down quit" if how == "quit" else "link down shutdown")
    assert client.wait_for_end() == 0


def test_a_client_can_quit_though_its_server_is_frozen(boards, listener):
    client = boards.client(ECE387, NO_DEATH)
    with listener.accept() as frozen:
        frozen.expect(UP)
        frozen.send(levels(1))
        client.expect(UP_LINE)
        client.expect_lit(1)
        frozen.expect(UP)  # from now on it is the server's turn
        client.tap("control")
        client.expect("link down quit")
        assert client.wait_for_end() == 0
    assert client.lit == set()


def test_a_server_that_vanishes_with_an_led_lit_leaves_it_dark(boards, listener):
    client = boards.client(ECE387)
    for _ in range(3):
        with Spinning.server(listener.accept()) as server:
            server.buttons = (4,)
            client.expect(UP_LINE)
            client.expect_lit(4)
            server.vanish()
            client.expect("link down closed")
            client.expect_lit()


# Both ends are ledactor's


def test_two_boards_that_both_speak_it_link_up(boards):
    server, client = boards.server(ECE387), boards.client(ECE387)
    server.expect(UP_LINE)
    client.expect(UP_LINE)
    client.press(1)
    server.expect_lit(1)
    server.press(2)
    client.expect_lit(2)
    second = boards.client(ECE387, name="second")
    server.tap("control")
    client.expect("kicked")
    server.expect("link down kicked")
    server.expect(UP_LINE)
    second.expect_lit(2)


# Either wire


def test_a_native_and_an_original_client_sit_side_by_side(boards, port):
    server = boards.server(ANY, TWO_SEATS)
    client = boards.client()
    server.expect("link up client")
    with Spinning.client(port) as original:
        server.expect(UP_LINE)
        client.press(1)
        original.buttons = (1, 2)
        server.expect_lit(1, 2)
        original.buttons = ()
        server.expect_lit(1)
        server.press(3)
        client.expect_lit(3)
        original.expect_lit(3)
        client.tap("control")
        server.expect("link down quit")
        server.expect_lit()
        server.tap("control")
        original.expect_end(b"close")
        server.expect("link down kicked")


def test_with_a_key_natives_prove_it_and_originals_still_get_in(boards, port, tmp_path):
    key = make_key(tmp_path / "key")
    server = boards.server(ANY, TWO_SEATS, f"--key-file={key}")
    client = boards.client(f"--key-file={key}")
    server.expect("link up client")
    server.wait_for_log("secured key=")
    with Spinning.client(port) as original:
        server.expect(UP_LINE)
        original.buttons = (1,)
        server.expect_lit(1)
        with wire.Peer.dial(port) as keyless:
            keyless.send(wire.hello())
            keyless.expect_bye(8)
    client.stop()


def test_a_server_of_any_wire_says_nothing_before_it_knows_which(boards, port):
    server = boards.server(ANY)
    with dial(port) as silent, dial(port) as slow:
        assert silent.is_silent(0.2)
        slow.send(b"1")
        assert slow.is_silent(0.2)
        slow.send(b"000")
        slow.expect(UP)
        server.expect(UP_LINE)
        server.expect_lit(1)
        silent.expect_end()


@pytest.mark.parametrize(
    "words, ends",
    [(b"GET / HTTP/1.0\r\n\r\n", wire.PROTOCOL), (b"\x16\x03\x01\x00\xc8\x01", 8), (b"close", wire.PROTOCOL)],
)
def test_what_is_neither_is_refused_as_on_the_native_wire(boards, port, words, ends):
    boards.server(ANY)
    with wire.Peer.dial(port) as stranger:
        stranger.send(words)
        stranger.expect_bye(ends)


def test_an_original_waits_behind_a_native_one_and_the_other_way_round(boards, port):
    server = boards.server(ANY)
    client = boards.client("--ledactor.client.on-kick=rejoin")
    server.expect("link up client")
    with dial(port) as original:
        original.send(levels(1))
        assert original.is_silent(0.1)
        server.tap("control")
        server.expect("link down kicked")
        server.expect(UP_LINE)
        original.expect(UP)
        client.expect_at_last(f"waiting 1 {PEER}")
    server.expect("link down closed")
    server.expect("link up client")


# Inverted


def test_an_inverted_server_sends_and_shows_the_opposite(boards, port):
    server = boards.server(ECE387, INVERT)
    with Spinning.client(port) as client:
        server.expect(UP_LINE)
        server.expect_lit(1, 2, 3, 4)
        client.expect_lit(1, 2, 3, 4)
        server.press(1)
        client.expect_lit(2, 3, 4)
        client.buttons = (2, 3)
        server.expect_lit(1, 4)
    server.expect("link down closed")
    server.expect_lit()


def test_an_inverted_client_with_an_original_server(boards, listener):
    """The second of the original's client scripts."""
    client = boards.client(ECE387, INVERT)
    with Spinning.server(listener.accept()) as server:
        client.expect_lit(1, 2, 3, 4)
        server.expect_lit(1, 2, 3, 4)
        client.press(4)
        server.expect_lit(1, 2, 3)
        server.buttons = (1, 2, 3, 4)
        client.expect_lit()


def test_an_inverted_pair_of_natives_shows_what_is_pressed(boards):
    server, client = boards.pair(INVERT)
    client.press(2)
    server.expect_lit(2)
    server.press(3)
    client.expect_lit(3)


def test_one_inverted_native_board_sees_everything_the_other_way_round(boards):
    server = boards.server(INVERT, '--ledactor.server.leds=[1, 2, 3, 4, 5, 6]')
    client = boards.client()
    client.expect("link up server")
    server.expect_lit(1, 2, 3, 4)  # the client has no button for the others
    client.expect_lit(1, 2, 3, 4)
    client.press(1)
    server.expect_lit(2, 3, 4)
    client.stop()
    server.expect("link up client")
    server.expect("link down shutdown")
    server.expect_lit()


@pytest.mark.parametrize("policy, lit", [("off", ()), ("on", (1, 2, 3, 4)), ("hold", (1, 3, 4))])
def test_inversion_leaves_the_link_loss_policy_alone(boards, port, policy, lit):
    server = boards.server(ECE387, INVERT, f"--ledactor.board.on-link-loss={policy}")
    with Spinning.client(port) as client:
        client.buttons = (2,)
        server.expect_lit(1, 3, 4)
    server.expect(UP_LINE)
    server.expect("link down closed")
    server.expect_lit(*lit)
    server.stop()
    assert server.lit == set()


# Configuration


def test_a_server_of_that_wire_warns_though_it_has_a_key(boards, port, tmp_path):
    for wire_name in ("ece387", "any"):
        key = make_key(tmp_path / wire_name)
        server = boards.server(
            f"--ledactor.link.wire={wire_name}", "--listen=0.0.0.0", "--ledactor.plaintext=true", f"--key-file={key}"
        )
        with wire.connect(port) as stranger:  # once it is turned away, the server is well under way
            stranger.sendall(b"\xff" * 16)
            while stranger.recv(4096):
                pass
        server.stop()
        warning = next(line for line in server.log().splitlines() if line.startswith("ledactor: warning: "))
        assert f'wire = "{wire_name}"' in warning and "whoever can reach the link" in warning
