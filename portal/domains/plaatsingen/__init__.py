"""Placements: access to sheltered living, a place across municipal borders, and the way home.

Its law: Wmo 2015 (2.3.2 to 2.3.6), Jeugdwet for the young. Its words: melding, onderzoek, aanvraag, verantwoordelijkheid,
wachtlijst, overdracht, terugkeer. So far: access, from a report to a decision.
"""
