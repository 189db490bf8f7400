"""Runs one program in a pseudo-terminal, by requests of top_terminal.ts: a JSON object a line."""

import codecs
import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time


class Terminal:
    def start(self, command, columns, rows, environment):
        self.master, self.slave = pty.openpty()
        self.resize(columns, rows)
        self.before = termios.tcgetattr(self.slave)
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.process = subprocess.Popen(
            command,
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            env={**os.environ, **environment},
            preexec_fn=self.own_terminal,
        )
        return {}

    def own_terminal(self):
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def read(self, seconds):
        """What the program wrote, as soon as there is something."""
        ready, _, _ = select.select([self.master], [], [], seconds)
        data = os.read(self.master, 1 << 16) if ready else b""
        return {"text": self.decoder.decode(data)}

    def type(self, text):
        os.write(self.master, text.encode())
        return {}

    def resize(self, columns, rows):
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, size)
        return {}

    def signal(self, name):
        self.process.send_signal(getattr(signal, name))
        return {}

    def stop_and_resume(self):
        """What a shell does: it sets the terminal up for itself while the program is stopped."""
        self.process.send_signal(signal.SIGSTOP)
        os.waitpid(self.process.pid, os.WUNTRACED)
        termios.tcsetattr(self.slave, termios.TCSANOW, self.before)
        self.process.send_signal(signal.SIGCONT)
        return {}

    def end(self, seconds):
        """Waits for the program's end; -1 stands for one that did not end by itself."""
        text = ""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < deadline:
            text += self.read(0.05)["text"]
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
            return {"code": -1, "text": text, "isRestored": False}
        is_restored = termios.tcgetattr(self.slave) == self.before
        while chunk := self.read(0)["text"]:
            text += chunk
        return {"code": self.process.returncode, "text": text, "isRestored": is_restored}


terminal = Terminal()
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(getattr(terminal, request.pop("do"))(**request)))
if hasattr(terminal, "process") and terminal.process.poll() is None:
    terminal.process.kill()
