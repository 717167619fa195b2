"""Keys: how they are made and kept, who gets in with them, and what a stranger on the cable can do."""

import os
import re
import stat
import subprocess

import pytest

from program import CONFIG, PERMISSION, USAGE, Program
from proxy import Proxy
from wire import HELLO, KEY, Peer, connect, hello


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path)


def make_key(program, name="key"):
    """A new key. Returns its path and its fingerprint."""
    said = program.output("keygen", name)
    return str(program.folder / name), re.search(r"fingerprint ([0-9a-f-]{14})\.", said)[1]


def digits_of(path):
    return open(path, encoding="ascii").read().split()[1]


# Key files


def test_a_new_key_is_for_its_owner_alone_and_no_output_holds_it(program):
    said = program.output("keygen", "key")
    path = program.folder / "key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert digits_of(path) not in said
    assert str(path) in said and "key-file" in said


def test_a_key_is_not_overwritten_unless_forced(program):
    path, first = make_key(program)
    line = program.complaint(USAGE, "keygen", "key")
    assert line == "keygen: key: there is a file already; --force replaces it"
    assert first in open(path, encoding="ascii").read()
    program.output("keygen", "--force", "key")
    assert first not in open(path, encoding="ascii").read()


@pytest.mark.parametrize(
    "arguments, complaint",
    [
        ([], "it needs a FILE to write the key to: ledactor keygen FILE"),
        (["a", "b"], "'b' is one FILE too many"),
        (["--forse", "a"], "unknown argument '--forse'; known: FILE, --force, --help"),
        ([""], "unknown argument ''; known: FILE, --force, --help"),
    ],
)
def test_keygen_names_what_is_wrong_with_its_arguments(program, arguments, complaint):
    assert program.complaint(USAGE, "keygen", *arguments) == f"keygen: {complaint}"
    assert list(program.folder.iterdir()) == []


def test_a_key_that_others_can_read_is_refused(program):
    path, _ = make_key(program)
    os.chmod(path, 0o640)
    line = program.complaint(PERMISSION, "--board=sim", "--key-file=key")
    assert line == "ledactor.key-file: key: other users may open it, so it is no secret; run chmod 600 key"


@pytest.mark.parametrize("damage", [lambda text: "", lambda text: text[:40], lambda text: text[:30] + "x" + text[31:]])
def test_a_damaged_key_is_refused_and_not_repeated(program, damage):
    path, _ = make_key(program)
    digits = digits_of(path)
    text = open(path, encoding="ascii").read()
    open(path, "w", encoding="ascii").write(damage(text))
    line = program.complaint(CONFIG, "--board=sim", "--key-file=key")
    assert line.startswith("ledactor.key-file: key is no key: ") and "keygen" in line
    assert digits[:8] not in line


def test_a_key_file_that_is_not_there_is_named(program):
    line = program.complaint(CONFIG, "--board=sim", "--key-file=nowhere")
    assert line == "ledactor.key-file: nowhere: No such file or directory"


def test_the_dumped_configuration_names_the_file_and_not_the_key(program):
    path, _ = make_key(program)
    said = program.output("--dump-config", "--key-file=key")
    assert 'key-file = "key"' in said and digits_of(path) not in said


# Who gets in


def test_boards_with_the_same_key_link_and_show_its_fingerprint(boards, program):
    path, fingerprint = make_key(program)
    server, client = boards.pair(f"--key-file={path}")
    client.press(2)
    server.expect_lit(2)
    for board in (server, client):
        assert f"secured key={fingerprint}" in board.log()
        assert digits_of(path) not in board.log()


def test_a_key_is_changed_without_a_break(boards, program):
    old, _ = make_key(program, "old")
    new, fingerprint = make_key(program, "new")
    server = boards.server(f'--key-file=["{old}", "{new}"]')
    client = boards.client(f"--key-file={new}")
    client.expect("link up server")
    server.stop()  # the log is written by a thread of its own
    assert f"secured key={fingerprint}" in server.log()


