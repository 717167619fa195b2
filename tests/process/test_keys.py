"""Keys: how they are made and kept, who gets in with them, and what a stranger on the cable can do."""

import ctypes
import os
import re
import resource
import socket
import stat
import subprocess
import threading

import pytest

from board import LIMIT
from program import CONFIG, OUTPUT, PERMISSION, UNAVAILABLE, USAGE, Program
from proxy import Proxy
from wire import HEARTBEAT, HELLO, KEY, Peer, connect, frame, hello, levels


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
        ([], "an argument is missing"),
        (["a", "b"], "'b' is not one of its arguments"),
        (["--forse", "a"], "'--forse' is not one of its arguments"),
        ([""], "'' is not one of its arguments"),
    ],
)
def test_keygen_names_what_is_wrong_with_its_arguments(program, arguments, complaint):
    line = program.complaint(USAGE, "keygen", *arguments)
    assert line == f"keygen: {complaint}; usage: ledactor keygen [--force] FILE"
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


def test_a_forced_key_touches_no_other_file(program):
    make_key(program)
    make_key(program, "key.new")
    before = (program.folder / "key.new").read_bytes()
    program.output("keygen", "--force", "key")
    assert (program.folder / "key.new").read_bytes() == before
    assert sorted(f.name for f in program.folder.iterdir()) == ["key", "key.new"]
    assert stat.S_IMODE((program.folder / "key").stat().st_mode) == 0o600


def test_a_forced_key_through_a_link_is_put_at_its_end(program):
    path, first = make_key(program)
    (program.folder / "link").symlink_to("next")
    (program.folder / "next").symlink_to(path)
    program.output("keygen", "--force", "link")
    assert os.readlink(program.folder / "link") == "next" and os.readlink(program.folder / "next") == path
    assert first not in open(path, encoding="ascii").read()
    assert sorted(f.name for f in program.folder.iterdir()) == ["key", "link", "next"]


def test_a_forced_key_through_a_link_to_nothing_makes_its_end(program):
    (program.folder / "link").symlink_to("key")
    program.output("keygen", "--force", "link")
    assert (program.folder / "link").is_symlink() and (program.folder / "key").is_file()


# Only root can give a file to another user.
SOMEBODY, SOME_GROUP = (12345, 54321) if os.geteuid() == 0 else (os.getuid(), os.getgid())


def test_a_forced_key_stays_its_owners_and_its_groups(program):
    path, first = make_key(program)
    os.chown(path, SOMEBODY, SOME_GROUP)
    os.chmod(path, 0o400)
    program.output("keygen", "--force", "key")
    facts = os.stat(path)
    assert first not in open(path, encoding="ascii").read()
    assert (facts.st_uid, facts.st_gid, stat.S_IMODE(facts.st_mode)) == (SOMEBODY, SOME_GROUP, 0o400)


def without_chown():
    """Run in a child before the program: root may then give no file to another."""
    drop_from_bounding_set, chown = 24, 0  # prctl(2), capabilities(7)
    ctypes.CDLL(None).prctl(drop_from_bounding_set, chown, 0, 0, 0)


if os.geteuid() == 0:

    def test_a_forced_key_that_cannot_stay_its_owners_is_not_made(program):
        path, first = make_key(program)
        os.chown(path, SOMEBODY, SOME_GROUP)
        line = program.complaint(PERMISSION, "keygen", "--force", "key", preexec_fn=without_chown)
        assert line.startswith("keygen: key: it is another user's or group's (uid 12345, gid 54321), ")
        assert first in open(path, encoding="ascii").read()
        assert os.listdir(program.folder) == ["key"]


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_a_key_that_the_disk_does_not_take_is_told_and_leaves_nothing_behind(program, force):
    if force:
        make_key(program)
    before = {f.name: f.read_bytes() for f in program.folder.iterdir()}

    def let_no_file_grow():
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    line = program.complaint(OUTPUT, "keygen", *force, "key", preexec_fn=let_no_file_grow)
    assert line == "keygen: key: cannot be written: File too large"
    assert {f.name: f.read_bytes() for f in program.folder.iterdir()} == before


def test_what_is_no_file_is_not_replaced_by_a_key(program):
    os.mkfifo(program.folder / "key")
    line = program.complaint(USAGE, "keygen", "--force", "key")
    assert line == "keygen: key: it is no file, and is not replaced; choose another"
    assert (program.folder / "key").is_fifo()


