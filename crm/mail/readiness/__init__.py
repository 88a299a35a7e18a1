"""Whether mail can go out and news of it come back: what is in order, what is not, and what to do about it, in plain words."""
