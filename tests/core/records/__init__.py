"""The record toolkit, through contacts, its first type."""
