"""The talks of residents, one file a flow."""
