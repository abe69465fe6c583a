"""Messages of iWmo and iJw, release 3.2: read, check, answer and write (docs/berichten.md).

`lees` turns bytes into a `Bericht` or refuses them; `controleer` says which rules a message breaks; `retour` and
`antwoord_op_declaratie` make the answer; `nieuw` and `schrijf` make a message. The definitions are data (config/istandaarden).
"""

from portal.adapters.istandaarden.bericht import Bericht, Bevinding, Geweigerd, Regel, regels
from portal.adapters.istandaarden.controle import Uitkomst, controleer, controleer_bestand
from portal.adapters.istandaarden.definities import codewoord, reden_stop
from portal.adapters.istandaarden.lezen import MAX_BYTES, lees
from portal.adapters.istandaarden.retour import afgekeurd, antwoord_op_declaratie, betekenis, is_goed, retour
from portal.adapters.istandaarden.schrijven import nieuw, schrijf
from portal.adapters.istandaarden.stand import Stand

__all__ = ["MAX_BYTES", "Bericht", "Bevinding", "Geweigerd", "Regel", "Stand", "Uitkomst", "afgekeurd",
           "antwoord_op_declaratie", "betekenis", "codewoord", "controleer", "controleer_bestand", "is_goed", "lees", "nieuw",
           "reden_stop", "regels", "retour", "schrijf"]
