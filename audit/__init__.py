"""The ledger: one append-only, hash-chained table, and what verifies it."""