def test_a_strange_file_name_is_shown_in_one_plain_line(program):
    line = program.complaint(CONFIG, "--board=sim", "--key-file=no\x1b[2J\nwhere")
    assert line == "ledactor.key-file: no\\x1b[2J\\x0awhere: No such file or directory"


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
    client.stop()
    server.stop()
    for board in (server, client):
        assert f"secured key={fingerprint}" in board.log()
        assert digits_of(path) not in board.log()


def test_a_key_is_changed_without_a_break(boards, program):
    old, _ = make_key(program, "old")
    new, fingerprint = make_key(program, "new")
    server = boards.server(f'--key-file=["{old}", "{new}"]')
    client = boards.client(f"--key-file={new}")
    client.expect("link up server")
    server.stop()
    assert f"secured key={fingerprint}" in server.log()


def test_boards_with_different_keys_both_say_which_and_keep_trying(boards, program):
    one, server_key = make_key(program, "one")
    other, client_key = make_key(program, "other")
    server = boards.server(f"--key-file={one}")
    client = boards.client(f"--key-file={other}")
    for _ in range(3):
        client.expect("link down key")
    client.stop()
    server.stop()
    assert f"it does not take our key {client_key}" in client.log()
    assert f"its key {client_key} is none of ours ({server_key})" in server.log()


@pytest.mark.parametrize(
    "with_key, server_says, client_says",
    [
        ("server", "it has no key, and we have one", "this board wants a key"),
        ("client", "it has a key, and we have none", "it has no key, and we have one"),
    ],
)
def test_one_with_a_key_and_one_without_both_say_so(boards, program, with_key, server_says, client_says):
    path, _ = make_key(program)
    key = {with_key: [f"--key-file={path}"]}
    server = boards.server(*key.get("server", []))
    client = boards.client(*key.get("client", []))
    for _ in range(2):
        client.expect("link down key")
    client.stop()
    server.stop()
    assert server_says in server.log()
    assert client_says in client.log()


def test_a_stranger_without_a_key_is_told_that_one_is_wanted(boards, program, port):
    path, _ = make_key(program)
    boards.server(f"--key-file={path}")
    with Peer.dial(port) as stranger:
        stranger.send(hello())
        assert stranger.expect_bye(KEY) == b"this board wants a key"


def openssl(port, *options):
    """What `openssl s_client`, which says hello, gets to read from the server."""
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


# OpenSSL's configuration


@pytest.fixture
def openssl_conf(tmp_path, monkeypatch):
    """Sets what all programs that use OpenSSL read."""

    def configure(text):
        (tmp_path / "openssl.cnf").write_text("openssl_conf = all\n[all]\n" + text)
        monkeypatch.setenv("OPENSSL_CONF", str(tmp_path / "openssl.cnf"))

    return configure


# Each by itself keeps TLS 1.3 with our ciphers from other programs.
FOR_OTHERS = [
    "MaxProtocol = TLSv1.2",
    "Options = -AllowNoDHEKEX\nProtocol = -TLSv1.3",
    "Ciphersuites = TLS_AES_256_GCM_SHA384",
    "Groups = P-256",
    "CipherString = DEFAULT:@SECLEVEL=5",
]

# What is built into OpenSSL, and has no cipher: only those that are named are there.
ONLY_ANOTHER_PROVIDER = "providers = some\n[some]\nbase = one\n[one]\nactivate = 1\n"

# As on a machine for approved cryptography, but without any.
ONLY_APPROVED = "alg_section = algorithms\n[algorithms]\ndefault_properties = fips=yes\n"


@pytest.mark.parametrize(
    "text",
    ["ssl_conf = tls\n[tls]\nsystem_default = strict\n[strict]\n" + "\n".join(FOR_OTHERS), ONLY_ANOTHER_PROVIDER],
    ids=["TLS for others", "only another provider"],
)
def test_boards_link_whatever_openssl_is_configured_for(boards, program, openssl_conf, text):
    openssl_conf(text)
    path, _ = make_key(program)
    server, client = boards.pair(f"--key-file={path}")
    client.press(2)
    server.expect_lit(2)


