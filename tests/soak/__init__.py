"""What takes minutes: `./run soak`, never CI. Each file with a `main` is one soak, which prints a table."""
