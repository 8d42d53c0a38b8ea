"""`python -m core`, the same as `eleven`."""

from core.cli import main

main()
