"""Runs a program for which no file can be locked: flock() fails with EOPNOTSUPP.

    python3 state_no_locks.py PROGRAM ARGS...

So does a file system without locks, which is hard to come by. It is a filter of the kernel's
(seccomp, mode 2), which the program can't take off and needs no rights to put on.
"""

import ctypes
import errno
import os
import platform
import struct
import sys

PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_MODE_FILTER = 2
SECCOMP_RET_ERRNO = 0x00050000
SECCOMP_RET_ALLOW = 0x7FFF0000

LOAD_WORD = 0x20
JUMP_IF_EQUAL = 0x15
RETURN = 0x06

FLOCK = {"x86_64": 73, "aarch64": 32}

filters = b"".join(
    struct.pack("HBBI", *instruction)
    for instruction in [
        (LOAD_WORD, 0, 0, 0),  # the number of the system call
        (JUMP_IF_EQUAL, 0, 1, FLOCK[platform.machine()]),
        (RETURN, 0, 0, SECCOMP_RET_ERRNO | errno.EOPNOTSUPP),
        (RETURN, 0, 0, SECCOMP_RET_ALLOW),
    ]
)
memory = ctypes.create_string_buffer(filters, len(filters))
program = struct.pack("HxxxxxxP", len(filters) // 8, ctypes.addressof(memory))

libc = ctypes.CDLL(None, use_errno=True)


def prctl(*values: object) -> None:
    if libc.prctl(*values) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


prctl(PR_SET_NO_NEW_PRIVS, *map(ctypes.c_ulong, (1, 0, 0, 0)))
prctl(PR_SET_SECCOMP, ctypes.c_ulong(SECCOMP_MODE_FILTER), ctypes.c_char_p(program), ctypes.c_ulong(0), ctypes.c_ulong(0))
os.execvp(sys.argv[1], sys.argv[1:])
