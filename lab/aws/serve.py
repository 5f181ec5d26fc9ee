"""Runs moto on 127.0.0.1 at the given port for as long as somebody holds the other end of stdin."""
import os
import sys
import threading

from moto.server import main


def end_with_stdin():
    sys.stdin.buffer.read()
    os._exit(0)


threading.Thread(target=end_with_stdin, daemon=True).start()
main(["-H", "127.0.0.1", "-p", sys.argv[1]])
