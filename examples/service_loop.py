"""A service in a few lines: JSON cases in, one a line; JSON results out, in the same order; priced on several threads.

    .venv/bin/python examples/service_loop.py < cases.ndjson > results.ndjson

Bad cases come back with findings. A line that is no JSON object comes back with an error, and the loop goes on.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

import drgdip

LINES_AT_ONCE = 256


def answer(engine: drgdip.Engine, line: str) -> dict[str, Any]:
    """The result of one line."""
    try:
        return engine.price(json.loads(line)).to_dict("yuan")
    except (ValueError, RecursionError) as error:
        return {"error": {"fact": f"The line is no JSON: {error}", "advice": "Send one JSON object a line."}}
    except drgdip.DrgdipError as error:
        return {"error": {"fact": error.fact.en, "advice": error.advice.en}}


def main() -> None:
    """Answer standard input on standard output."""
    engine = drgdip.Engine("demo_tiny")
    with ThreadPoolExecutor(4) as pool:
        while lines := list(islice(sys.stdin, LINES_AT_ONCE)):
            for result in pool.map(lambda line: answer(engine, line), lines):
                print(json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    main()
