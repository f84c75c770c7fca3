"""The secrets of the tests: what they keep is sealed, as in the running program."""

SECRETS = ("a key for the tests",)
