"""Everything Eleven promises, tried."""
