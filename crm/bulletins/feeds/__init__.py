"""What the office's site publishes, read by its feed or sitemap, for bulletins."""
