"""A real Prometheus scrapes a real traind while jobs run. BINARIES in the environment is the folder of the programs."""

import os
import re
import threading
import unittest

import dashboard
import page
from servers import SOURCE, Prometheus, Traind, wait_for
from traffic import Traffic

PATIENCE = 120  # seconds


class Live(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.traind = cls.enterClassContext(Traind(os.environ["BINARIES"]))
        cls.fresh_page = cls.traind.page()
        cls.prometheus = cls.enterClassContext(Prometheus(cls.traind.metrics))
        cls.traffic = cls.enterClassContext(Traffic(cls.traind))
        for _ in range(5):
            cls.traffic.some()
        cls.over = threading.Event()
        cls.more = threading.Thread(target=cls.keep_going)
        cls.more.start()

    @classmethod
    def keep_going(cls):
        while not cls.over.wait(1):
            cls.traffic.some()

    @classmethod
    def tearDownClass(cls):
        cls.over.set()
        cls.more.join()

    def assert_all_have_data(self, queries):
        without = set(queries)

        def all_have():
            for query in sorted(without):
                if self.prometheus.values(query):
                    without.discard(query)
            return not without

        wait_for(all_have, PATIENCE)
        self.assertEqual(without, set())

    def test_what_is_served_is_documented_and_the_other_way_round(self):
        documented = page.documented()
        self.assertGreater(len(documented), 50)
        self.assertEqual(page.served(self.fresh_page), documented)
        self.assertEqual(page.served(self.traind.page()), documented)

    def test_the_traind_is_scraped(self):
        self.assert_all_have_data(['up{job="traind"} == 1'])

    def test_every_recording_rule_gives_data(self):
        rules = (SOURCE / "deploy/prometheus/rules/recording.yml").read_text()
        records = re.findall(r"- record: (\S+)", rules)
        self.assertGreater(len(records), 10)
        self.assert_all_have_data(records)

    def test_every_query_of_the_dashboard_gives_data(self):
        queries = [dashboard.filled_in(target["expr"])
                   for panel in dashboard.panels(dashboard.load()) for target in panel["targets"]]
        self.assertGreater(len(queries), 40)
        self.assert_all_have_data(queries)

    def test_the_dashboards_variable_has_the_instance(self):
        variable = dashboard.load()["templating"]["list"][1]
        metric = re.fullmatch(r"label_values\((\w+), instance\)", variable["query"]["query"])[1]
        self.assert_all_have_data([f'{metric}{{instance="{self.traind.metrics}"}}'])

    def test_every_rule_is_loaded_and_healthy(self):
        def rules():
            return [rule for group in self.prometheus.api("rules")["groups"] for rule in group["rules"]]

        wait_for(lambda: all(rule["health"] != "unknown" for rule in rules()), PATIENCE)
        written = "".join(path.read_text() for path in (SOURCE / "deploy/prometheus/rules").glob("*.yml"))
        self.assertEqual({rule["name"] for rule in rules()},
                         set(re.findall(r"- (?:alert|record): (\S+)", written)))
        for rule in rules():
            self.assertEqual((rule["health"], rule.get("lastError", "")), ("ok", ""), rule["name"])

    def test_a_server_that_does_well_raises_no_alert_but_those_of_what_was_done_to_it(self):
        firing = {alert["labels"]["alertname"] for alert in self.prometheus.api("alerts")["alerts"]
                  if alert["state"] == "firing"}
        self.assertLessEqual(firing, {"TraindDivergenceRate", "TraindThrottled"})


if __name__ == "__main__":
    unittest.main()
