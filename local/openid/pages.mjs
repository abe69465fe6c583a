/** The pages of the demo login: plain Dutch, no script, one small style sheet. */

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const esc = (value) => String(value ?? '').replace(/[&<>"']/g, (sign) => ESCAPES[sign]);

const layout = (title, body) => `<!DOCTYPE html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${esc(title)}</title>
<link rel="stylesheet" href="/stijl.css">
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;

const NOTICE = `<p class="notice"><strong>Dit is een demo.</strong> Deze mensen en organisaties zijn verzonnen.
U hebt geen wachtwoord nodig.</p>`;

/** What the identity provider tells the portal about this person, in words. */
function facts(persona) {
  const { groups, kvk_nummer: kvk, vestigingsnaam, acr } = persona.claims ?? {};
  return [
    groups?.length && `Groepen: ${groups.join(', ')}`,
    vestigingsnaam && `Organisatie: ${vestigingsnaam}`,
    kvk && `KVK-nummer: ${kvk}`,
    acr && `Niveau: ${acr}`,
  ].filter(Boolean).join(' · ');
}

const choice = (persona) => `<li><button name="sub" value="${esc(persona.sub)}">
<span class="name">${esc(persona.name)}</span>
<span class="note">${esc(persona.note)}</span>
<span class="facts">${esc(facts(persona))}</span>
</button></li>`;

/** "Kies wie u bent": the people of one issuer as buttons. `again` = the portal asked for a fresh login. */
export function choose(issuer, { action, again }) {
  const people = issuer.personas.length
    ? `<ul class="people">\n${issuer.personas.map(choice).join('\n')}\n</ul>`
    : '<p>Hier zijn nog geen mensen. Vul eerst de demo en laad deze pagina opnieuw.</p>';
  return layout(`Kies wie u bent - ${issuer.name}`, `<p class="issuer">${esc(issuer.name)}</p>
<h1>Kies wie u bent</h1>
${NOTICE}
${again ? '<p>U bent al ingelogd. Het portaal vraagt u om nog een keer te laten zien wie u bent.</p>' : ''}
<form method="post" action="${esc(action)}">
${people}
<p><button class="quiet" name="stoppen" value="ja">Stoppen met inloggen</button></p>
</form>`);
}

/** Asks whether to log out here too. `form` is the library's own form with its token; the buttons join it by id. */
export const logout = (issuer, form) => layout(`Uitloggen - ${issuer.name}`, `<p class="issuer">${esc(issuer.name)}</p>
<h1>Wilt u uitloggen?</h1>
<p>U logt uit bij ${esc(issuer.name)} en bij het portaal.</p>
${form}
<p class="buttons"><button class="main" form="op.logoutForm" name="logout" value="yes">Uitloggen</button>
<button class="quiet" form="op.logoutForm">Ingelogd blijven bij ${esc(issuer.name)}</button></p>`);

/** A message with a way back to the portal. */
export const message = (title, sentence, portal) => layout(title, `<h1>${esc(title)}</h1>
<p>${esc(sentence)}</p>
<p><a href="${esc(portal)}/">Terug naar het portaal</a></p>`);
