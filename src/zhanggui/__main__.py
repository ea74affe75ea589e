"""``python -m zhanggui`` is the command ``zhanggui``."""

import sys

from zhanggui.cli import main

sys.exit(main())
