/**
 * The invented people of the demo login, read from one JSON file:
 *
 *   {"issuers": [{"slug": "kampen", "name": "Gemeente Kampen", "kind": "gemeente", "personas": [
 *      {"sub": "kampen-inkoper", "name": "Noor Voorbeeld (fictief)",
 *       "note": "Inkoper. Maakt inkopen en leest inschrijvingen.", "claims": {"groups": ["inkoop"]}}]}]}
 *
 * kind          claims it may carry
 * gemeente      groups (list of texts), email
 * eherkenning   kvk_nummer (8 digits), vestigingsnaam, acr (EH2, EH2+, EH3, EH4), email
 * digid         acr (DigiD-Basis, DigiD-Midden, DigiD-Substantieel, DigiD-Hoog); sub is random, never a BSN
 *
 * `sub` is unique within its issuer. `note` says the role and what this person can do.
 */
import { readFileSync, statSync } from 'node:fs';

export const LEVELS = {
  gemeente: [],
  eherkenning: ['EH2', 'EH2+', 'EH3', 'EH4'],
  digid: ['DigiD-Basis', 'DigiD-Midden', 'DigiD-Substantieel', 'DigiD-Hoog'],
};

/** These two are there even before the file names them: a login page without people says so itself. */
const ALWAYS = [
  { slug: 'eherkenning', name: 'eHerkenning', kind: 'eherkenning', personas: [] },
  { slug: 'digid', name: 'DigiD', kind: 'digid', personas: [] },
];

const text = (value) => typeof value === 'string' && value.trim() !== '' && value.length <= 300;
const texts = (value) => Array.isArray(value) && value.every(text);
const level = (kind) => (value) => LEVELS[kind].includes(value);

const CLAIMS = {
  gemeente: { groups: texts, email: text },
  eherkenning: {
    kvk_nummer: (value) => /^\d{8}$/.test(value), vestigingsnaam: text, acr: level('eherkenning'), email: text,
  },
  digid: { acr: level('digid') },
};
const REQUIRED = { gemeente: [], eherkenning: ['kvk_nummer', 'vestigingsnaam', 'acr'], digid: ['acr'] };

/** Every mistake in the data as a sentence; an empty list means that it can be used. */
export function mistakes(data) {
  if (!Array.isArray(data?.issuers)) return ['"issuers" is geen lijst'];
  const found = [];
  const slugs = new Set();
  data.issuers.forEach((issuer, i) => {
    const where = `issuers[${i}]`;
    if (!/^[a-z][a-z0-9-]{0,60}$/.test(issuer?.slug)) found.push(`${where}.slug is geen korte naam in kleine letters`);
    if (slugs.has(issuer?.slug)) found.push(`${where}.slug komt twee keer voor`);
    slugs.add(issuer?.slug);
    if (!text(issuer?.name)) found.push(`${where}.name ontbreekt`);
    if (!Object.hasOwn(LEVELS, issuer?.kind)) return found.push(`${where}.kind is geen gemeente, eherkenning of digid`);
    if (!Array.isArray(issuer.personas)) return found.push(`${where}.personas is geen lijst`);
    const subs = new Set();
    issuer.personas.forEach((persona, j) => {
      found.push(...personaMistakes(issuer.kind, persona, subs, `${where}.personas[${j}]`));
    });
  });
  return found;
}

function personaMistakes(kind, persona, subs, where) {
  const found = [];
  for (const field of ['sub', 'name', 'note']) if (!text(persona?.[field])) found.push(`${where}.${field} ontbreekt`);
  if (subs.has(persona?.sub)) found.push(`${where}.sub komt twee keer voor`);
  subs.add(persona?.sub);
  if (kind === 'digid' && /^\d{8,9}$/.test(persona?.sub)) {
    found.push(`${where}.sub lijkt op een BSN; neem een willekeurige waarde`);
  }
  const claims = persona?.claims ?? {};
  for (const name of REQUIRED[kind]) if (!Object.hasOwn(claims, name)) found.push(`${where}.claims.${name} ontbreekt`);
  for (const [name, value] of Object.entries(claims)) {
    const check = Object.hasOwn(CLAIMS[kind], name) && CLAIMS[kind][name];
    if (!check || !check(value)) found.push(`${where}.claims.${name} kan niet bij ${kind}`);
  }
  return found;
}

/** Reads the file again whenever it changed. A file with mistakes is reported once and the people before it stay. */
export class Personas {
  #file;
  #stamp = null;
  #issuers = new Map(ALWAYS.map((issuer) => [issuer.slug, issuer]));

  constructor(file) {
    this.#file = file;
  }

  #refresh() {
    const found = statSync(this.#file, { throwIfNoEntry: false });
    const stamp = found && `${found.mtimeMs}-${found.size}-${found.ino}`;
    if (!stamp || stamp === this.#stamp) return;
    this.#stamp = stamp;
    try {
      const data = JSON.parse(readFileSync(this.#file, 'utf8'));
      const wrong = mistakes(data);
      if (wrong.length) throw new Error(wrong.join('; '));
      this.#issuers = new Map([...ALWAYS, ...data.issuers].map((issuer) => [issuer.slug, issuer]));
    } catch (error) {
      console.error(`${this.#file} is niet gelezen: ${error.message}`);
    }
  }

  /** All issuers of this moment. */
  issuers() {
    this.#refresh();
    return [...this.#issuers.values()];
  }

  issuer(slug) {
    this.#refresh();
    return this.#issuers.get(slug);
  }

  persona(slug, sub) {
    return this.issuer(slug)?.personas.find((persona) => persona.sub === sub);
  }
}
