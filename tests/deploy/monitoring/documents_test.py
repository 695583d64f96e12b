"""What can be told of the rules, the runbook and the dashboard without running anything."""

import pathlib
import re
import subprocess
import tempfile
import unittest

import dashboard
import page
from servers import SOURCE

ALERTS = (SOURCE / "deploy/prometheus/rules/alerts.yml").read_text()
RECORDS = (SOURCE / "deploy/prometheus/rules/recording.yml").read_text()
OPERATIONS = (SOURCE / "docs/operations.md").read_text()


class Runbook(unittest.TestCase):
    def test_each_alert_has_a_section_and_each_section_an_alert(self):
        alerts = re.findall(r"- alert: (\w+)", ALERTS)
        links = re.findall(r"runbook_url: docs/operations.md#(\w+)", ALERTS)
        self.assertEqual(links, [alert.lower() for alert in alerts])
        self.assertEqual(re.findall(r"^### (Traind\w+)$", OPERATIONS, re.MULTILINE), alerts)

    def test_each_section_says_what_to_do(self):
        for section in re.split(r"^### (?=Traind)", OPERATIONS, flags=re.MULTILINE)[1:]:
            self.assertRegex(section, r"(?s)\n\n.+\n\n- \*\*Look\*\*: .+\n- \*\*Do\*\*: .+\n")

    def test_each_alert_has_a_severity(self):
        severities = re.findall(r"labels: \{severity: (?:critical|warning)\}", ALERTS)
        self.assertEqual(len(severities), ALERTS.count("- alert:"))

    def test_each_alert_and_each_record_has_a_unit_test(self):
        tests = "".join(path.read_text() for path in (SOURCE / "tests/deploy/prometheus").glob("*_test.yml"))
        for alert in re.findall(r"- alert: (\w+)", ALERTS):
            self.assertIn(f"alertname: {alert}\n", tests)
        for record in re.findall(r"- record: (\S+)", RECORDS):
            self.assertIn(record, tests)


class Kubernetes(unittest.TestCase):
    def test_the_operators_rules_are_the_same(self):
        with tempfile.NamedTemporaryFile() as written:
            subprocess.run([SOURCE / "scripts/prometheus-rule.sh", written.name], check=True)
            committed = SOURCE / "deploy/kubernetes/components/monitoring/prometheusrule.yaml"
            self.assertEqual(pathlib.Path(written.name).read_text(), committed.read_text(),
                             "to mend: scripts/prometheus-rule.sh")


class Dashboard(unittest.TestCase):
    def setUp(self):
        self.dashboard = dashboard.load()
        self.panels = list(dashboard.panels(self.dashboard))

    def test_each_panel_has_unit_description_and_a_query_with_a_name(self):
        for panel in self.panels:
            with self.subTest(panel["title"]):
                self.assertTrue(panel["fieldConfig"]["defaults"]["unit"])
                self.assertGreater(len(panel["description"]), 20)
                self.assertTrue(panel["targets"])
                for target in panel["targets"]:
                    self.assertTrue(target["legendFormat"])

    def test_each_query_asks_the_variables_data_source_for_the_variables_instances(self):
        for panel in self.panels:
            self.assertEqual(panel["datasource"]["uid"], "${datasource}")
            for target in panel["targets"]:
                self.assertEqual(target["datasource"]["uid"], "${datasource}")
                metrics = re.findall(r"\b(?:\w+:)*traind_\w+(?::\w+)*|\bup\b", target["expr"])
                self.assertGreater(len(metrics), 0)
                self.assertEqual(target["expr"].count('instance=~"$instance"'), len(metrics), target["expr"])

    def test_rows_variables_and_schema(self):
        rows = [panel["title"] for panel in self.dashboard["panels"] if panel["type"] == "row"]
        self.assertEqual(rows, ["Service level", "Throughput", "CPU against quota", "Durability", "Memory and data",
                                "gRPC", "Failure reasons"])
        variables = [variable["name"] for variable in self.dashboard["templating"]["list"]]
        self.assertEqual(variables, ["datasource", "instance"])
        self.assertGreaterEqual(self.dashboard["schemaVersion"], 41)

    def test_panels_have_numbers_of_their_own_and_do_not_overlap(self):
        everything = self.dashboard["panels"]
        self.assertEqual(len({panel["id"] for panel in everything}), len(everything))
        taken = set()
        for panel in everything:
            grid = panel["gridPos"]
            cells = {(grid["x"] + i, grid["y"] + j) for i in range(grid["w"]) for j in range(grid["h"])}
            self.assertLessEqual(grid["x"] + grid["w"], 24)
            self.assertFalse(cells & taken, panel["title"])
            taken |= cells

    def test_alerts_that_it_names_exist(self):
        for panel in self.panels:
            for alert in re.findall(r"Traind\w+", panel["description"]):
                self.assertIn(f"- alert: {alert}\n", ALERTS)


class Names(unittest.TestCase):
    def test_whatever_is_asked_for_is_in_the_catalogue(self):
        catalogue = page.documented()
        records = set(re.findall(r"- record: (\S+)", RECORDS))
        asked = ALERTS + RECORDS + OPERATIONS.split("\n## Alerts\n")[1] + dashboard.PATH.read_text()
        for name in set(re.findall(r"\b(?:\w+:)+traind_\w+(?::\w+)*", asked)):
            self.assertIn(name, records)
        for name in set(re.findall(r"(?<![:\w])traind_\w+", asked)):
            self.assertTrue(name in catalogue or re.sub(r"_(bucket|sum|count)$", "", name) in catalogue, name)


if __name__ == "__main__":
    unittest.main()
