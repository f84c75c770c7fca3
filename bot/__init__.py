"""The running program: settings, wiring, web, workers, command line."""
