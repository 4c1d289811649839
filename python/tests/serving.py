"""The program as a server, for the tests of all parts."""

from __future__ import annotations

import re
import subprocess
import threading
from pathlib import Path


class Server:
    """``flowledger serve`` on a free port, which it keeps when it is started again."""

    def __init__(self, program: str, data: Path, *options: str) -> None:
        self._program = program
        self._data = data
        self._options = options
        self._port = "0"
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                self._program,
                "serve",
                "--port",
                self._port,
                "--data",
                str(self._data),
                *self._options,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        told = []
        for line in self._process.stdout:
            told.append(line)
            found = re.search(r"serving (http://[0-9.]+:(\d+))", line)
            if found:
                self.url, self._port = found[1], found[2]
                break
        else:
            raise AssertionError("".join(told))
        threading.Thread(target=self._process.stdout.read, daemon=True).start()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
