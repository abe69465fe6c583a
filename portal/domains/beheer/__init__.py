"""Beheer: a gemeente or aanbieder looks after its own people and powers.

Its law: Awb 10:1-10:12 (mandaat, volmacht), Gemeentewet 171. Its words: lid, uitnodiging, mandaat, volmacht, instemming,
vervanging. `leden` holds members, invitations, claims and sessions; `mandaten` holds mandates, replacement and the colour.
"""
