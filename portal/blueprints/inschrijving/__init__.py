"""Pages for providers: their inschrijvingen (routes)."""
