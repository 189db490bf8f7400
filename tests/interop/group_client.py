#!/usr/bin/env python3
"""A client of the relay with group delivery, written from docs/PROTOCOL.md 1.1 to 1.8 alone.

Tells what it hears, a line each: `key EPOCH ADDRESS` (`key again` after `/forget`), `group EPOCH SENDER TEXT`,
`single SENDER TEXT`, `joined ID`, `left ID`, `closed EPOCH` for what it has no key for, and `disconnected REASON`;
the fields are separated by tabs. Each line of standard input is a message, but `/alive` sends a sealed KEEP_ALIVE,
`/forget` loses all group keys and `/quit` says goodbye. After DISCONNECT it goes on listening, as one would who hopes
to hear more than he may.
"""
import argparse
import select
import socket
import struct
import sys
import time
from base64 import urlsafe_b64encode

sys.dont_write_bytecode = True  # before the modules of this project are imported

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256

from relay_tlvs import tlv, tlvs

GROUP_DELIVERY = 0x2
GRACE_SECONDS = 5
OAEP = padding.OAEP(padding.MGF1(SHA256()), SHA256(), None)


def tell(*fields):
    print(*fields, sep="\t", flush=True)


class GroupClient:
    def __init__(self, relay, name):
        self.name, self.partial, self.forgot = name, {}, False
        self.keys = {}  # epoch -> (Fernet, when it is no longer accepted)
        self.unicast = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.unicast.connect(relay)
        self.multicast = None
        self.register()

    def sockets(self):
        return [self.unicast] if self.multicast is None else [self.unicast, self.multicast]

    def register(self):
        pem = self.ask(tlv("PUBLIC_KEY_REQUEST", bytes(996)), "SERVER_PUBLIC_KEY_RESPONSE")
        key = Fernet.generate_key()
        self.fernet = Fernet(key)
        block = serialization.load_pem_public_key(pem).encrypt(key, OAEP)
        hello = tlv("CLIENT_HELLO", struct.pack("!BI", 1, GROUP_DELIVERY)) + tlv("CLIENT_NAME", self.name.encode())
        request = tlv("ENCRYPTED_SYMMETRIC_KEY", block) + self.sealed(hello)
        accepted = self.ask(request, "REGISTRATION_ACCEPTED")
        _, _, _, features, _ = struct.unpack("!8sHHIQ", accepted)
        tell("registered", features)

    def ask(self, datagram, wanted):
        for _ in range(10):
            self.unicast.send(datagram)
            until = time.monotonic() + 1
            while (left := until - time.monotonic()) > 0:
                if not select.select([self.unicast], [], [], left)[0]:
                    continue
                found = None
                for parts in self.hear(self.unicast.recv(65535)):
                    found = found or dict(parts).get(wanted)
                if found is not None:
                    return found
        raise TimeoutError("no answer from the relay")

    def sealed(self, content):
        return tlv("SYMMETRICALLY_ENCRYPTED_MESSAGE", self.fernet.encrypt(content))

    def hear(self, datagram):
        """Takes a datagram; gives the TLVs that stand together in it and in each of its tokens."""
        together = [list(tlvs(datagram))]
        for name, value in together[0]:
            if name == "SYMMETRICALLY_ENCRYPTED_MESSAGE":
                parts = self.opened(self.fernet, value)
                together.append(parts)
                self.take(parts, None)
            elif name == "GROUP_MESSAGE":
                self.hear_group(*struct.unpack_from("!I", value), value[4:])
            elif name == "GROUP_FRAGMENT":
                epoch, ident, number, total = struct.unpack_from("!IIHH", value)
                chunks = self.partial.setdefault((epoch, ident), {})
                chunks[number] = value[12:]
                if len(chunks) == total:
                    self.hear_group(epoch, b"".join(chunks[at] for at in range(total)))
        return together

    def opened(self, fernet, token):
        try:
            return list(tlvs(fernet.decrypt(token)))
        except InvalidToken:
            return []

    def hear_group(self, epoch, token):
        fernet, until = self.keys.get(epoch, (None, 0))
        if fernet is None or time.monotonic() > until:
            return tell("closed", epoch)
        self.take(self.opened(fernet, token), epoch)

    def take(self, parts, epoch):
        found = dict(parts)
        if "GROUP_KEY" in found:
            self.take_key(found["GROUP_KEY"])
        text = b"".join(value for name, value in parts if name == "MESSAGE").decode()
        sender = found.get("SENDER_ID", b"").decode()
        if "MESSAGE" in found and sender != self.name:
            tell(*(("group", epoch) if epoch is not None else ("single",)), sender, text)
        for name, value in parts:
            if name in ("NOTIFY_CONNECT", "NOTIFY_DISCONNECT") and value.decode() != self.name:
                tell("joined" if name == "NOTIFY_CONNECT" else "left", value.decode())
        if "DISCONNECT" in found:
            tell("disconnected", found["DISCONNECT"].decode())

    def take_key(self, value):
        epoch, key, group, port = struct.unpack("!I32s4sH", value)
        if epoch in self.keys:
            return
        grace = time.monotonic() + GRACE_SECONDS
        self.keys = {former: (fernet, min(until, grace)) for former, (fernet, until) in self.keys.items()}
        self.keys[epoch] = (Fernet(urlsafe_b64encode(key)), float("inf"))
        tell("key again" if self.forgot else "key", epoch, "%s:%d" % (socket.inet_ntoa(group), port))
        if port and self.multicast is None:
            self.multicast = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.multicast.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.multicast.bind((socket.inet_ntoa(group), port))
            membership = group + socket.inet_aton("127.0.0.1")
            self.multicast.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)

    def say(self, line):
        if line == "/forget":
            self.keys, self.forgot = {}, True
        elif line == "/alive":
            self.unicast.send(self.sealed(tlv("KEEP_ALIVE")))
        elif line == "/quit":
            self.unicast.send(self.sealed(tlv("DISCONNECT")))
        else:
            self.unicast.send(self.sealed(tlv("MESSAGE", line.encode())))
        return line != "/quit"


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("relay", help="HOST:PORT")
    options.add_argument("--name", required=True)
    options = options.parse_args()
    host, port = options.relay.rsplit(":", 1)
    client = GroupClient((host, int(port)), options.name)
    stdin = open(0, "rb", buffering=0)  # unbuffered: select() can't see what a buffer holds
    while True:
        ready = select.select([*client.sockets(), stdin], [], [])[0]
        if stdin in ready:
            line = stdin.readline()
            if not line or not client.say(line.decode().rstrip("\n")):
                return
        for each in client.sockets():
            while select.select([each], [], [], 0)[0]:
                client.hear(each.recv(65535))


if __name__ == "__main__":
    main()
