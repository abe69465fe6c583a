"""Subsidies: a gemeente, or gemeenten together, pay for care with results, obligations and conditions, and settle at the end.

Its law: Awb title 4.2 and the ordinance of the council; for state aid Regulations (EU) 2023/2831 and 2023/2832. Its words:
regeling, plafond, aanvraag, verlening, voorschot, verplichting, voorwaarde, vaststelling, terugvordering, bezwaar.
A grant is a besluit: objection and appeal, the term runs from the day after sending.
"""
