"""Alone: from here on the kernel gives this process no socket and no other program, whatever a file makes it try."""

import ctypes
import errno
import platform
import struct

_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
_LOAD, _IS, _AT_LEAST, _ANSWER = 0x20, 0x15, 0x35, 0x06
_CALL, _MACHINE = 0, 4  # where the number of the call and the kind of machine stand
_FOREIGN = 0x40000000  # calls by numbers of another kind begin here
# Machine → (its mark, the numbers of socket, socketpair, connect, execve, execveat, and io_uring's setup, which needs none of them).
_KNOWN = {
    "x86_64": (0xC000003E, (41, 53, 42, 59, 322, 425)),
    "aarch64": (0xC00000B7, (198, 199, 203, 221, 281, 425)),
}


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_char_p)]


def alone() -> bool:
    """Whether it worked: on a machine or a kernel that does not know how, the process goes on under its other bounds."""
    if platform.machine() not in _KNOWN:
        return False
    mark, calls = _KNOWN[platform.machine()]
    steps = _steps(mark, calls)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    program = _Program(len(steps) // 8, steps)
    return bool(libc.prctl(_SECCOMP, _FILTER, ctypes.byref(program), 0, 0) == 0)


def _steps(mark: int, calls: tuple[int, ...]) -> bytes:
    """Is it another machine's call, or one of ``calls``? Refused. Anything else goes on."""
    tests = [(_AT_LEAST, _FOREIGN), *((_IS, call) for call in calls)]
    last = len(tests)
    program = [(_LOAD, 0, 0, _MACHINE), (_IS, 0, last + 2, mark), (_LOAD, 0, 0, _CALL)]
    # From each test that holds it is so far to the refusal, which stands behind the one that allows.
    program += [(kind, last - at, 0, value) for at, (kind, value) in enumerate(tests)]
    program += [(_ANSWER, 0, 0, _ALLOW), (_ANSWER, 0, 0, _REFUSE)]
    return b"".join(struct.pack("=HBBI", *step) for step in program)
