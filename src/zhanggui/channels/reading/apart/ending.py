"""How a reading ended, in a word that crosses to another process."""

import errno
import zipfile
import zlib
from collections.abc import Callable

from python_calamine import CalamineError

from zhanggui.channels.reading.apart.refusal import Refuse

Ended = dict[str, object]


def ended(work: Callable[[], Ended]) -> Ended:
    """What ``work`` answers, or ``refused`` with a code of ``errors`` and its facts."""
    try:
        return work()
    except Refuse as refused:
        return {"refused": refused.code, "facts": refused.facts}
    except MemoryError:
        return {"refused": "READER_STOPPED", "facts": {}}
    except zipfile.BadZipFile as error:
        return {"refused": "TRUNCATED" if "not a zip" in str(error) else "CORRUPT", "facts": {}}
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return {"refused": "DISK_FULL", "facts": {}}
        stopped = error.errno in (errno.EFBIG, errno.ENOMEM)
        return {"refused": "READER_STOPPED" if stopped else "CORRUPT", "facts": {}}
    except (CalamineError, zlib.error, EOFError, NotImplementedError, ValueError, OverflowError, RuntimeError):
        return {"refused": "CORRUPT", "facts": {}}


def peak_kib() -> int:
    """The most memory this process ever held; 0 where the system does not say. What its parent held is no part of it."""
    try:
        with open("/proc/self/status") as file:
            return next((int(line.split()[1]) for line in file if line.startswith("VmHWM")), 0)
    except OSError:
        return 0
