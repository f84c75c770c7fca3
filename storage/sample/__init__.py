"""A made-up district of the size of the real one."""
