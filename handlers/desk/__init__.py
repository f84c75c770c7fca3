"""The console of those who serve: pages that work without JavaScript, one file a group of pages."""
