"""The coordination report: its figures, its words, its drawings and its papers."""
