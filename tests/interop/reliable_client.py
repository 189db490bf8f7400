"""A client of the relay with reliable delivery, cookies, tokens and roaming.

Written from docs/PROTOCOL.md 1.3 to 1.7 alone. It repeats, asks for what it misses and shows that it lives while
`run` is at work, and sleeps in between: so a test decides when something happens.
"""

import select
import socket
import struct
import time
from base64 import b64encode
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from relay_tlvs import TEXTS, tlv, tlvs

RELIABLE_DELIVERY = 0x1
BUDGET = 1200
PADDING = 996  # PUBLIC_KEY_REQUEST of 1,000 bytes: the relay never has to ration the answer
GAP_PAUSE, NACK_PAUSE, PROBE_PAUSE = 0.05, 0.2, 1
FIRST_REPEAT, TRIES = 0.25, 8
OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


def ranges(numbers):
    """Sorted numbers as [first, last] pairs."""
    found = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


class Port:
    """A UDP socket of its own that talks with the relay."""

    def __init__(self, relay):
        host, port = relay.rsplit(":", 1)
        self.relay = (host, int(port))
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))

    def address(self):
        return "%s:%d" % self.socket.getsockname()

    def send(self, datagram):
        self.socket.sendto(datagram, self.relay)

    def receive(self, seconds):
        """The next datagram, or None when none comes in time."""
        if not select.select([self.socket], [], [], max(seconds, 0))[0]:
            return None
        return self.socket.recv(65535)


