#!/usr/bin/env python3
"""A small direct server, written from Part 2 of docs/PROTOCOL.md alone, that `hushcast direct-send` is tested on.

It shares no code with direct_client.py. What happens is told on standard output, one JSON object a line; with
`--lose KIND=N` the first N datagrams of a kind are lost, for the kinds see KINDS. It keeps what it knows about
its clients for ever and has no limits but the one of 1.4: it is a peer for tests, not a server to run.
"""

import argparse
import json
import re
import select
import socket
import struct
import time
from base64 import b64encode
from collections import defaultdict
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

MESSAGE, CLIENT_SEQUENCE, SIGNATURE, MESSAGE_PART = 0x0101, 0x0124, 0x0130, 0x0131
KINDS = ("public key", "key request", "whole message", "fragment", "PEM answer", "ACK", "NACK")
KEY_REQUEST = re.compile(rb"REQ_PUB_KEY\n *")
NACK_AFTER, NACKS_AT_MOST, FRAGMENT_TIMEOUT = 0.3, 5, 10
ANSWER_BYTES, ANSWER_FRAGMENT_BYTES = 1200, 490
FERNET_MAX_AGE = 60
OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
PSS = padding.PSS(padding.MGF1(hashes.SHA256()), salt_length=32)


def spki(key, encoding=serialization.Encoding.DER):
    return key.public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)


def fingerprint(key):
    return "SHA256:" + b64encode(sha256(spki(key)).digest()).decode("ascii").rstrip("=")


def pieces(data, size):
    return [data[start : start + size] for start in range(0, len(data), size)]


def read_tlvs(data):
    """All values of each type, in order."""
    values = defaultdict(list)
    while data:
        kind, size = struct.unpack("!HH", data[:4])
        if len(data) < 4 + size:
            raise ValueError("truncated TLV")
        values[kind].append(data[4 : 4 + size])
        data = data[4 + size :]
    return values


def tell(event, **facts):
    print(json.dumps({"event": event, **facts}, ensure_ascii=False), flush=True)


class Unfinished:
    """A fragmented message of which something is missing."""

    def __init__(self, count):
        self.count, self.payloads, self.nacks = count, {}, 0
        self.newest = self.asked = time.monotonic()

    @property
    def missing(self):
        return [number for number in range(1, self.count + 1) if number not in self.payloads]


