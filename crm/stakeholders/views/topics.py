"""The list of topics, which all offices share; managers keep it."""

from flask import Response, url_for
from flask_babel import gettext as _
from flask_login import current_user

from crm.core.access import Permission, requires
from crm.core.pages import done, get_or_404, render, render_form
from crm.stakeholders import queries, service
from crm.stakeholders.forms import TopicForm
from crm.stakeholders.models import Topic
from crm.stakeholders.views.blueprint import bp


@bp.route("/topics", methods=["GET", "POST"])
@requires(Permission.TOPICS_MANAGE)
def topics() -> Response:
    form = TopicForm()
    if form.validate_on_submit():
        try:
            topic = service.create_topic(form.name.data or "", by=current_user)
            return done(_("Topic %(name)s added.", name=topic.name), "stakeholders.topics")
        except service.TopicExists:
            form.refuse_double()
    return render("stakeholders/topics.html", status=422 if form.errors else 200, form=form, topics=queries.topics_with_use())


@bp.route("/topics/<int:topic_id>/edit", methods=["GET", "POST"])
@requires(Permission.TOPICS_MANAGE)
def edit_topic(topic_id: int) -> Response:
    topic = _find(topic_id)
    form = TopicForm(data={"name": topic.name})
    if form.validate_on_submit():
        try:
            service.rename_topic(topic, name=form.name.data or "", by=current_user)
            return done(_("Topic renamed to %(name)s.", name=topic.name), "stakeholders.topics")
        except service.TopicExists:
            form.refuse_double()
    return render_form("stakeholders/edit_topic.html", form, topic=topic)


@bp.post("/topics/<int:topic_id>/archival")
@requires(Permission.TOPICS_MANAGE)
def topic_archival(topic_id: int) -> Response:
    topic = _find(topic_id)
    service.archive_topic(topic, by=current_user)
    undo = url_for("stakeholders.topic_restoration", topic_id=topic.id)
    return done(_("Topic %(name)s is no longer offered.", name=topic.name), "stakeholders.topics", undo=undo)


@bp.post("/topics/<int:topic_id>/restoration")
@requires(Permission.TOPICS_MANAGE)
def topic_restoration(topic_id: int) -> Response:
    topic = _find(topic_id)
    service.restore_topic(topic, by=current_user)
    return done(_("Topic %(name)s is offered again.", name=topic.name), "stakeholders.topics")


def _find(topic_id: int) -> Topic:
    return get_or_404(queries.topics(), topic_id)
