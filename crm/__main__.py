"""`python3 -m crm`: sets up what is missing, then starts Mitra. Only the standard library, because at first there is nothing else."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts it with an older Python has to be told so
    sys.exit("Mitra needs Python 3.11 or newer; this is %s." % sys.version.split()[0])  # noqa: UP031 - parses anywhere

from crm import bootstrap

if __name__ == "__main__":
    bootstrap.main(["-m", "crm.launcher"])
