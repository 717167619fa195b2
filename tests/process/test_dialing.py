"""How a client finds its server: it waits for nobody in vain, and takes nobody else for it."""

import socket

from board import NO_DEATH, Board
from place import Place


def test_an_address_that_does_not_answer_is_not_waited_for_as_long_as_a_peer(boards, port):
    with socket.socket() as mute, socket.socket() as only:
        mute.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        mute.bind(("127.0.0.1", port))
        mute.listen(0)
        only.connect(("127.0.0.1", port))  # there is room for one; the kernel drops what others send
        client = boards.client(NO_DEATH)
        client.wait_for_log('error="Connection timed out"')
    server = boards.server()
    client.expect("link up server")
    server.expect("link up client")


def test_a_client_never_takes_itself_for_the_server():
    place = Place()
    ports = "/proc/sys/net/ipv4/ip_local_port_range"
    place.run("sh", "-c", f"echo 40000 40000 > {ports}")  # the kernel has no other port to dial from
    boards = [Board("client", "client", 40000, inside=place.inside)]
    try:
        boards[0].wait_for_log('error="Connection refused"')
        place.run("sh", "-c", f"echo 40001 50000 > {ports}")
        boards.append(Board("server", "server", 40000, inside=place.inside))
        boards[0].expect("link up server")
        boards[1].expect("link up client")
    finally:
        for board in boards:
            board.clean_up()
        place.close()