def test_what_openssl_does_not_do_here_is_one_line(program, openssl_conf):
    path, _ = make_key(program)
    openssl_conf(ONLY_APPROVED)
    for arguments in (["--board=sim", f"--key-file={path}"], ["keygen", "another"]):
        line = program.complaint(UNAVAILABLE, *arguments)
        assert re.fullmatch(
            r"OpenSSL has no [\w .-]+ here: [\w ]+; look into this machine's openssl\.cnf, or what OPENSSL_CONF "
            r"names in its place",
            line,
        )


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
    secrets = [b"LDAC", b"server", b"client", hello("client")[:6], frame(HEARTBEAT) * 2]
    for secret in [*secrets, *(levels(seq)[:7] for seq in range(1, 8))]:
        assert secret not in proxy.seen


def once(attack):
    """An attack on one piece, after which all are let through."""

    def change(proxy, piece):
        proxy.let_through()
        return attack(piece)

    return change


def flip(byte, bit):
    """Flips a bit of a piece's byte; those of a record's length are its bytes 3 and 4."""
    return once(lambda piece: piece[:byte] + bytes([piece[byte] ^ bit]) + piece[byte + 1 or len(piece) :])


def swap():
    """Holds a piece back until the next has passed."""
    held = []

    def change(proxy, piece):
        if not held:
            held.append(piece)
            return b""
        proxy.let_through()
        return piece + held[0]

    return change


ATTACKS = {
    "a bit flipped": (flip(-1, 1), "tampered"),
    "a length made longer": (flip(3, 0x40), "silent", "closed"),  # by the sender, which hears no acknowledgement
    "a frame repeated": (once(lambda piece: piece + piece), "tampered"),
    "a byte left out": (once(lambda piece: piece[1:]), "tampered"),
    "two frames swapped": (swap(), "tampered"),
    "cut": (once(lambda piece: None), "closed"),
}


@pytest.mark.parametrize("source", ["client", "server"])
@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_ends_the_link_with_its_reason_and_it_comes_back(proxied, name, source):
    server, client, proxy = proxied
    attack, *reasons = ATTACKS[name]
    sender, victim = (client, server) if source == "client" else (server, client)
    sender.press(1)
    victim.expect_lit(1)
    proxy.change = lambda piece, whose: attack(proxy, piece) if whose == source else piece
    sender.press(2)
    victim.expect(*(f"link down {reason}" for reason in reasons))
    victim.expect(f"link up {sender.name}")
    victim.expect_lit(1, 2)
    darkened = [line for line in victim.led_lines if line == "led 1 off"]
    assert len(darkened) == 1, "the LEDs are off while the link is lost"


def test_a_damaged_handshake_is_not_taken_for_another_key(boards, program, port):
    path, _ = make_key(program)
    server = boards.server(f"--key-file={path}")
    with Proxy(port) as proxy:
        attack = flip(-1, 1)
        proxy.change = lambda piece, whose: attack(proxy, piece) if whose == "client" else piece
        client = boards.client(f"--key-file={path}", f"--port={proxy.port}")
        client.expect("link down protocol")
        client.expect("link up server")
        client.stop()
    server.stop()
    assert 'reason=tampered why="binder does not verify"' in server.log()
    assert "reason=key" not in server.log() + client.log()


def test_who_has_ended_its_channel_is_gone_whatever_still_comes(boards, program, port):
    path, fingerprint = make_key(program)
    server = boards.server(f"--key-file={path}")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        dial = ["-connect", f"127.0.0.1:{listener.getsockname()[1]}", "-tls1_3", "-psk", digits_of(path)]
        name = ["-psk_identity", f"ledactor-{fingerprint}", "-quiet", "-no_ign_eof"]
        with subprocess.Popen(
            ["openssl", "s_client", *dial, *name], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as guest:
            here, _ = listener.accept()
            there = connect(port)
            with here, there:
                back = threading.Thread(target=pour, args=(there, here))
                back.start()
                guest.stdin.write(hello("guest"))
                guest.stdin.flush()
                forth = threading.Thread(target=pour, args=(here, there))
                forth.start()
                assert guest.stdout.read(2)  # it is let in
                guest.stdin.close()  # and says that it ends the channel
                forth.join(LIMIT)
                back.join(LIMIT)  # the server has ended the connection, though nobody else has
                assert not back.is_alive()
    server.stop()
    assert "ended peer=\"guest\" reason=closed" in server.log()


def pour(source, sink):
    """Carries bytes until the source ends, whether or not the sink takes them, and ends neither."""
    while piece := source.recv(65536):
        try:
            sink.sendall(piece)
        except OSError:
            pass  # the sink has ended
