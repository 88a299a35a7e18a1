"""What nobody names any more goes from the disk; what is named or new stays."""

import io
import os

from crm.core import scope as scopes
from crm.core.clock import now
from crm.exchange import exports, service, sweeping
from crm.exchange.profile_format import load_built_in

SYSTEM = scopes.system_scope("sweep files of imports")


def age(place, hours):
    moment = now().timestamp() - hours * 3600
    os.utime(place, (moment, moment))


def test_old_files_without_a_row_go(world, acting):
    with acting(world.officer):
        import_ = service.create_import(load_built_in("contacts"), office_id=world.sgr.id, year=None, by=world.officer)
        kept = service.path_of(service.add_file(import_, name="kontak.csv", stream=io.BytesIO(b"nama\nBudi\n")))
        old, new, left = service.folder() / "old.csv", service.folder() / "new.csv", service.folder() / "arriving-x"
        export = exports.folder() / "old.xlsx"
        left.mkdir()
        for place in (old, new, export, left / "0.csv"):
            place.write_bytes(b"x")
    for place in (kept, old, export, left):
        age(place, 7)
    with acting(SYSTEM):
        sweeping.sweep()
    assert (kept.exists(), new.exists()) == (True, True)
    assert not any(place.exists() for place in (old, export, left))
    with acting(SYSTEM):
        assert sweeping.sweep() == 0
