"""``python -m drgdip`` and ``drgdip`` are the command line."""

import gc

from drgdip.base.absent import absent
from drgdip.cli import main as command_line

#: A month makes millions of small values that hold no circles; to look for such every 700 of them takes a tenth of its time.
_COLLECT_AFTER = (100_000, 20, 20)


def main() -> None:
    """Run the command line.

    Arrow loads pandas with its first array, a third of a second, to know DataFrames; commands read files only.
    """
    gc.set_threshold(*_COLLECT_AFTER)
    with absent("pandas"):
        command_line()


if __name__ == "__main__":
    main()
