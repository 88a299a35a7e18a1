"""The order of blocks: up, down, copied, taken out, put in. Pure."""

from typing import Any

from crm.campaigns.writing.blocks import Kind, new_block, new_id

Blocks = list[dict[str, Any]]


def arranged(blocks: Blocks, act: str) -> tuple[Blocks, str]:
    """Blocks after `up:<id>`, `down:<id>`, `copy:<id>`, `remove:<id>`, `add:<kind>` or `add:<kind>:<after id>`; and where to look then."""
    verb, _, rest = act.partition(":")
    if verb == "add":
        kind, _, after = rest.partition(":")
        return _added(blocks, kind, after)
    place = next((n for n, block in enumerate(blocks) if block["id"] == rest), None)
    if place is None:
        return blocks, ""
    match verb:
        case "up" if place > 0:
            return _swapped(blocks, place - 1), rest
        case "down" if place + 1 < len(blocks):
            return _swapped(blocks, place), rest
        case "copy":
            twin = {**blocks[place], "id": new_id()}
            return [*blocks[: place + 1], twin, *blocks[place + 1 :]], twin["id"]
        case "remove":
            rest_of = [*blocks[:place], *blocks[place + 1 :]]
            return rest_of, rest_of[min(place, len(rest_of) - 1)]["id"] if rest_of else ""
        case _:
            return blocks, rest


def _added(blocks: Blocks, kind: str, after: str) -> tuple[Blocks, str]:
    if kind not in {each.value for each in Kind}:
        return blocks, ""
    made = new_block(Kind(kind))
    place = next((n + 1 for n, block in enumerate(blocks) if block["id"] == after), len(blocks))
    return [*blocks[:place], made, *blocks[place:]], made["id"]


def _swapped(blocks: Blocks, first: int) -> Blocks:
    return [*blocks[:first], blocks[first + 1], blocks[first], *blocks[first + 2 :]]
