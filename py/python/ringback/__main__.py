"""The command `ringback`, also as `python -m ringback`."""

from __future__ import annotations

import signal
import sys

from ringback import _ringback


def main() -> int:
    """Run the command with the arguments of the process."""
    # the command waits in native code, where Python's own handler would never run
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _ringback.run(["ringback", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
