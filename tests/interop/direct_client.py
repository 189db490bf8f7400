#!/usr/bin/env python3
"""A client of the direct protocol, written from Part 2 of docs/PROTOCOL.md alone.

It shares no code with direct_server.py, so that neither repeats a mistake of the other. Reads requests from
standard input and answers each on standard output, one JSON object a line; bytes are base64. What a datagram
is made of and when it is sent is the asker's business: nothing is sent or repeated unless it was asked for,
but by `deliver`.
"""

import json
import re
import select
import socket
import struct
import sys
import time
from base64 import b64decode, b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

KEY_REQUEST = b"REQ_PUB_KEY\n"
PADDED_BYTES = 1000  # the answer is at most 3 times as long, so the server never has to ration it (1.4)
PEM_BEGIN, PEM_END = b"-----BEGIN PUBLIC KEY-----", b"-----END PUBLIC KEY-----"
MESSAGE, CLIENT_SEQUENCE, SIGNATURE, MESSAGE_PART = 0x0101, 0x0124, 0x0130, 0x0131
OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
OAEP_OVERHEAD = 66
PSS = padding.PSS(padding.MGF1(hashes.SHA256()), salt_length=32)
SPKI_PEM = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
SPKI_DER = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
PLAIN_ANSWER = re.compile(rb"(\d+: )?ACK|\d+: NACK \d+(,\d+)*")
NACK = re.compile(r"(\d+): NACK (\d+(?:,\d+)*)")


def tlv(kind, value):
    return struct.pack("!HH", kind, len(value)) + value


def tlvs(data):
    at = 0
    while at < len(data):
        kind, size = struct.unpack_from("!HH", data, at)
        yield kind, data[at + 4 : at + 4 + size]
        at += 4 + size


def cut(data, size):
    """At least one piece, so that an empty message is a message too."""
    return [data[at : at + size] for at in range(0, max(len(data), 1), size)]


def looks_like_fragment(datagram):
    return len(datagram) >= 6 and 1 <= datagram[4] <= datagram[5]


def modulus_bytes(key):
    return (key.key_size + 7) // 8


def fingerprint(public_key):
    return "SHA256:" + encode(sha256(public_key.public_bytes(*SPKI_DER)).digest()).rstrip("=")


def encode(data):
    return b64encode(data).decode("ascii")


class DirectClient:
    def __init__(self, server, key):
        host, port = server.rsplit(":", 1)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect((host, int(port)))
        self.key, self.server_key = key, None
        self.fernet_key, self.block = Fernet.generate_key(), None
        self.partial = {}  # message id of the server -> fragment number -> payload

    # What is sent

    def signed_bytes(self, sequence, message):
        digest = sha256(self.server_key.public_bytes(*SPKI_DER)).digest()
        return digest + struct.pack("!Q", sequence) + message

    def plain_body(self, message):
        """RSA blocks alone (2.2)."""
        pieces = cut(message, modulus_bytes(self.server_key) - OAEP_OVERHEAD)
        return b"".join(self.server_key.encrypt(piece, OAEP) for piece in pieces)

    def hybrid_body(self, message, sequence=None, part=None, signed=None, age=0):
        """One RSA block with the Fernet key, then the token (2.2).

        `part` is transfer id, number and count; `signed` the bytes that the signature is over; `age` in seconds.
        """
        content = b"" if sequence is None else tlv(CLIENT_SEQUENCE, struct.pack("!Q", sequence))
        if part is not None:
            content += tlv(MESSAGE_PART, part[0] + struct.pack("!II", part[1], part[2]))
        if signed is not None:
            content += tlv(SIGNATURE, self.key.sign(signed, PSS, hashes.SHA256()))
        content += b"".join(tlv(MESSAGE, piece) for piece in cut(message, 65535))
        return self.block + Fernet(self.fernet_key).encrypt_at_time(content, int(time.time()) - age)

    def make_block(self):
        """One for all messages will do: then the server decrypts it once."""
        self.block = self.server_key.encrypt(b"HC1" + self.fernet_key, OAEP)

    def send(self, datagrams):
        for datagram in datagrams:
            self.socket.send(datagram)
            time.sleep(0.0003)  # a receiver's socket buffer holds about 90 datagrams

    # What comes

    def answer(self, seconds):
        """The next answer that can be read whole, or None when none comes in time."""
        until = time.monotonic() + seconds
        while select.select([self.socket], [], [], max(until - time.monotonic(), 0))[0]:
            try:
                datagram = self.socket.recv(65535)
            except ConnectionRefusedError:
                continue  # the host says so by ICMP: nobody is there at the moment
            if (answer := self.read(datagram)) is not None:
                return answer
        return None

    def read(self, datagram):
        if PEM_BEGIN in datagram and PEM_END in datagram:
            return {"pem": datagram.decode("ascii"), "bytes": len(datagram)}
        if PLAIN_ANSWER.fullmatch(datagram):
            return {"text": datagram.decode("ascii"), "form": "bare", "bytes": len(datagram), "datagrams": 1}
        if (opened := self.open(datagram)) is not None:
            return {**opened, "bytes": len(datagram), "datagrams": 1}
        if len(datagram) < 6:
            return {"form": "unreadable", "bytes": len(datagram), "datagrams": 1}
        ident, number, count = struct.unpack_from("!IBB", datagram)
        chunks = self.partial.setdefault(ident, {})
        chunks[number] = datagram[6:]
        if len(chunks) < count:
            return None
        del self.partial[ident]
        body = b"".join(chunks[at] for at in range(1, count + 1))
        return {**(self.open(body) or {"form": "unreadable"}), "bytes": len(body), "datagrams": count}

    def open(self, body):
        """Blocks or hybrid, under this client's key; None when it is neither."""
        size = self.key and modulus_bytes(self.key)
        if not size or len(body) < size:
            return None
        try:
            first = self.key.decrypt(body[:size], OAEP)
            if first.startswith(b"HC1") and len(first) == 47 and len(body) > size:
                content = tlvs(Fernet(first[3:]).decrypt(body[size:]))
                message = b"".join(value for kind, value in content if kind == MESSAGE)
                return {"text": message.decode(), "form": "hybrid"}
            rest = [self.key.decrypt(block, OAEP) for block in cut(body, size)[1:]]
            return {"text": b"".join([first, *rest]).decode(), "form": "blocks"}
        except (ValueError, InvalidToken):
            return None

    def deliver(self, datagrams, seconds):
        """Sends until the ACK: all again when nothing is heard for a while, what a NACK names at once."""
        until, pause, nacks = time.monotonic() + seconds, 0.5, 0
        ident = self.message_id(datagrams)
        self.send(datagrams)
        while (left := until - time.monotonic()) > 0:
            answer = self.answer(min(pause, left))
            if answer is None:
                pause *= 2
                self.send(datagrams)
            elif answer.get("text") == ("ACK" if ident is None else f"{ident}: ACK"):
                return {**answer, "nacks": nacks}
            elif (nack := NACK.fullmatch(answer.get("text", ""))) and int(nack[1]) == ident:
                nacks += 1
                missing = {int(number) for number in nack[2].split(",")}
                self.send([datagram for datagram in datagrams if datagram[4] in missing])
        return None

    def message_id(self, datagrams):
        """None for a whole message."""
        first = datagrams[0]
        is_block = len(datagrams) == 1 and len(first) == modulus_bytes(self.server_key)
        return None if is_block or not looks_like_fragment(first) else struct.unpack_from("!I", first)[0]


