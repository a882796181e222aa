"""``python -m drgdip`` is the command line."""

from drgdip.cli import main

main()
