"""The components that a company switches on."""
