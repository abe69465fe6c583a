"""Inkoop: gemeenten buy care together, from plan to contract.

Its law: Aanbestedingswet 2012 (2.38, 2.39: sociale en andere specifieke diensten), Gids Proportionaliteit, Gemeentewet 160
and 171, Wmo 2.6.4-2.6.6. Its words: perceel, deelnamebesluit, publicatie, inschrijving, opening, gunning, standstill.
An award is an act of private law: no bezwaar, the civil court within the standstill.
"""
