/**
 * The OpenID providers of the demo and the tests: one process, one issuer per path.
 *
 *   OIDC_CLIENT_SECRET=... node local/openid/server.mjs --port N --personas FILE.json --portal URL
 *
 * Issuers: http://127.0.0.1:N/<slug> for every issuer of the personas file, and always /eherkenning and /digid.
 * Port 0 takes a free port; the first line on stdout says which. Keys are made once and kept beside the personas file.
 *
 * A script logs in with three requests, keeping cookies and following nothing by itself (tests/openid.py does it):
 *   1. GET  <issuer>/auth?...          -> 303 to <issuer>/kiezen/<uid>   (or straight back when there is a session)
 *   2. GET  <issuer>/kiezen/<uid>      -> 200, the page with the people
 *   3. POST <issuer>/kiezen/<uid>      sub=<sub> -> 303 to <issuer>/auth/<uid>
 *                                      -> 303 to the portal with code, state and iss
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { parseArgs } from 'node:util';

import Provider from 'oidc-provider';

import * as pages from './pages.mjs';
import { LEVELS, Personas } from './personas.mjs';

const HOST = '127.0.0.1';
const HOUR = 3600;
const EXPIRED = 'Deze inlogpoging klopt niet of is verlopen. Ga terug naar het portaal en begin opnieuw.';
const CLOSE = 'U kunt dit venster sluiten.';
const STYLE = readFileSync(new URL('./stijl.css', import.meta.url));

function settings() {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, personas: { type: 'string' }, portal: { type: 'string' } },
  });
  const secret = process.env.OIDC_CLIENT_SECRET;
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error('--port is geen poortnummer');
  if (!values.personas) throw new Error('--personas ontbreekt');
  if (!URL.canParse(values.portal)) throw new Error('--portal is geen adres');
  if (!secret) throw new Error('OIDC_CLIENT_SECRET ontbreekt');
  return { port, personas: path.resolve(values.personas), portal: new URL(values.portal).origin, secret };
}

/** Signing keys, one per issuer, and the key that signs cookies: made at first need, the same after a restart. */
class Keys {
  #file;
  #kept;

  constructor(file) {
    this.#file = file;
    this.#kept = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { cookie: null, issuers: {} };
    if (!this.#kept.cookie) {
      this.#kept.cookie = randomBytes(32).toString('base64url');
      this.#save();
    }
  }

  get cookie() {
    return this.#kept.cookie;
  }

