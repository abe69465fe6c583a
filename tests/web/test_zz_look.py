"""Scratch: fill a small region and take pictures of every page of mine."""
import sys, os, json, threading
from datetime import date, timedelta
from pathlib import Path
sys.path.insert(0, "/work/main"); sys.path.insert(0,"/tmp")
import stubplugin  # noqa
import pytest
from werkzeug.serving import make_server
from tests.web import building
OUT=Path("/tmp/pub"); OUT.mkdir(exist_ok=True)
def test_look(world, app):
    from playwright.sync_api import sync_playwright
    from portal.kernel import outbox, clock
    from portal.identity.permissions import Permission as P
    world.clock(date(2026,11,24))
    sanne=world.medewerker("zwolle","contractmanager",naam="Sanne de Vries"); wim=world.medewerker("staphorst","beleidsadviseur",naam="Wim Hekman")
    leeg=world.medewerker("ommen","beleidsadviseur",naam="Nog Niets")
    org=world.aanbieder(); org2=world.aanbieder("Opvang Het Kruispunt (fictief)")
    world.behind("UPDATE portal.aanbieder SET omschrijving='Kleine woningen met een gezamenlijke tuin. Er is dag en nacht iemand in huis.' WHERE id=:i", i=org)
    femke=world.aanbieder_persoon(org,"auteur","verzender")
    open_=building.publication(world,sanne,"Beschermd wonen 2028",percelen=3,documents=[("aanbestedingsleidraad.pdf",b"%PDF"+b"a"*1200000),("concept-overeenkomst.pdf",b"%PDF"+b"b"*400000)],omschrijving="Acht gemeenten zoeken woonplekken met begeleiding voor mensen die door psychische problemen niet alleen kunnen wonen. Het gaat om wonen met toezicht, om tussenvormen en om opvang.")
    closed=building.publication(world,sanne,"Tussenvoorziening Zwolle en Kampen",sluit_at=clock.now()-timedelta(days=3))
    building.award(world,sanne,closed,1,["Woonvorm De Lindehof (fictief)","Opvang Het Kruispunt (fictief)"])
    base=(date(2028,1,1),date(2031,1,1),None); opts=((date(2031,1,1),date(2033,1,1),None),(date(2033,1,1),date(2035,1,1),None))
    building.contract(world,sanne,org,nummer="OVK-2028-0001",periods=(base,*opts)); building.contract(world,sanne,org2,nummer="OVK-2028-0002",periods=(base,*opts))
    building.contract(world,sanne,org2,nummer="OVK-2028-0003",perceel="Maatschappelijke opvang",product="maatschappelijke opvang",periods=((date(2027,1,1),date(2028,1,1),None),))
    d=building.inkoop(world,sanne,shared_with=[wim.party_id])
    for n,t in ((-4,"Herinner de gemeenten die nog niet besloten"),(2,"Lees de vragen van aanbieders"),(6,"Open de inschrijvingen voor Jeugdhulp 2026"),(21,"Zet de inkoop door of stop"),(34,"Sluit na de standstill de contracten voor beschermd wonen")):
        building.term(world,sanne,d,date(2026,11,24)+timedelta(days=n),taak=t,kind=t)
    building.term(world,sanne,d,date(2026,12,15),for_party=wim.party_id,permissions=[P.INKOOP_DEELNAME],endpoint="inkoop.deelname",taak="Laat uw college besluiten over Beschermd wonen 2028",kind="x")
    def send(frm,to,o,t,letter=None,dos=None):
        brief=(app.files.put([letter]),"ab"*32,len(letter)) if letter else None
        return world.as_(frm,lambda s,a: outbox.send_message(s,a,to=to,onderwerp=o,tekst=t,brief=brief,dossier_id=dos).id)
    m1=send(sanne,wim.party_id,"Doet Staphorst mee met Beschermd wonen 2028?","Laat uw college besluiten.\nIn het dossier staat wat wij vragen.",b"%PDF brief",d)
    m2=send(sanne,wim.party_id,"Verslag van de stuurgroep","Het verslag staat in het dossier.",dos=d)
    b=world.sign_in(wim); b.post(f"/berichten/{m2}/openen")
    server=make_server("127.0.0.1",0,app,threaded=True); threading.Thread(target=server.serve_forever,daemon=True).start()
    base_url=f"http://localhost:{server.server_port}"
    pages=[("home","/",None),("gemeente","/gemeente/staphorst",None),("inkopen","/aanbestedingen",None),("inkoop",f"/aanbestedingen/{open_.reference}",None),
      ("inkoop-begin",f"/aanbestedingen/{open_.reference}",femke),("inkoop-dicht",f"/aanbestedingen/{closed.reference}",None),("aanbieders","/aanbieders",None),("begrippen","/begrippen",None),("rollen","/rollen",None),
      ("toegankelijkheid","/toegankelijkheid",None),("privacy","/privacy",None),("klacht","/klacht",None),
      ("werk","/mijn-werk",sanne),("werk-ander","/mijn-werk?wacht=anderen",sanne),("werk-leeg","/mijn-werk",leeg),("werk-geen","/mijn-werk?q=zebra",sanne),
      ("berichten","/berichten",wim),("bericht-dicht",f"/berichten/{m1}",wim),("bericht",f"/berichten/{m2}",wim),("verzonden","/berichten?soort=verzonden",sanne),("nieuw",f"/berichten/nieuw/{d}",sanne),
      ("zoeken","/zoeken?q=beschermd",sanne),("zoeken-leeg","/zoeken?q=zebra",sanne),("contracten","/contracten",sanne),("contracten-staphorst","/contracten",wim),("fout","/aanbestedingen/INK-1",None)]
    only=os.environ.get("ONLY","").split(",") if os.environ.get("ONLY") else None
    axe=(Path("/work/main/node_modules/axe-core/axe.min.js")).read_text()
    bad=[]
    with sync_playwright() as p:
        br=p.chromium.launch(executable_path="/usr/bin/chromium",args=["--no-sandbox","--headless=new"])
        for name,url,who in pages:
            if only and name not in only: continue
            for w in (1200,320):
                ctx=br.new_context(viewport={"width":w,"height":900})
                if who: ctx.add_cookies([{"name":"portaal-sessie","value":world.token(who),"url":base_url}])
                pg=ctx.new_page(); errs=[]
                pg.on("console",lambda m: errs.append(m.text) if m.type=="error" else None)
                pg.goto(base_url+url,timeout=30000); pg.wait_for_load_state("load")
                sw=pg.evaluate("document.documentElement.scrollWidth")
                pg.evaluate(axe)
                v=pg.evaluate("axe.run(document,{resultTypes:['violations','incomplete']}).then(r=>({v:r.violations.map(x=>[x.id,x.nodes.map(n=>n.html.slice(0,160)).slice(0,3)]),i:r.incomplete.map(x=>[x.id,x.nodes.length])}))")
                if v["v"] or sw!=w or errs: bad.append((name,w,sw,v["v"],errs))
                if v["i"]: print("incomplete",name,w,v["i"])
                pg.screenshot(path=str(OUT/f"{name}-{w}.png"),full_page=True); ctx.close()
        br.close()
    server.shutdown()
    for x in bad: print("BAD",x)
