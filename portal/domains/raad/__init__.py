"""The council: what it gets to read, what it was promised, when it meets about it, and what it was advised.

Its law: Gemeentewet 160 and 169 (the college informs the council), and Wet open overheid, 3.3 (what the council reads is
public). Its words: raadsstuk, beslispunt, toezegging, sessie, advies. Plain tables of one gemeente; one dossier carries the
tasks and the history.
"""