  signing(slug) {
    if (!Object.hasOwn(this.#kept.issuers, slug)) {
      const jwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
      this.#kept.issuers[slug] = { ...jwk, kid: randomBytes(8).toString('hex'), use: 'sig', alg: 'RS256' };
      this.#save();
    }
    return this.#kept.issuers[slug];
  }

  #save() {
    const fresh = `${this.#file}.${process.pid}`;
    writeFileSync(fresh, JSON.stringify(this.#kept), { mode: 0o600 });
    chmodSync(fresh, 0o600);
    renameSync(fresh, this.#file);
  }
}

function makeProvider({ base, issuer: { slug, kind }, personas, portal, secret, keys }) {
  const page = (ctx, status, body) => Object.assign(ctx, { status, type: 'html', body });
  const provider = new Provider(`${base}/${slug}`, {
    clients: [{
      client_id: 'portal',
      client_secret: secret,
      redirect_uris: [`${portal}/inloggen/${slug}/terug`],
      post_logout_redirect_uris: [`${portal}/uitgelogd`],
      backchannel_logout_uri: `${portal}/inloggen/${slug}/afmelden`,
      backchannel_logout_session_required: true,
      require_auth_time: true,
    }],
    jwks: { keys: [keys.signing(slug)] },
    cookies: { keys: [keys.cookie], long: { path: `/${slug}` } },
    // Seconds.
    ttl: {
      Session: 8 * HOUR, Grant: 8 * HOUR, Interaction: HOUR / 6, AuthorizationCode: 60, AccessToken: 600, IdToken: 600,
    },
    responseTypes: ['code'],
    pkce: { required: () => true },
    acrValues: LEVELS[kind],
    claims: {
      openid: ['sub', 'acr', 'auth_time'],
      profile: ['name', 'groups', 'kvk_nummer', 'vestigingsnaam'],
      email: ['email'],
    },
    // The portal reads the id_token only, so everything that was asked for stands in it.
    conformIdTokenClaims: false,
    interactions: { url: (ctx, interaction) => `/${slug}/kiezen/${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => page(ctx, 200, pages.logout(personas.issuer(slug), form)),
        postLogoutSuccessSource: (ctx) => page(ctx, 200, pages.message('U bent uitgelogd', CLOSE, portal)),
      },
    },
    async findAccount(ctx, sub) {
      const persona = personas.persona(slug, sub);
      return persona && { accountId: sub, claims: async () => ({ ...persona.claims, name: persona.name, sub }) };
    },
    /** There is no consent step: the portal is of the gemeente itself, so the grant is given at login. */
    async loadExistingGrant(ctx) {
      const { client, session } = ctx.oidc;
      const known = session.grantIdFor(client.clientId);
      const existing = known && await ctx.oidc.provider.Grant.find(known);
      if (existing) return existing;
      const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
    renderError(ctx, out, error) {
      console.error(`${slug}: ${out.error} ${out.error_description ?? ''} ${error.error_detail ?? ''}`);
      page(ctx, ctx.status, pages.message('Inloggen lukt niet', EXPIRED, portal));
    },
    // The library refuses to call 127.0.0.1. The portal of a demo lives there, and nothing else is ever called.
    fetch(url, { dispatcher, ...options }) {
      if (new URL(url).origin !== portal) throw new Error(`geen verbinding naar ${url}`);
      return fetch(url, options);
    },
  });
  return { provider, handle: provider.callback() };
}

/** The page "Kies wie u bent" and its answer. */
async function choosePersona(req, res, { provider, issuer, personas, portal }) {
  const interaction = await provider.interactionDetails(req, res).catch(() => null);
  if (!interaction || interaction.prompt.name !== 'login') {
    return send(res, 400, pages.message('Inloggen lukt niet', EXPIRED, portal));
  }
  const form = { action: req.originalUrl, again: Boolean(interaction.session?.accountId) };
  if (req.method === 'GET') return send(res, 200, pages.choose(issuer, form));
  if (req.method !== 'POST') return send(res, 405, pages.message('Dit kan niet', EXPIRED, portal));

  const answer = new URLSearchParams(await body(req));
  if (answer.has('stoppen')) return finish({ error: 'access_denied', error_description: 'gestopt door de gebruiker' });
  const persona = personas.persona(issuer.slug, answer.get('sub'));
  if (!persona) return send(res, 400, pages.choose(issuer, form));
  return finish({ login: { accountId: persona.sub, acr: persona.claims?.acr } });

  async function finish(result) {
    const location = await provider.interactionResult(req, res, result, { mergeWithLastSubmission: false });
    if (result.login) await forgetOther(provider, interaction, result.login.accountId);
    res.writeHead(303, { location, 'cache-control': 'no-store' });
    res.end();
  }
}

/** Choosing somebody else ends the session of the person before, so that nothing of theirs is carried over. */
async function forgetOther(provider, interaction, sub) {
  const session = interaction.session?.uid && await provider.Session.findByUid(interaction.session.uid);
  if (!session?.accountId || session.accountId === sub) return;
  Object.assign(session, { accountId: undefined, loginTs: undefined, acr: undefined, authorizations: undefined });
  await session.persist();
}

async function body(req, limit = 4096) {
  let text = '';
  for await (const chunk of req) {
    text += chunk;
    if (text.length > limit) throw new Error('formulier te groot');
  }
  return text;
}

function send(res, status, content, type = 'text/html; charset=utf-8') {
  res.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  res.end(content);
}

function start({ port, personas: file, portal, secret }) {
  const personas = new Personas(file);
  const keys = new Keys(path.join(path.dirname(file), 'openid-keys.json'));
  const providers = new Map();
  // A form that answers with a redirect to the portal needs the portal in form-action too.
  const policy = [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", `form-action 'self' ${portal}`,
    "frame-ancestors 'none'", "base-uri 'none'",
  ].join('; ');
  let base;

  function providerOf(issuer) {
    const name = `${issuer.slug}:${issuer.kind}`;
    if (!providers.has(name)) providers.set(name, makeProvider({ base, issuer, personas, portal, secret, keys }));
    return providers.get(name);
  }

  async function answer(req, res) {
    res.setHeader('content-security-policy', policy);
    res.setHeader('x-content-type-options', 'nosniff');
    res.setHeader('referrer-policy', 'no-referrer');
    // Addresses in answers come from the Host header; another name would make another issuer.
    if (`http://${req.headers.host}` !== base) {
      return send(res, 421, pages.message('Dit adres klopt niet', `Gebruik ${base}.`, portal));
    }
    const { pathname } = new URL(req.url, base);
    if (pathname === '/gezond') return send(res, 200, JSON.stringify({ ok: true }), 'application/json');
    if (pathname === '/stijl.css') return send(res, 200, STYLE, 'text/css; charset=utf-8');

    const [, slug, rest = ''] = /^\/([a-z][a-z0-9-]*)(\/.*)?$/.exec(pathname) ?? [];
    const issuer = personas.issuer(slug);
    if (!issuer) return send(res, 404, pages.message('Deze pagina is er niet', 'Hier kunt u niet inloggen.', portal));
    const { provider, handle } = providerOf(issuer);
    req.originalUrl = req.url;
    req.baseUrl = `/${slug}`;
    if (/^\/kiezen\/[\w-]+$/.test(rest)) return choosePersona(req, res, { provider, issuer, personas, portal });
    req.url = req.url.slice(slug.length + 1) || '/';
    return handle(req, res);
  }

  const server = http.createServer((req, res) => answer(req, res).catch((error) => {
    console.error(error);
    if (res.headersSent) return res.destroy();
    return send(res, 500, pages.message('Er ging iets mis', 'Probeer het opnieuw.', portal));
  }));
  server.listen(port, HOST, () => {
    base = `http://${HOST}:${server.address().port}`;
    console.log(`luistert op ${base}`);
  });
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      server.close(() => process.exit(0));
      server.closeAllConnections();
    });
  }
}

try {
  start(settings());
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}
