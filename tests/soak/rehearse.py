"""A whole district's working day on the fast clock: `python -m tests.soak.rehearse [--talks 3000] [--seed 7]`.

What `gridbell rehearse` prints for the sample district; it ends with 1 if anything that is checked was not as it should
be: a case without an owner, a clock that nobody saw to, a message too many. Several seeds are several days.
"""

from __future__ import annotations

import argparse
import sys
from functools import partial

from bot.rehearse.day import Plan
from bot.rehearse.place import SAMPLE
from bot.rehearse.report import run


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--talks", type=int, default=3000)
    parser.add_argument("--absent", type=float, default=5)
    parser.add_argument("--seed", type=int, nargs="*", default=[7])
    options, _others = parser.parse_known_args()  # those of the other soaks
    held = [
        run(Plan(options.talks, options.absent, seed), SAMPLE, print, partial(print, file=sys.stderr))
        for seed in options.seed
    ]
    sys.exit(not all(held))


if __name__ == "__main__":
    main()
