"""All tables in one place, for migrations and the house tests."""

import portal.domains.inkoop.model
import portal.domains.plaatsingen.berichtenmodel
import portal.domains.plaatsingen.model
import portal.domains.raad.model
import portal.domains.subsidies.model
import portal.domains.uitdaagrecht.model
import portal.identity.model
import portal.kernel.aantekening
import portal.kernel.belang
import portal.kernel.besluit
import portal.kernel.documents
import portal.kernel.dossier
import portal.kernel.history
import portal.kernel.outbox
import portal.register.model
import portal.tenants.model  # noqa: F401
from portal.db import Base

metadata = Base.metadata
