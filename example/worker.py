"""``python -m example.worker FD NUMBER``: one of several processes behind the same listening socket."""

from __future__ import annotations

import socket
import sys

from example.listening import serve

if __name__ == "__main__":
    descriptor, number = sys.argv[1:]
    try:
        serve(socket.socket(fileno=int(descriptor)), worker=number)
    except KeyboardInterrupt:
        pass
