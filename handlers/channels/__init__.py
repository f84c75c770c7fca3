"""The channels: each reads what its provider brings and sends what waits in the outbox."""
