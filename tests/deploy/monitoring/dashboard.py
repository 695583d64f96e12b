"""What deploy/grafana/dashboards/traind.json asks."""

import json

from servers import SOURCE

PATH = SOURCE / "deploy/grafana/dashboards/traind.json"


def load():
    return json.loads(PATH.read_text())


def panels(dashboard):
    """All but the rows, those that are folded away included."""
    for panel in dashboard["panels"]:
        if panel["type"] == "row":
            yield from panel["panels"]
        else:
            yield panel


def filled_in(expression, rate_interval="15s"):
    """The query with Grafana's variables as for all instances."""
    return expression.replace("$__rate_interval", rate_interval).replace("$instance", ".*")
