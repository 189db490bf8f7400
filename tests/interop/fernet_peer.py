"""Does with Python's `cryptography` what src/crypto does, so that both can be compared.

Reads requests from standard input and answers each on standard output, one JSON object a line.
Bytes are base64. What `cryptography` refuses is answered by {"refused": "<name of the exception>"}.
"""

import json
import sys
from base64 import b64decode, b64encode
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

OAEP = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
RAW = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)
SPKI_PEM = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
identity_key = Ed25519PrivateKey.generate()


def encode(data):
    return b64encode(data).decode("ascii")


def identity_bytes(request):
    """What SERVER_IDENTITY signs (PROTOCOL 1.3)."""
    spki_digest = sha256(b64decode(request["spki"])).digest()
    return b"hushcast server identity v1\0" + spki_digest + request["not_after"].to_bytes(8, "big")


def fernet_encrypt(request):
    token = Fernet(request["key"]).encrypt_at_time(b64decode(request["plaintext"]), request["now"])
    return {"token": token.decode("ascii")}


def fernet_decrypt(request):
    fernet, token = Fernet(request["key"]), request["token"].encode("ascii")
    if "ttl" in request:
        plaintext = fernet.decrypt_at_time(token, request["ttl"], request["now"])
    else:
        plaintext = fernet.decrypt(token)
    return {"plaintext": encode(plaintext)}


def rsa_public_key(_request):
    return {"pem": rsa_key.public_key().public_bytes(*SPKI_PEM).decode("ascii")}


def rsa_rewrite(request):
    key = serialization.load_pem_public_key(request["pem"].encode("ascii"))
    return {"pem": key.public_bytes(*SPKI_PEM).decode("ascii"), "bits": key.key_size}


def rsa_encrypt(request):
    key = serialization.load_pem_public_key(request["pem"].encode("ascii"))
    return {"ciphertext": encode(key.encrypt(b64decode(request["plaintext"]), OAEP))}


def rsa_decrypt(request):
    return {"plaintext": encode(rsa_key.decrypt(b64decode(request["ciphertext"]), OAEP))}


def identity_sign(request):
    return {
        "public_key": encode(identity_key.public_key().public_bytes(*RAW)),
        "signature": encode(identity_key.sign(identity_bytes(request))),
    }


def identity_verify(request):
    key = Ed25519PublicKey.from_public_bytes(b64decode(request["public_key"]))
    key.verify(b64decode(request["signature"]), identity_bytes(request))
    return {}


OPERATIONS = {
    operation.__name__: operation
    for operation in (
        fernet_encrypt,
        fernet_decrypt,
        rsa_public_key,
        rsa_rewrite,
        rsa_encrypt,
        rsa_decrypt,
        identity_sign,
        identity_verify,
    )
}

for line in sys.stdin:
    request = json.loads(line)
    try:
        reply = OPERATIONS[request["operation"]](request)
    except (InvalidToken, InvalidSignature, ValueError) as error:
        reply = {"refused": type(error).__name__}
    print(json.dumps(reply), flush=True)
