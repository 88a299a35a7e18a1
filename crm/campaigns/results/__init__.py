"""What became of a campaign: figures, the list behind each, links and domains, and the page while it is sent."""
