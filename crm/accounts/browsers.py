"""A browser's own long description, shortened to what its owner calls it."""

# The first that occurs wins: nearly every browser also claims to be Safari, and those of Chrome's family to be Chrome.
PROGRAMS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("UCBrowser", "UC Browser"),
    ("FxiOS", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Chromium", "Chromium"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def short_name(agent: str) -> str:
    """Such as "Chrome, Android"; the beginning of the description when nothing in it is known; empty when there is none."""
    known = [next((name for sign, name in table if sign in agent), "") for table in (PROGRAMS, SYSTEMS)]
    return ", ".join(part for part in known if part) or agent[:60]
