"""Decrypts, signs and verifies with Python's `cryptography`, under keys of any length.

Reads requests from standard input and answers each on standard output, one JSON object a line.
Bytes are base64, keys PEM. What `cryptography` refuses is answered by
{"refused": "<name of the exception>"}.
"""

import json
import sys
from base64 import b64decode, b64encode
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

OAEP = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)


def encode(data):
    return b64encode(data).decode("ascii")


@lru_cache
def load_private_key(pem):
    try:
        # Checking the primes of 8192 bits would take seconds each time.
        return serialization.load_pem_private_key(
            pem, password=None, unsafe_skip_rsa_key_validation=True
        )
    except TypeError:
        # Releases before 39 can't leave it out.
        return serialization.load_pem_private_key(pem, password=None)


def private_key(request):
    return load_private_key(request["private"].encode("ascii"))


def public_key(request):
    return serialization.load_pem_public_key(request["public"].encode("ascii"))


def decrypt(request):
    return {"plaintext": encode(private_key(request).decrypt(b64decode(request["block"]), OAEP))}


def encrypt(request):
    return {"block": encode(public_key(request).encrypt(b64decode(request["plaintext"]), OAEP))}


def sign(request):
    data = b64decode(request["data"])
    return {"signature": encode(private_key(request).sign(data, PSS, hashes.SHA256()))}


def verify(request):
    signature, data = b64decode(request["signature"]), b64decode(request["data"])
    public_key(request).verify(signature, data, PSS, hashes.SHA256())
    return {}


OPERATIONS = {operation.__name__: operation for operation in (decrypt, encrypt, sign, verify)}

for line in sys.stdin:
    request = json.loads(line)
    try:
        reply = OPERATIONS[request["operation"]](request)
    except (InvalidSignature, ValueError) as error:
        reply = {"refused": type(error).__name__}
    print(json.dumps(reply), flush=True)
