"""The TLVs of the relay protocol by name, written from docs/PROTOCOL.md 1.1 and 1.2 and docs/HISTORY.md alone."""

import struct

TYPES = {
    "PUBLIC_KEY_REQUEST": 0x0001, "SERVER_PUBLIC_KEY_RESPONSE": 0x0002, "ENCRYPTED_SYMMETRIC_KEY": 0x0003,
    "SYMMETRICALLY_ENCRYPTED_MESSAGE": 0x0004, "FRAGMENT": 0x0005, "KEEP_ALIVE": 0x0006, "SENDER_ID": 0x0007,
    "NOTIFY_CONNECT": 0x0008, "NOTIFY_DISCONNECT": 0x0009, "MESSAGE": 0x0101, "DISCONNECT": 0x0102,
    "SESSION_ID": 0x0110, "COOKIE": 0x0111, "SERVER_IDENTITY": 0x0112, "UNKNOWN_SESSION": 0x0113,
    "REGISTRATION_REJECTED": 0x0114, "GROUP_MESSAGE": 0x0115, "GROUP_FRAGMENT": 0x0116, "CLIENT_HELLO": 0x0120,
    "AUTH_TOKEN": 0x0121, "CLIENT_NAME": 0x0122, "REGISTRATION_ACCEPTED": 0x0123, "CLIENT_SEQUENCE": 0x0124,
    "RELAY_SEQUENCE": 0x0125, "ACK": 0x0126, "NACK": 0x0127, "GROUP_KEY": 0x0128, "FRAGMENT_NACK": 0x0129,
    "KEEP_ALIVE_REPLY": 0x012A, "LOST": 0x012B, "SERVER_NOTICE": 0x012C, "SERIES_ID": 0x012D,
    "CLIENT_INSTANCE": 0x01C0, "FIRST_SENT": 0x01C1, "REPLAY": 0x01C2, "REPLAY_FROM": 0x01C3,
}
NAMES = {number: name for name, number in TYPES.items()}
FIELDS = {
    "CLIENT_HELLO": "!BI", "REGISTRATION_ACCEPTED": "!8sHHIQ", "CLIENT_SEQUENCE": "!Q", "RELAY_SEQUENCE": "!Q",
    "ACK": "!QQ", "KEEP_ALIVE_REPLY": "!Q", "LOST": "!QQ",
    "REPLAY": "!BQ", "REPLAY_FROM": "!Q",
}
BINARY = {"SESSION_ID", "COOKIE", "SERIES_ID", "FRAGMENT", "CLIENT_INSTANCE", "FIRST_SENT"}
TEXTS = {"SENDER_ID", "NOTIFY_CONNECT", "NOTIFY_DISCONNECT", "MESSAGE", "DISCONNECT", "SERVER_NOTICE"}


def tlv(name, value=b""):
    return struct.pack("!HH", TYPES.get(name, name), len(value)) + value


def tlvs(data):
    """The TLVs of a datagram or a token, as (name, value); a type that is not in the table keeps its number."""
    at = 0
    while at < len(data):
        kind, size = struct.unpack_from("!HH", data, at)
        if at + 4 + size > len(data):
            raise ValueError("truncated TLV")
        yield NAMES.get(kind, f"0x{kind:04x}"), data[at + 4 : at + 4 + size]
        at += 4 + size


def shown(name, value):
    """A TLV in words, as in "ACK 3 17"."""
    if name in FIELDS:
        fields = struct.unpack(FIELDS[name], value)
        return " ".join([name, *(field.hex() if isinstance(field, bytes) else str(field) for field in fields)])
    if name == "REGISTRATION_REJECTED":
        return f"{name} {value[0]}"
    if name in TEXTS and value:
        return f"{name} {value.decode()}"
    return f"{name} {value.hex()}" if name in BINARY else name