class DirectServer:
    def __init__(self, key, losses):
        self.key, self.losses = key, losses
        self.size = key.key_size // 8
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.client_keys = {}  # address -> RSA public key
        self.tokens = defaultdict(lambda: (5.0, time.monotonic()))  # IP -> token bucket of 1.4
        self.unfinished = {}  # address, message id -> Unfinished
        self.finished = set()  # address, message id
        self.taken = set()  # SHA-256 of a plain body; Fernet key and CLIENT_SEQUENCE, or token HMAC
        self.transfers = defaultdict(dict)  # Fernet key, transfer id -> part number -> message
        self.answer_id = 0

    def run(self):
        tell("ready", port=self.socket.getsockname()[1], key=fingerprint(self.key.public_key()))
        while True:
            if select.select([self.socket], [], [], 0.05)[0]:
                self.receive(*self.socket.recvfrom(65535))
            self.ask_for_missing()

    def is_lost(self, kind):
        if self.losses[kind] == 0:
            return False
        self.losses[kind] -= 1
        tell("lost", kind=kind)
        return True

    # 2.1: what a datagram is

    def receive(self, datagram, sender):
        if b"-----BEGIN PUBLIC KEY-----" in datagram and b"-----END PUBLIC KEY-----" in datagram:
            if not self.is_lost("public key"):
                self.keep_key(datagram, sender)
        elif KEY_REQUEST.fullmatch(datagram):
            if not self.is_lost("key request"):
                self.tell_key(datagram, sender)
        elif len(datagram) == self.size and self.opens_as_block(datagram):
            if not self.is_lost("whole message") and self.take(datagram, sender):
                self.answer("ACK", "ACK", sender)
        elif len(datagram) >= 6 and 1 <= datagram[4] <= datagram[5]:
            if not self.is_lost("fragment"):
                self.take_fragment(datagram, sender)
        elif not self.is_lost("whole message") and self.take(datagram, sender):
            self.answer("ACK", "ACK", sender)

    def keep_key(self, datagram, sender):
        try:
            key = serialization.load_pem_public_key(datagram)
        except ValueError:
            return tell("failed", reason="client key")
        if not isinstance(key, rsa.RSAPublicKey) or not 2048 <= key.key_size <= 8192:
            return tell("failed", reason="client key")
        self.client_keys[sender] = key
        tell("client key", sender=name_of(sender), key=fingerprint(key), bits=key.key_size)

    def tell_key(self, datagram, sender):
        pem, ip = spki(self.key.public_key(), serialization.Encoding.PEM), sender[0]
        is_short = len(pem) > 3 * len(datagram)
        tell("key request", sender=name_of(sender), bytes=len(datagram))
        if is_short:
            left, then = self.tokens[ip]
            left, now = min(5.0, left + time.monotonic() - then), time.monotonic()
            self.tokens[ip] = (left - 1 if left >= 1 else left, now)
            if left < 1:
                return
        if not self.is_lost("PEM answer"):
            self.socket.sendto(pem, sender)

    def opens_as_block(self, datagram):
        try:
            self.key.decrypt(datagram, OAEP)
            return True
        except ValueError:
            return False

    def take_fragment(self, datagram, sender):
        ident, number, count = struct.unpack("!IBB", datagram[:6])
        if (sender, ident) in self.finished:
            return self.answer("ACK", f"{ident}: ACK", sender)
        message = self.unfinished.setdefault((sender, ident), Unfinished(count))
        if message.count != count or number in message.payloads:
            return
        message.payloads[number] = datagram[6:]
        message.newest = time.monotonic()
        if message.missing:
            return
        del self.unfinished[sender, ident]
        if self.take(b"".join(message.payloads[at] for at in range(1, count + 1)), sender):
            self.finished.add((sender, ident))
            self.answer("ACK", f"{ident}: ACK", sender)

    def ask_for_missing(self):
        now = time.monotonic()
        for (sender, ident), message in list(self.unfinished.items()):
            quiet = now - max(message.newest, message.asked)
            if now - message.newest > FRAGMENT_TIMEOUT:
                tell("failed", reason="fragment timeout", missing=len(message.missing))
                del self.unfinished[sender, ident]
            elif message.nacks < NACKS_AT_MOST and quiet >= NACK_AFTER:
                message.nacks, message.asked = message.nacks + 1, now
                missing = ",".join(str(number) for number in message.missing)
                self.answer("NACK", f"{ident}: NACK {missing}", sender)

    # 2.2: what a body holds

    def take(self, body, sender):
        """Whether the body is a message that is to be acknowledged: a new one, or one that came before."""
        try:
            first = self.key.decrypt(body[: self.size], OAEP)
            if len(first) == 47 and first.startswith(b"HC1") and len(body) > self.size:
                return self.take_hybrid(first[3:], body[self.size :], sender)
            blocks = pieces(body[self.size :], self.size)
            message = first + b"".join(self.key.decrypt(block, OAEP) for block in blocks)
        except (ValueError, struct.error, InvalidToken, InvalidSignature) as error:
            tell("failed", reason=type(error).__name__, bytes=len(body), sender=name_of(sender))
            return False
        return self.deliver_once(sha256(body).digest(), message, sender, "plain", {})

    def take_hybrid(self, fernet_key, token, sender):
        values = read_tlvs(Fernet(fernet_key).decrypt(token, FERNET_MAX_AGE))
        message, signed_by = b"".join(values[MESSAGE]), None
        sequence = values[CLIENT_SEQUENCE][0] if values[CLIENT_SEQUENCE] else None
        if values[SIGNATURE]:
            signed_by = self.verify(values[SIGNATURE][0], sequence, message, sender)
        facts = {"signed_by": signed_by, "sequence": sequence and int.from_bytes(sequence, "big")}
        mark = (fernet_key, sequence) if sequence else token[-43:]
        if not values[MESSAGE_PART]:
            return self.deliver_once(mark, message, sender, "hybrid", facts)
        transfer, number, count = struct.unpack("!8sII", values[MESSAGE_PART][0])
        tell("part", number=number, count=count, bytes=len(message), **facts)
        parts = self.transfers[fernet_key, transfer]
        parts[number] = (message, signed_by)
        if len(parts) < count:
            return number != count - 1  # the last one is acknowledged when all are there
        if len({signer for _, signer in parts.values()}) > 1:
            raise InvalidSignature
        whole = b"".join(parts[at][0] for at in range(count))
        return self.deliver_once((fernet_key, transfer), whole, sender, "hybrid", facts)

    def verify(self, signature, sequence, message, sender):
        if sequence is None or sender not in self.client_keys:
            raise InvalidSignature
        signed = sha256(spki(self.key.public_key())).digest() + sequence + message
        self.client_keys[sender].verify(signature, signed, PSS, hashes.SHA256())
        return fingerprint(self.client_keys[sender])

    def deliver_once(self, mark, message, sender, form, facts):
        if mark in self.taken:
            tell("duplicate", sender=name_of(sender))
            return True
        self.taken.add(mark)
        text, digest = message.decode(errors="replace"), sha256(message).hexdigest()
        tell("message", sender=name_of(sender), form=form, bytes=len(message), sha256=digest, text=text, **facts)
        return True

    # 2.3: answers

    def answer(self, kind, text, sender):
        answer = text.encode("ascii")
        if (key := self.client_keys.get(sender)) is not None:
            plaintexts = pieces(answer, key.key_size // 8 - 66)
            answer = b"".join(key.encrypt(plaintext, OAEP) for plaintext in plaintexts)
        tell("answer", text=text, bytes=len(answer), encrypted=key is not None)
        datagrams = [answer]
        if len(answer) > ANSWER_BYTES:
            self.answer_id += 1
            chunks = pieces(answer, ANSWER_FRAGMENT_BYTES)
            headers = (struct.pack("!IBB", self.answer_id, at + 1, len(chunks)) for at in range(len(chunks)))
            datagrams = [header + chunk for header, chunk in zip(headers, chunks)]
        for datagram in datagrams:
            if not self.is_lost(kind):
                self.socket.sendto(datagram, sender)


def name_of(address):
    return f"{address[0]}:{address[1]}"


def loss(text):
    kind, number = text.split("=")
    if kind not in KINDS:
        raise ValueError(kind)
    return kind, int(number)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--bits", type=int, default=2048, help="bits of a key made at start")
    options.add_argument("--key", help="PEM file of a key instead")
    options.add_argument("--lose", type=loss, action="append", default=[], metavar="KIND=N")
    options = options.parse_args()
    if options.key:
        with open(options.key, "rb") as file:
            server_key = serialization.load_pem_private_key(file.read(), None)
    else:
        server_key = rsa.generate_private_key(65537, options.bits)
    DirectServer(server_key, defaultdict(int, options.lose)).run()
