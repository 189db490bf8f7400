"""Stands between a client and the relay: loses datagrams, and moves the client to another address."""

import select
import socket
import threading

from relay_tlvs import tlvs


class Forwarder:
    """Forwards for one client until the process ends."""

    def __init__(self, relay):
        host, port = relay.rsplit(":", 1)
        self.relay, self.client, self.loses, self.passed, self.sent = (host, int(port)), None, 0, 0, []
        self.near, self.far = self.new_socket(), self.new_socket()
        self.wakes, self.awakened = socket.socketpair()
        threading.Thread(target=self.forward, daemon=True).start()

    @staticmethod
    def new_socket():
        new = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        new.bind(("127.0.0.1", 0))
        return new

    def address(self):
        return "%s:%d" % self.near.getsockname()

    def move(self):
        """From now on the client stands at another address; what comes to the old one is lost."""
        self.far = self.new_socket()
        self.wakes.send(b"!")

    def forward(self):
        while True:
            for ready in select.select([self.near, self.far, self.awakened], [], [])[0]:
                if ready is self.awakened:
                    ready.recv(1)
                elif ready is self.near:
                    datagram, self.client = ready.recvfrom(65535)
                    self.sent.append([name for name, _ in tlvs(datagram)])
                    self.pass_on(self.far, datagram, self.relay)
                elif self.client:
                    self.pass_on(self.near, ready.recv(65535), self.client)

    def pass_on(self, port, datagram, to):
        """Loses each so manieth datagram, either way."""
        self.passed += 1
        if self.loses == 0 or self.passed % self.loses:
            port.sendto(datagram, to)
