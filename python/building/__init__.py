"""How the wheel is made: not part of it."""
