"""Sending: who gets the mail is fixed, calls are planned, claimed, made and settled, and nobody is lost or written to twice."""
