"""Health-access service locator and capacity planning toolkit."""
