"""``zhanggui``: one word for the shop, one for each thing it does."""

import argparse
import gc
import os
import sys
from importlib import import_module

from django.db import OperationalError

from zhanggui import __version__
from zhanggui.cli.saying import note
from zhanggui.kernel import logs
from zhanggui.kernel.vault import OtherKeys

# Each sub-command lives in its own module, loaded only when it is called: the server should not pay for the importer.
COMMANDS = {
    "run": ("zhanggui.cli.running", "start the server and the worker"),
    "worker": ("zhanggui.cli.working", "do the jobs that wait"),
    "prepare": ("zhanggui.cli.preparing", "make or upgrade the database"),
    "createowner": ("zhanggui.cli.owning", "make the first person; the password is read from standard input"),
    "newpassword": ("zhanggui.cli.renewing", "give a forgotten password anew; it is read from standard input"),
    "clearsecondstep": ("zhanggui.cli.clearing", "clear the codes and passkeys of one who lost them"),
    "import": ("zhanggui.cli.importing", "take a file of orders, goods or stock in"),
    "tour": ("zhanggui.cli.touring", "take a file of orders the whole way in a scratch database"),
    "verify": ("zhanggui.cli.verifying", "ask whether everything that must be true is true"),
    "backup": ("zhanggui.cli.backing_up", "make a sealed copy of everything and prove that it comes back"),
    "restore": ("zhanggui.cli.restoring", "let a backup be the books; what stood before is kept"),
    "drill": ("zhanggui.cli.drilling", "restore a backup aside, compare it and audit it"),
    "diagnose": ("zhanggui.cli.diagnosing", "write a bundle for whoever helps: no secret, no buyer"),
    "keys": ("zhanggui.cli.keys", "put a new key in use while the house works; let the old one go"),
    "privacy": ("zhanggui.cli.privacy", "find, hand out or erase what is held of one person; erase what is past its time"),
    "bench": ("zhanggui.cli.benching", "measure, beside the raw limit of the database"),
}

# A batch makes tens of thousands of tuples and no cycles; looking for cycles every 700 of them costs a fifth of the time.
FEW_CYCLES = (20_000, 50, 50)


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="zhanggui", description="掌柜: from any shop's order to the buyer's door.")
    top.add_argument("--version", action="version", version=f"zhanggui {__version__}")
    names = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    wanted = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    for name, (module, says) in COMMANDS.items():
        sub = names.add_parser(name, help=says, description=says)
        if name == wanted:
            import_module(module).arguments(sub)
    return top


def main() -> int:
    """Run one command; the exit code is 0 done, 1 something fell short or was refused, 2 usage."""
    # What we write (database, keys, uploads) holds password hashes, sessions and buyers: nobody else's on this machine.
    os.umask(0o077)
    logs.catch()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    gc.set_threshold(*FEW_CYCLES)
    given = parser().parse_args()
    module = import_module(COMMANDS[given.command][0])
    try:
        return int(module.run(given))
    except OtherKeys as error:
        note(str(error))
        return 2
    except OperationalError as error:
        note(f"the database does not answer: {' '.join(str(error).split())}; start it, or mend ZHANGGUI_DATABASE_URL")
        return 1
    except KeyboardInterrupt:
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 1
