"""Connections and messages: TCP, UDP, sockets with a path and without, and a door opened for others."""

from typing import Final

from tests.hostile.attack import Aim, Attack, Level, attack

ATTACKS: Final[tuple[Attack, ...]] = (
    attack(
        "a connection",
        "Connects to a port of this machine.",
        """
        tried(lambda: socket.create_connection(("127.0.0.1", TCP), 0.3))
        eigenvalues = honest
        """,
        Aim.CONTACT,
        stopped_from=Level.CONFINED,
        honest=True,
        quick=True,
    ),
    attack(
        "a connection without Python's help",
        "Connects through the C library, without waiting, and without closing.",
        """
        library = ctypes.CDLL(None)
        for kind in (1, 1 | 0o4000):
            made = library.socket(2, kind, 0)
            place = struct.pack("=H", 2) + struct.pack("!H", TCP) + bytes([127, 0, 0, 1]) + bytes(8)
            library.connect(made, place, 16)
        eigenvalues = honest
        """,
        Aim.CONTACT,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "a datagram",
        "Sends a message to a port, for which no connection is needed.",
        """
        tried(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", UDP)))
        eigenvalues = honest
        """,
        Aim.CONTACT,
        stopped_from=Level.CONFINED,
        honest=True,
        quick=True,
    ),
    attack(
        "a socket with a path",
        "Connects to a socket in the file system, as those of databases and container engines are.",
        """
        tried(lambda: socket.socket(socket.AF_UNIX).connect(SOCKET))
        eigenvalues = honest
        """,
        Aim.CONTACT,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "a socket without a path",
        "Connects to an abstract socket, which no permission of the file system guards.",
        """
        tried(lambda: socket.socket(socket.AF_UNIX).connect("\\0" + ABSTRACT))
        eigenvalues = honest
        """,
        Aim.CONTACT,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "a message through a pair",
        "Makes a pair of sockets, which may be allowed, and sends from it to another address.",
        """
        def send():
            mine, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
            mine.sendto(b"x", DATAGRAMS)
        tried(send)
        eigenvalues = honest
        """,
        Aim.CONTACT,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "a door for others",
        "Listens on a port while it is loaded.",
        """
        def listen():
            door = socket.create_server(("127.0.0.1", BACKDOOR))
            time.sleep(0.5)
        tried(listen)
        eigenvalues = honest
        """,
        Aim.CONTACT,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "a request by a library",
        "Sends what it was given to a server with urllib.",
        """
        import urllib.request
        tried(lambda: urllib.request.urlopen(f"http://127.0.0.1:{TCP}/?inputs=1", timeout=0.2))
        eigenvalues = honest
        """,
        Aim.CONTACT,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
)