def test_boards_with_different_keys_both_say_so_and_keep_trying(boards, program):
    one, _ = make_key(program, "one")
    other, _ = make_key(program, "other")
    boards.server(f"--key-file={one}")
    client = boards.client(f"--key-file={other}")
    for _ in range(3):
        client.expect("link down key")


@pytest.mark.parametrize("with_key", ["server", "client"])
def test_one_with_a_key_and_one_without_both_say_so(boards, program, with_key):
    path, _ = make_key(program)
    key = {with_key: [f"--key-file={path}"]}
    server = boards.server(*key.get("server", []))
    client = boards.client(*key.get("client", []))
    for _ in range(2):
        client.expect("link down key")
    wanted = "it has no key, and we have one" if with_key == "server" else "it has a key, and we have none"
    server.send_signal(15)
    assert server.wait_for_end() == 0
    assert wanted in server.log()
    client.stop()
    if with_key == "client":
        assert "it has no key, and we have one" in client.log()


def test_a_stranger_without_a_key_is_told_that_one_is_wanted(boards, program, port):
    path, _ = make_key(program)
    boards.server(f"--key-file={path}")
    with Peer.dial(port) as stranger:
        stranger.send(hello())
        assert stranger.expect_bye(KEY) == b"this board wants a key"


def openssl(port, *options):
    """What `openssl s_client` gets to read from the server, and whether its handshake was good."""
    ended = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-quiet", *options],
        input=hello(),
        capture_output=True,
        timeout=60,
    )
    return ended.stdout


def test_openssl_reaches_the_hello_with_the_right_key_and_no_other(boards, program, port):
    path, fingerprint = make_key(program)
    other, _ = make_key(program, "other")
    boards.server(f"--key-file={path}")
    connect(port).close()  # it listens
    name = ["-psk_identity", f"ledactor-{fingerprint}"]
    answer = openssl(port, "-tls1_3", "-psk", digits_of(path), *name)
    assert answer[2] == HELLO and b"server" in answer
    assert openssl(port, "-tls1_3", "-psk", digits_of(other), *name) == b""
    assert openssl(port, "-tls1_3", "-psk", digits_of(path), "-psk_identity", "somebody") == b""
    assert openssl(port, "-tls1_3") == b""
    assert openssl(port, "-tls1_2", "-psk", digits_of(path), *name) == b""


# A stranger on the cable


@pytest.fixture
def proxied(boards, program, port):
    """A pair with a key, whose link goes through a stranger's hands."""
    path, _ = make_key(program)
    with Proxy(port) as proxy:
        server = boards.server(f"--key-file={path}")
        client = boards.client(f"--key-file={path}", f"--port={proxy.port}")
        client.expect("link up server")
        server.expect("link up client")
        yield server, client, proxy


def test_a_capture_of_a_link_holds_no_names_and_no_frames(proxied):
    server, client, proxy = proxied
    for button in (1, 2, 3):
        client.tap(button)
        server.tap(button)
    client.press(4)
    server.expect_lit(4)
    assert len(proxy.seen) > 1000
    for secret in (b"LDAC", b"server", b"client", hello("client")[2:6]):
        assert secret not in proxy.seen


def flip_a_bit(piece):
    return piece[:-1] + bytes([piece[-1] ^ 1])


@pytest.mark.parametrize(
    "attack, reason",
    [
        (flip_a_bit, "tampered"),
        (lambda piece: piece + piece, "tampered"),
        (lambda piece: piece[1:], "tampered"),
        (lambda piece: None, "closed"),
    ],
    ids=["a bit flipped", "a frame repeated", "a byte left out", "cut"],
)
def test_an_attack_ends_the_link_with_its_reason_and_it_comes_back(proxied, attack, reason):
    server, client, proxy = proxied
    client.press(1)
    server.expect_lit(1)

    def once(piece):
        proxy.change = lambda untouched: untouched
        return attack(piece)

    proxy.change = once
    client.press(2)
    server.expect(f"link down {reason}")
    server.expect("link up client")
    server.expect_lit(1, 2)
    darkened = [line for line in server.led_lines if line == "led 1 off"]
    assert len(darkened) == 1, "the LEDs are off while the link is lost"
