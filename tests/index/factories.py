"""Findable records, without the records."""

from crm.index import service


def put(subject_id, title, office, *, kind="person", shared=False, **more):
    service.put(kind, subject_id, office_id=office.id if office else None, shared=shared, title=title, **more)


def titles(hits):
    return [row.title for row in hits.rows]
