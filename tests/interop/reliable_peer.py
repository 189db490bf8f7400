#!/usr/bin/env python3
"""Runs clients of reliable_client.py, and sends what no client would.

Reads requests from standard input and answers each on standard output, one JSON object a line. `datagram`, `send`
and `receive` put single datagrams together and tell what came; `register`, `say`, `flush` and `run` are whole
clients.
Ports and clients are known by names that the asker gives.

A TLV is a list: its name, and then its fields, text, hexadecimal digits or number of zero bytes. In
ENCRYPTED_SYMMETRIC_KEY the client stands whose key it is, in SYMMETRICALLY_ENCRYPTED_MESSAGE the client, and then
a list of the TLVs within.
"""

import json
import struct
import sys
from base64 import b64decode
from collections import defaultdict

from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives import serialization

sys.dont_write_bytecode = True  # before the modules of this project are imported

from relay_tlvs import BINARY, FIELDS, shown, tlv, tlvs
from reliable_client import OAEP, RELIABLE_DELIVERY, Client, Port, encode
from udp_forwarder import Forwarder


class Peer:
    """The requests. Each returns what is answered; None is answered as {"silent": true}."""

    def __init__(self):
        self.ports, self.clients, self.relay_key, self.forwarder = {}, defaultdict(Client), None, None

    # Single datagrams

    def open(self, port, relay):
        self.ports[port] = Port(relay)
        return {"address": self.ports[port].address()}

    def datagram(self, tlvs):
        return {"datagram": encode(b"".join(self.pack(*parts) for parts in tlvs))}

    def pack(self, name, *values):
        first = values[0] if values else 0
        if isinstance(first, str) and name == "ENCRYPTED_SYMMETRIC_KEY":
            return tlv(name, self.relay_key.encrypt(self.clients[first].key, OAEP))
        if isinstance(first, str) and name == "SYMMETRICALLY_ENCRYPTED_MESSAGE":
            return self.clients[first].seal(b"".join(self.pack(*parts) for parts in values[1]))
        if name in FIELDS or name == "NACK":
            return tlv(name, struct.pack(FIELDS.get(name, f"!{len(values)}Q"), *values))
        if isinstance(first, int):
            return tlv(name, bytes(first))
        return tlv(name, bytes.fromhex(first) if name in BINARY else first.encode())

    def send(self, port, datagrams):
        for datagram in datagrams:
            self.ports[port].send(b64decode(datagram))
        return {}

    def receive(self, port, seconds):
        """The next datagram in words: "ACK 3 17", and "ann: ACK 3 17" of a token under ann's key."""
        if (datagram := self.ports[port].receive(seconds)) is None:
            return None
        found = []
        for name, value in tlvs(datagram):
            if name == "SERVER_PUBLIC_KEY_RESPONSE":
                self.relay_key = serialization.load_pem_public_key(value)
            sealed = self.opened(value) if name == "SYMMETRICALLY_ENCRYPTED_MESSAGE" else None
            found += [shown(name, value)] if sealed is None else sealed
        return {"bytes": len(datagram), "tlvs": found}

    def opened(self, token):
        for name, client in self.clients.items():
            try:
                return [f"{name}: {shown(*parts)}" for parts in tlvs(client.fernet.decrypt(token))]
            except InvalidToken:
                pass
        return None

    def renew_key(self, client):
        self.clients[client].renew_key()
        return {}

    # Whole clients

    def register(self, client, port, name=None, token=None, features=RELIABLE_DELIVERY):
        self.clients[client].port = self.ports[port]
        return self.clients[client].register(name, token, features)

    def say(self, client, texts):
        return {"sequences": [self.clients[client].say(text.encode()) for text in texts]}

    def drop(self, client, texts):
        """Messages that are to be lost, each once, as if the network had done it."""
        self.clients[client].drops += texts
        return {}

    def run(self, client, until, seconds):
        """Runs until an event holds this text; tells the events and NACKs since the last time."""
        client = self.clients[client]
        done = client.run(lambda: any(until in event.values() for event in client.events), seconds)
        told = {"done": done, "events": client.events, "nacks": client.nacks}
        client.events, client.nacks = [], []
        return told

    def flush(self, client, seconds):
        """Runs until all is acknowledged; tells the ACKs since the last time."""
        client = self.clients[client]
        told = {"done": client.run(lambda: not client.unacknowledged, seconds), "acks": client.acks}
        client.acks = []
        return told

    # Clients of hushcast behind a forwarder

    def forward(self, relay):
        self.forwarder = Forwarder(relay)
        return {"address": self.forwarder.address()}

    def lose(self, each):
        """From now on each so manieth datagram is lost; 0 for none."""
        self.forwarder.loses = each
        return {}

    def move(self):
        """Moves the client; from now on `sent` begins anew."""
        self.forwarder.sent = []
        self.forwarder.move()
        return {}

    def sent(self):
        """The outer TLVs of each datagram that the client sent."""
        return {"datagrams": self.forwarder.sent}


if __name__ == "__main__":
    peer = Peer()
    for line in sys.stdin:
        request = json.loads(line)
        reply = getattr(peer, request.pop("operation"))(**request)
        print(json.dumps({"silent": True} if reply is None else reply), flush=True)
