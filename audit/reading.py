"""Say a ledger entry in plain words; what was changed from what to what stays out of them."""

from django.apps import apps

from audit.ledger import SYSTEM


def action_in_words(action: str) -> str:
    """Return `role.granted` as `Role granted`."""
    return action.replace(".", " ").replace("_", " ").strip().capitalize()


def split_reference(reference: str) -> tuple[str, int | None]:
    """Return the kind and the number of `score:41`; what has no number is a kind alone."""
    kind, _, number = reference.rpartition(":")
    return (
        (kind, int(number)) if kind and number.isascii() and number.isdigit() else (reference, None)
    )


def thing_in_words(reference: str, names: dict[int, str]) -> str:
    """Return `score:41` as `Score 41`, and a person by name where `names` has it."""
    kind, number = split_reference(reference)
    if reference == SYSTEM:
        return "Quorate"
    if kind == "user" and number is not None:
        return names.get(number, f"Person {number}, who is no longer held")
    words = _kinds().get(kind, action_in_words(kind))
    return f"{words} {number}" if number is not None else words


def _kinds() -> dict[str, str]:
    """Return how each model is called, by the name that references use."""
    return {
        model._meta.model_name: str(model._meta.verbose_name).capitalize()
        for model in apps.get_models()
    }
