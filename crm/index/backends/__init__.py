"""What the two databases do differently in searching; the dialect chooses."""
