#!/usr/bin/env python3
"""Sends a text to a hushcast direct server and waits for the ACK: the standard library and `cryptography`.

It goes as a hybrid message (docs/PROTOCOL.md Part 2). Usage: direct_message.py HOST:PORT TEXT [SHA256:...]
"""
import base64, hashlib, re, secrets, select, socket, struct, sys, time

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

MESSAGE, CLIENT_SEQUENCE, CHUNK = 0x0101, 0x0124, 1194  # with its header a chunk makes 1,200 bytes
OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


def tlv(kind, value):
    return struct.pack("!HH", kind, len(value)) + value


def ask(server, datagrams, read, patience=0.5):
    """Sends, and sends again what `read` wants again, until it makes something of an answer."""
    outgoing = datagrams
    for _ in range(6):
        for datagram in outgoing:
            server.send(datagram)
            time.sleep(0.0005)  # a receiver's socket buffer holds about 90 datagrams
        if select.select([server], [], [], patience)[0]:
            result, outgoing = read(server.recv(65535))
            if result is not None:
                return result
        else:  # nothing was heard: everything again, a little later
            outgoing, patience = datagrams, patience * 2
    sys.exit("no answer from the server")


def spki(key, encoding):
    return key.public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)


def main(address, text, wanted=None):
    host, port = address.rsplit(":", 1)
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.connect((host, int(port)))
    # 1. Its key. A request of 1,000 bytes is longer than the answer, so the server never rations it.
    pem = ask(server, [b"REQ_PUB_KEY\n".ljust(1000)], lambda answer: (answer, []))
    server_key = serialization.load_pem_public_key(pem)
    digest = hashlib.sha256(spki(server_key, serialization.Encoding.DER)).digest()
    fingerprint = "SHA256:" + base64.b64encode(digest).decode().rstrip("=")
    if wanted not in (None, fingerprint):
        sys.exit(f"the server's key is {fingerprint}")
    # 2. A key of our own, under which the server answers.
    own_key = rsa.generate_private_key(65537, 2048)
    own_pem = spki(own_key.public_key(), serialization.Encoding.PEM)
    # 3. The message: one RSA block with a Fernet key, then a token under that key, in fragments.
    fernet_key, message_id = Fernet.generate_key(), secrets.randbits(32)
    content, payload = tlv(CLIENT_SEQUENCE, struct.pack("!Q", 1)), text.encode()
    content += b"".join(tlv(MESSAGE, payload[at:at + 65535]) for at in range(0, max(len(payload), 1), 65535))
    body = server_key.encrypt(b"HC1" + fernet_key, OAEP) + Fernet(fernet_key).encrypt(content)
    chunks = [body[at:at + CHUNK] for at in range(0, len(body), CHUNK)]
    fragments = [struct.pack("!IBB", message_id, number, len(chunks)) + chunk
                 for number, chunk in enumerate(chunks, 1)]

    # 4. The answer: `<message id>: ACK`, or `<message id>: NACK 2,5` with what is to be sent again.
    def read(answer):
        try:
            blocks = [answer[at:at + 256] for at in range(0, len(answer), 256)]
            answer = b"".join(own_key.decrypt(block, OAEP) for block in blocks).decode()
        except ValueError:
            return None, []  # not under our key: ask again
        if answer == f"{message_id}: ACK":
            return answer, []
        nack = re.fullmatch(f"{message_id}: NACK ([0-9,]+)", answer)
        missing = nack[1].split(",") if nack else []
        return None, [fragment for fragment in fragments if str(fragment[4]) in missing]

    print(ask(server, [own_pem, *fragments], read))


if __name__ == "__main__":
    main(*sys.argv[1:])
