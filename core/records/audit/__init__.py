"""The journal as a page for administrators: who did what, when and through what."""
