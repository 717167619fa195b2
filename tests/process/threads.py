"""Single threads of a process, stopped as in a driver that hangs."""

import contextlib
import ctypes
import os
import pathlib
import time

from board import LIMIT

PTRACE_DETACH, PTRACE_SEIZE, PTRACE_INTERRUPT, WALL = 17, 0x4206, 0x4207, 0x40000000  # ptrace(2)

LOOP = "caf.io.mpx"  # the thread that runs all actors


def threads_called(pid, name):
    """Their ids. A thread that has just begun has no name of its own yet."""
    tasks = pathlib.Path(f"/proc/{pid}/task")
    return [int(task.name) for task in tasks.iterdir() if (task / "comm").read_text().strip() == name]


@contextlib.contextmanager
def stopped_threads(pid, name=LOOP):
    """Within it the threads of that name stand still, and no others."""
    ptrace = ctypes.CDLL(None, use_errno=True).ptrace
    ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]

    def call(request, thread):
        assert ptrace(request, thread, None, None) == 0, os.strerror(ctypes.get_errno())

    deadline = time.monotonic() + LIMIT
    while not (threads := threads_called(pid, name)):
        assert time.monotonic() < deadline, f"no thread is called {name}"
        time.sleep(0.01)
    for thread in threads:
        call(PTRACE_SEIZE, thread)
        call(PTRACE_INTERRUPT, thread)
        os.waitpid(thread, WALL)
    yield
    for thread in threads:
        call(PTRACE_DETACH, thread)