class Peer:
    """The requests. Each returns what is answered; None is answered as {"silent": true}."""

    def start(self, server, key=None):
        """A client with a port of its own; `key` is a PEM file, a number of bits, or nothing."""
        if isinstance(key, int):
            key = rsa.generate_private_key(65537, key)
        elif key is not None:
            with open(key, "rb") as file:
                key = serialization.load_pem_private_key(file.read(), None)
        self.client = DirectClient(server, key)
        host, port = self.client.socket.getsockname()
        return {"address": f"{host}:{port}", "fingerprint": key and fingerprint(key.public_key())}

    def request_key(self, seconds=5):
        self.client.send([KEY_REQUEST.ljust(PADDED_BYTES)])
        if (answer := self.client.answer(seconds)) is None:
            return None
        self.client.server_key = key = serialization.load_pem_public_key(answer["pem"].encode("ascii"))
        return {"fingerprint": fingerprint(key), "bits": key.key_size, "bytes": answer["bytes"]}

    def send_key(self):
        self.client.send([self.client.key.public_key().public_bytes(*SPKI_PEM)])
        return {}

    def plain(self, message):
        return {"body": encode(self.client.plain_body(b64decode(message)))}

    def hybrid(self, message, sequence=None, part=None, sign=None, age=0, block=None):
        """`sign` tells what the signature is over: null for none, else {} or {"sequence": .., "message": ..}.

        `block` is "new" for one that was not used before, and "whole" for one that doesn't look like the header
        of a fragment, so that the body can do without one (2.1, rules 4 and 5).
        """
        message, signed = b64decode(message), None
        if block is not None or self.client.block is None:
            self.client.make_block()
        while block == "whole" and looks_like_fragment(self.client.block):
            self.client.make_block()
        if part is not None:
            part = (b64decode(part["transferId"]), part["number"], part["count"])
        if sign is not None:
            over = b64decode(sign["message"]) if "message" in sign else message
            signed = self.client.signed_bytes(sign.get("sequence", sequence), over)
        return {"body": encode(self.client.hybrid_body(message, sequence, part, signed, age))}

    def fragments(self, body, message_id, size):
        chunks = cut(b64decode(body), size)
        headers = [struct.pack("!IBB", message_id, number + 1, len(chunks)) for number in range(len(chunks))]
        return {"datagrams": [encode(header + chunk) for header, chunk in zip(headers, chunks)]}

    def send(self, datagrams):
        self.client.send([b64decode(datagram) for datagram in datagrams])
        return {}

    def answer(self, seconds):
        return self.client.answer(seconds)

    def deliver(self, datagrams, seconds=15):
        return self.client.deliver([b64decode(datagram) for datagram in datagrams], seconds)


if __name__ == "__main__":
    peer = Peer()
    for line in sys.stdin:
        request = json.loads(line)
        reply = getattr(peer, request.pop("operation"))(**request)
        print(json.dumps({"silent": True} if reply is None else reply), flush=True)
