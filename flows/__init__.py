"""What is said and decided: pure functions that know no network and no database."""
