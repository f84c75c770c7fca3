"""The schema's versions, in order; `storage.migrate` runs them."""
