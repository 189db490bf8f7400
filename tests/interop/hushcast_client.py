#!/usr/bin/env python3
"""A client of the hushcast relay in Python: the standard library and `cryptography`, nothing else.

Joins, prints what it hears as `sender<TAB>text`, and says each line of standard input. It is the base
protocol (docs/PROTOCOL.md 1.1 to 1.6): everything else that a relay sends is passed over.
"""
import argparse, select, socket, struct, sys, time

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

PUBLIC_KEY_REQUEST, SERVER_PUBLIC_KEY_RESPONSE, ENCRYPTED_SYMMETRIC_KEY = 0x0001, 0x0002, 0x0003
SYMMETRICALLY_ENCRYPTED_MESSAGE, FRAGMENT, KEEP_ALIVE, SENDER_ID = 0x0004, 0x0005, 0x0006, 0x0007
NOTIFY_CONNECT, NOTIFY_DISCONNECT, MESSAGE, DISCONNECT = 0x0008, 0x0009, 0x0101, 0x0102
CLIENT_NAME, REGISTRATION_ACCEPTED = 0x0122, 0x0123
BUDGET, KEEP_ALIVE_SECONDS = 1200, 15
OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


def tlv(kind, value=b""):
    return struct.pack("!HH", kind, len(value)) + value


def tlvs(data):
    at = 0
    while at < len(data):
        kind, size = struct.unpack_from("!HH", data, at)
        yield kind, data[at + 4:at + 4 + size]
        at += 4 + size


class Client:
    def __init__(self, relay, name=None):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(relay)
        self.fernet, self.partial, self.message_id = Fernet(key := Fernet.generate_key()), {}, 0
        # Padded to 1,000 bytes, the question is longer than its answer, so the relay never has to ration it.
        pem = self.ask(tlv(PUBLIC_KEY_REQUEST, bytes(996)), SERVER_PUBLIC_KEY_RESPONSE)
        block = serialization.load_pem_public_key(pem).encrypt(key, OAEP)
        hello = self.fernet.encrypt(tlv(CLIENT_NAME, name.encode())) if name else None
        self.ask(tlv(ENCRYPTED_SYMMETRIC_KEY, block) + (tlv(SYMMETRICALLY_ENCRYPTED_MESSAGE, hello) if hello else b""),
                 REGISTRATION_ACCEPTED)

    def ask(self, datagram, wanted):
        for _ in range(10):
            self.socket.send(datagram)
            until = time.monotonic() + 0.5
            while (left := until - time.monotonic()) > 0:
                for kind, value in self.receive(left):
                    if kind == wanted:
                        return value
        raise TimeoutError("no answer from the relay")

    def receive(self, seconds):
        """All TLVs of the next datagram, those in tokens opened; none if nothing comes in time."""
        if not select.select([self.socket], [], [], seconds)[0]:
            return []
        outer, opened = list(tlvs(self.socket.recv(65535))), []
        for kind, value in outer:
            if kind == FRAGMENT:
                ident, number, total = struct.unpack_from("!IHH", value)
                chunks = self.partial.setdefault(ident, {})
                chunks[number] = value[8:]
                if len(chunks) < total:
                    continue
                kind, value = SYMMETRICALLY_ENCRYPTED_MESSAGE, b"".join(chunks[i] for i in range(total))
                del self.partial[ident]
            if kind == SYMMETRICALLY_ENCRYPTED_MESSAGE:
                try:
                    opened += tlvs(self.fernet.decrypt(value))
                except InvalidToken:
                    pass  # forged, or under a key of a former session
            else:
                opened.append((kind, value))
        return opened

    def say(self, payload):
        parts = [payload[i:i + 65535] for i in range(0, max(len(payload), 1), 65535)]
        token = self.fernet.encrypt(b"".join(tlv(MESSAGE, part) for part in parts))
        if len(token) + 4 <= BUDGET:
            return self.socket.send(tlv(SYMMETRICALLY_ENCRYPTED_MESSAGE, token))
        self.message_id += 1
        chunks = [token[i:i + BUDGET - 12] for i in range(0, len(token), BUDGET - 12)]
        for number, chunk in enumerate(chunks):
            self.socket.send(tlv(FRAGMENT, struct.pack("!IHH", self.message_id, number, len(chunks)) + chunk))
            time.sleep(0.0005)  # a receiver's socket buffer holds about 90 datagrams


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("relay", help="HOST:PORT")
    options.add_argument("--name")
    options = options.parse_args()
    host, port = options.relay.rsplit(":", 1)
    client, spoken = Client((host, int(port)), options.name), time.monotonic()
    stdin = open(0, "rb", buffering=0)  # unbuffered: select() can't see what a buffer holds
    print("registered", file=sys.stderr, flush=True)
    while True:
        if stdin in select.select([client.socket, stdin], [], [], 1)[0]:
            line = stdin.readline()
            if not line:
                goodbye = client.fernet.encrypt(tlv(DISCONNECT))
                return client.socket.send(tlv(SYMMETRICALLY_ENCRYPTED_MESSAGE, goodbye))
            client.say(line.rstrip(b"\n"))
        sender, text = "?", None
        for kind, value in client.receive(0):
            if kind == SENDER_ID:
                sender = value.decode()
            elif kind == MESSAGE:
                text = (text or b"") + value
            elif kind in (NOTIFY_CONNECT, NOTIFY_DISCONNECT):
                print("joined" if kind == NOTIFY_CONNECT else "left", value.decode(), sep="\t", flush=True)
            elif kind == DISCONNECT:
                return print("disconnected", value.decode(), sep="\t", flush=True)
        if text is not None:
            print(sender, text.decode(errors="replace"), sep="\t", flush=True)
        if time.monotonic() - spoken > KEEP_ALIVE_SECONDS:
            spoken = client.socket.send(tlv(KEEP_ALIVE)) and time.monotonic()


if __name__ == "__main__":
    main()
