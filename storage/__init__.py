"""What is kept: tables, their queries, the ledger over SQL. SQLite by default, PostgreSQL by the same code."""
