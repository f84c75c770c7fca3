"""What can be done with a case by one digit or one button, on any day: "K7M42 2" never changes its meaning."""

ACCEPT, CANNOT, DONE = "accept", "cannot", "finish"
SETTLED, UNSETTLED = "settled", "unsettled"
KEEP, MOVE, CANCEL = "keep", "move", "cancel"

#: The digit of each deed, the same on every message.
DIGITS = {ACCEPT: 1, CANNOT: 2, DONE: 3, SETTLED: 1, UNSETTLED: 2, KEEP: 1, MOVE: 2, CANCEL: 3}
