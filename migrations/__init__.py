"""Core's revisions and what runs them and every plugin's; a package, so that an installed Eleven has them too."""
