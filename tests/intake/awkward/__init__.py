"""Files as people really make them, with what must come out of each."""
