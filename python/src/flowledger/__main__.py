"""``python -m flowledger`` is the command ``flowledger``."""

from flowledger.launcher import main

main()
