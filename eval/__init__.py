"""Scoring: cases, metrics, runs, reports and the regression gate."""
