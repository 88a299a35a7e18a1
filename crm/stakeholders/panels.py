"""What the page of a stakeholder shows that only packages above know. crm/wiring.py registers it; the page asks it in the same request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm.accounts.models import User
from crm.core.access import Permission
from crm.stakeholders.models import Stakeholder

# Gives the context of the panel's template, or None to leave the panel out. At most two queries.
Content = Callable[[Stakeholder, User], Mapping[str, Any] | None]

TIMELINE, SIDE = "timeline", "side"


@dataclass(frozen=True)
class Panel:
    """`template` draws the inside with the content's values; `title` is a lazy text; `count` names the value shown on a phone's tab."""

    name: str
    title: Any
    permission: Permission
    template: str
    content: Content
    place: str = SIDE
    count: str | None = None


@dataclass(frozen=True)
class ShownPanel:
    panel: Panel
    content: Mapping[str, Any]

    @property
    def figure(self) -> int | None:
        return self.content.get(self.panel.count) if self.panel.count else None


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """Add a panel; one of the same name is replaced, so that starting twice in one process is harmless."""
    _panels[panel.name] = panel


def shown_for(stakeholder: Stakeholder, viewer: User, *, place: str = SIDE) -> Sequence[ShownPanel]:
    """The panels of a place that the viewer may see, in order of registration, with what they hold."""
    shown = []
    for panel in _panels.values():
        if panel.place == place and viewer.may(panel.permission):
            content = panel.content(stakeholder, viewer)
            if content is not None:
                shown.append(ShownPanel(panel, content))
    return shown
