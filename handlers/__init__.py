"""What comes in and goes out: accept, turn, deliver, remind."""
