"""Right to Challenge: residents and social parties may take over a task of their gemeente, and always hear why or why not.

Its law: Gemeentewet 150, lid 3 (the participation ordinance of each gemeente lays down the conditions), Wmo 2015, 2.6.7 (the
ordinance may say so for support), and the Awb where a gemeente decides by besluit. Its words: gemeentetaak, initiatief,
inzending, uitdaging, steun, gesprek, afspraak. What differs per gemeente stands in config/uitdaagrecht.toml.
"""
