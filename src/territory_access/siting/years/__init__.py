"""Says what to open, where and in which year: the whole model, as arrays."""
