"""``python -m drgdip`` and ``drgdip`` are the command line."""

from drgdip.base.absent import absent
from drgdip.cli import main as command_line


def main() -> None:
    """Run the command line.

    Arrow loads pandas with its first array, a third of a second, to know DataFrames; commands read files only.
    """
    with absent("pandas"):
        command_line()


if __name__ == "__main__":
    main()
