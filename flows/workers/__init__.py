"""The talks of workers, one file a flow."""
