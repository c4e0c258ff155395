"""Brings the gateway to where a command has no network: a loopback port, forwarded to a socket.

A program of its own, started with the standard library only: `forward.py SOCKET PORT`. It returns
as soon as the port listens and goes on in the background; it ends with the sandbox that it is in.
One thread serves all connections, so that it counts as one process of the command's.
"""

import os
import selectors
import socket
import sys

CHUNK = 1 << 16


class End:
    """One side of a connection; `pending` is what it has still to be sent."""

    def __init__(self, link: socket.socket) -> None:
        link.settimeout(0)
        self.link = link
        self.pending = b""
        self.said_all = False
        self.told_all = False
        self.peer = self

    @property
    def wanted(self) -> int:
        """What to wait for: nothing new is read while the other side is slow."""
        reads = not self.said_all and not self.peer.pending
        return selectors.EVENT_READ * reads | selectors.EVENT_WRITE * bool(self.pending)

    @property
    def done(self) -> bool:
        """Whether this side has said all, and the other has been told."""
        return self.said_all and self.peer.told_all

    def receive(self) -> None:
        """Take what this side says, for the other."""
        data = self.link.recv(CHUNK)
        self.peer.pending += data
        self.said_all = not data

    def send(self) -> None:
        """Say what is pending, and the end when there is no more to come."""
        if self.pending:
            self.pending = self.pending[self.link.send(self.pending) :]
        if self.peer.said_all and not self.pending and not self.told_all:
            self.link.shutdown(socket.SHUT_WR)
            self.told_all = True


class Forwarder:
    """Forwards what comes to a listening socket."""

    def __init__(self, server: socket.socket, target: str) -> None:
        self.selector = selectors.DefaultSelector()
        self.server = server
        self.target = target
        server.settimeout(0)
        self.selector.register(server, selectors.EVENT_READ)

    def serve(self) -> None:
        """Serve until the process is killed."""
        while True:
            for key, events in self.selector.select():
                if key.fileobj is self.server:
                    self.accept()
                elif key.data.link.fileno() >= 0:  # its other side may have ended it just now
                    self.move(key.data, events)

    def accept(self) -> None:
        """Connect whoever knocks with the gateway; whoever cannot be is turned away."""
        try:
            client, _ = self.server.accept()
        except OSError:
            return
        gateway = socket.socket(socket.AF_UNIX)
        try:
            gateway.connect(self.target)
        except OSError:
            client.close()
            gateway.close()
            return
        one, two = End(client), End(gateway)
        one.peer, two.peer = two, one
        for end in (one, two):
            self.watch(end)

    def move(self, end: End, events: int) -> None:
        """Bring on what one side is ready for."""
        try:
            if events & selectors.EVENT_READ:
                end.receive()
            end.peer.send()
            end.send()
        except BlockingIOError:
            pass
        except OSError:
            self.close(end)
            return
        if end.done and end.peer.done:
            self.close(end)
            return
        self.watch(end)
        self.watch(end.peer)

    def watch(self, end: End) -> None:
        """Wait for what a side can do next."""
        known = end.link.fileno() in self.selector.get_map()
        if end.wanted and known:
            self.selector.modify(end.link, end.wanted, end)
        elif end.wanted:
            self.selector.register(end.link, end.wanted, end)
        elif known:
            self.selector.unregister(end.link)

    def close(self, end: End) -> None:
        """End a connection."""
        for one in (end, end.peer):
            if one.link.fileno() in self.selector.get_map():
                self.selector.unregister(one.link)
            one.link.close()


def main() -> None:
    """Listen, then let whoever started this go on."""
    target, port = sys.argv[1], int(sys.argv[2])
    server = socket.create_server(("127.0.0.1", port), backlog=128)
    if os.fork():
        os._exit(0)
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    Forwarder(server, target).serve()


if __name__ == "__main__":
    main()
