"""Tests of the coordination report."""
