#!/usr/bin/env bash
# Writes deploy/prometheus/rules as an object that the Prometheus operator takes. A test fails if the two differ.
# usage: scripts/prometheus-rule.sh [FILE]   (deploy/kubernetes/components/monitoring/prometheusrule.yaml)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
file=${1:-deploy/kubernetes/components/monitoring/prometheusrule.yaml}

{
  cat <<'TEXT'
# deploy/prometheus/rules, written by scripts/prometheus-rule.sh: change them there.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: traind
  labels:
    app.kubernetes.io/name: traind
spec:
  groups:
TEXT
  # What follows `groups:` in each file, two columns further in.
  for rules in deploy/prometheus/rules/{recording,alerts}.yml; do
    sed -e '1,/^groups:$/d' -e 's/^./  &/' "$rules"
  done
} >"$file"
