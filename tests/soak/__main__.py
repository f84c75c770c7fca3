"""All soaks, one after the other: `python -m tests.soak [OPTION …]`, the options given to each of them.

A soak is a module of this package with a `main`; it prints a table, and ends with 1 if a promise was broken.
"""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from importlib import import_module

import tests.soak


def main() -> None:
    names = [one.name for one in pkgutil.iter_modules(tests.soak.__path__) if not one.name.startswith("_")]
    failed = []
    for name in names:
        if hasattr(import_module(f"tests.soak.{name}"), "main"):
            print(f"== {name}", flush=True)
            if subprocess.run(
                [sys.executable, "-m", f"tests.soak.{name}", *sys.argv[1:]], check=False
            ).returncode:
                failed.append(name)
    if failed:
        sys.exit(f"not held: {', '.join(failed)}")


if __name__ == "__main__":
    main()
