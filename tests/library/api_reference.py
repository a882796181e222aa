"""Write the reference of the public names as HTML, from their docstrings: ``python -m tests.library.api_reference FOLDER``."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import pdoc

import drgdip


def build(folder: Path) -> Path:
    """Write ``drgdip.html`` and return its path; any warning of the generator is an error."""
    for name in drgdip.__all__:  # The generator reads what a module holds, and names load on first use.
        setattr(drgdip, name, getattr(drgdip, name))
    pdoc.render.configure(docformat="numpy", footer_text=f"drgdip {drgdip.__version__}", show_source=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # Fields of named tuples hold their types as text, which the generator looks up where it cannot find it.
        warnings.filterwarnings("ignore", "Error parsing type annotation ForwardRef")
        pdoc.pdoc("drgdip", r"!drgdip\.", output_directory=folder)
    return folder / "drgdip.html"


if __name__ == "__main__":
    print(build(Path(sys.argv[1])))
