"""What Keras has and a traind has not is refused by name, never left out in silence."""


def refuse_unless_default(where: str, given: dict, defaults: dict):
    """NotImplementedError unless every argument of `given` has its default."""
    for name, value in given.items():
        default = defaults.get(name)
        if value is not default and value != default:
            raise NotImplementedError(f"{where}: {name}={value!r} cannot be said to a traind; leave it at {default!r}")


def unknown(what: str, name, known) -> ValueError:
    """For a name that is not in the table."""
    return ValueError(f"{what}: a traind has no {name!r}; it has {', '.join(sorted(known))}")