class Client:
    """A client: its key and session, and what reliable delivery asks it to remember."""

    def __init__(self):
        self.port = self.fernet = self.key = self.session = self.series = self.features = None
        self.partial = {}  # message id -> fragment number -> chunk
        self.message_id = self.sequence = 0
        self.unacknowledged = {}  # CLIENT_SEQUENCE -> [payload, when it is due again, pause, tries left]
        self.expected, self.latest = 1, 0  # RELAY_SEQUENCE to hand over next; the highest that is known
        self.held = {}  # RELAY_SEQUENCE -> an event, or None for what only takes up its number
        self.heard_at = self.gap_at = None
        self.events, self.acks, self.nacks, self.drops = [], [], [], []

    def renew_key(self):
        """A fresh key for each registration (1.4)."""
        self.key = Fernet.generate_key()
        self.fernet = Fernet(self.key)

    # Admission (1.4)

    def ask(self, request, wanted):
        """Sends, with the cookie once one came, until an answer of the wanted kinds; returns its TLVs."""
        cookie = b""
        for _ in range(20):
            self.port.send(cookie + request)
            until = time.monotonic() + 0.5
            while datagram := self.port.receive(until - time.monotonic()):
                found = {name: value for parts in self.parts(datagram) for name, value in parts}
                if wanted & found.keys():
                    return found
                if "COOKIE" in found:
                    cookie = tlv("COOKIE", found["COOKIE"])
                    break
        raise TimeoutError("no answer from the relay")

    def register(self, name, token, features):
        answer = self.ask(tlv("PUBLIC_KEY_REQUEST", bytes(PADDING)), {"SERVER_PUBLIC_KEY_RESPONSE"})
        relay_key = serialization.load_pem_public_key(answer["SERVER_PUBLIC_KEY_RESPONSE"])
        identity = check_identity(answer["SERVER_IDENTITY"], relay_key)
        self.renew_key()
        hello = tlv("CLIENT_HELLO", struct.pack("!BI", 1, features))
        hello += tlv("CLIENT_NAME", name.encode()) if name else b""
        hello += tlv("AUTH_TOKEN", token.encode()) if token else b""
        request = tlv("ENCRYPTED_SYMMETRIC_KEY", relay_key.encrypt(self.key, OAEP)) + self.seal(hello)
        answer = self.ask(request, {"REGISTRATION_ACCEPTED", "REGISTRATION_REJECTED"})
        if "REGISTRATION_REJECTED" in answer:
            return {"rejected": answer["REGISTRATION_REJECTED"][0]}
        self.begin(*struct.unpack("!8sHHIQ", answer["REGISTRATION_ACCEPTED"]), answer["SERIES_ID"])
        return {"session": self.session.hex(), "series": self.series.hex(), "features": self.features,
                "latest": self.latest, "identity": identity, "registration": encode(request)}

    def begin(self, session, _keep_alive, _timeout, features, latest, series):
        """A known series goes on from the last number; another one starts afresh (1.7)."""
        if series != self.series:
            if self.series is not None:
                self.events.append({"new_series": True})
            self.expected, self.held = latest + 1, {}
        self.session, self.features, self.series, self.latest = session, features, series, latest
        self.heard_at, self.gap_at = time.monotonic(), None
        unacknowledged, self.sequence, self.unacknowledged = self.unacknowledged, 0, {}
        for payload, *_ in unacknowledged.values():
            self.say(payload)

    # Sending

    def seal(self, content):
        return tlv("SYMMETRICALLY_ENCRYPTED_MESSAGE", self.fernet.encrypt(content))

    def datagrams(self, content):
        """A token in one datagram, or in fragments (1.6)."""
        token = self.fernet.encrypt(content)
        if 4 + len(token) <= BUDGET:
            return [tlv("SYMMETRICALLY_ENCRYPTED_MESSAGE", token)]
        self.message_id += 1
        chunks = [token[at : at + BUDGET - 12] for at in range(0, len(token), BUDGET - 12)]
        return [tlv("FRAGMENT", struct.pack("!IHH", self.message_id, number, len(chunks)) + chunk)
                for number, chunk in enumerate(chunks)]

    def transmit(self, content):
        for datagram in self.datagrams(content):
            self.port.send(datagram)
            time.sleep(0.0003)  # a receiver's socket buffer holds about 90 datagrams

    def say(self, payload):
        self.sequence += 1
        self.unacknowledged[self.sequence] = [payload, 0, FIRST_REPEAT, TRIES]
        return self.sequence

    # Receiving

    def parts(self, datagram):
        """The TLVs that stand together: those of the datagram itself, then those of each token in it."""
        outer, sealed = [], []
        for name, value in tlvs(datagram):
            if name == "FRAGMENT":
                name, value = self.reassemble(value)
            if name == "SYMMETRICALLY_ENCRYPTED_MESSAGE":
                try:
                    sealed.append(list(tlvs(self.fernet.decrypt(value))))
                except InvalidToken:
                    pass  # forged, or for a former session
            elif name is not None:
                outer.append((name, value))
        return [outer, *sealed]

    def reassemble(self, value):
        ident, number, total = struct.unpack_from("!IHH", value)
        chunks = self.partial.setdefault(ident, {})
        chunks[number] = value[8:]
        if len(chunks) < total:
            return None, None
        del self.partial[ident]
        return "SYMMETRICALLY_ENCRYPTED_MESSAGE", b"".join(chunks[at] for at in range(total))

    def take(self, parts):
        """What stands together in one token or datagram."""
        payload = b"".join(value for name, value in parts if name == "MESSAGE")
        if any(name == "MESSAGE" for name, _ in parts):
            return self.take_message(dict(parts), payload.decode())
        for name, value in parts:
            if name == "ACK":
                own, number = struct.unpack("!QQ", value)
                self.acks.append([own, number])
                self.unacknowledged.pop(own, None)
                self.come(number, None)
            elif name == "LOST":
                first, last = struct.unpack("!QQ", value)
                for number in range(first, last + 1):
                    self.come(number, {"gap": [number, number]})
            elif name == "KEEP_ALIVE_REPLY":
                self.latest = max(self.latest, *struct.unpack("!Q", value))
            elif name in TEXTS or name == "UNKNOWN_SESSION":
                self.events.append({name.lower(): value.decode()})

    def take_message(self, found, text):
        if text in self.drops:
            return self.drops.remove(text)
        event = {"message": text, "sender": found["SENDER_ID"].decode()}
        if "RELAY_SEQUENCE" not in found:
            return self.events.append(event)
        self.come(*struct.unpack("!Q", found["RELAY_SEQUENCE"]), event)

    def come(self, number, event):
        """Hands over what is in order now, each number once."""
        if number < self.expected or number in self.held:
            return
        self.held[number], self.latest = event, max(self.latest, number)
        while self.expected in self.held:
            event = self.held.pop(self.expected)
            self.expected += 1
            before = self.events[-1] if self.events else {}
            if event and "gap" in event and before.get("gap", [0, 0])[1] == event["gap"][0] - 1:
                before["gap"][1] = event["gap"][1]
            elif event:
                self.events.append(event)

    # Time (1.7)

    def tick(self, now):
        """Does what is due, and returns when something is due next."""
        for number, entry in list(self.unacknowledged.items()):
            payload, due, pause, tries = entry
            if due <= now and tries == 0:
                raise TimeoutError(f"no ACK for {number}")
            if due <= now:
                parts = [payload[at : at + 65535] for at in range(0, max(len(payload), 1), 65535)]
                self.transmit(tlv("CLIENT_SEQUENCE", struct.pack("!Q", number))
                              + b"".join(tlv("MESSAGE", part) for part in parts))
                entry[1:] = [now + pause, pause * 2, tries - 1]
        missing = ranges(number for number in range(self.expected, self.latest + 1) if number not in self.held)
        if not missing:
            self.gap_at = None
        elif self.gap_at is None:
            self.gap_at = now + GAP_PAUSE
        elif self.gap_at <= now:
            self.nacks.append(missing[:64])
            self.transmit(tlv("NACK", b"".join(struct.pack("!QQ", *pair) for pair in missing[:64])))
            self.gap_at = now + NACK_PAUSE
        if self.heard_at + PROBE_PAUSE <= now:
            self.transmit(tlv("KEEP_ALIVE"))
            self.heard_at = now
        dues = [entry[1] for entry in self.unacknowledged.values()]
        return min([*dues, self.gap_at or now + 1, self.heard_at + PROBE_PAUSE])

    def run(self, is_done, seconds):
        until = time.monotonic() + seconds
        while not is_done():
            if time.monotonic() > until:
                return False
            due = self.tick(time.monotonic())
            if datagram := self.port.receive(min(due, until) - time.monotonic()):
                self.heard_at = time.monotonic()
                for parts in self.parts(datagram):
                    self.take(parts)
        return True


def check_identity(value, relay_key):
    """Checks SERVER_IDENTITY (1.3) and returns the fingerprint."""
    public, not_after, signature = struct.unpack("!32sQ64s", value)
    der = relay_key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    signed = b"hushcast server identity v1\0" + sha256(der).digest() + struct.pack("!Q", not_after)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except InvalidSignature:
        return "forged"
    return "SHA256:" + encode(sha256(public).digest()).rstrip("=") if not_after > time.time() else "expired"


def encode(data):
    return b64encode(data).decode("ascii")
