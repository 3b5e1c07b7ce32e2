// A real OpenID provider that nobody here wrote (the npm package oidc-provider), speaking with the Finnish claim names.
//
// It stands on 127.0.0.2 while the hub stands on 127.0.0.1: to a browser these are two sites, as bank and hub are in life,
// so that SameSite cookies and form-action policies are tested for real.

import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

export const LOA2 = 'http://ftn.ficora.fi/2017/loa2';
export const LOA3 = 'http://ftn.ficora.fi/2017/loa3';
export const EIDAS = 'http://eidas.europa.eu/LoA/substantial';
export const HETU_CLAIM = 'urn:oid:1.2.246.21';
export const FAMILY_NAME_CLAIM = 'urn:oid:2.5.4.4';
export const GIVEN_NAMES_CLAIM = 'urn:oid:1.2.246.575.1.14';
export const DISPLAY_NAME_CLAIM = 'urn:oid:2.16.840.1.113730.3.1.241';

/** Artificial persons: individual numbers 900-999 are never given to anyone. */
export const persons = [
  { hetu: '010594Y9032', given: 'Eino Olavi', family: 'Koivuranta', name: 'Eino Koivuranta' },
  { hetu: '010594Y9021', given: 'Helmi Maria', family: 'Östersund-Mäkelä', name: 'Helmi Östersund-Mäkelä' },
  { hetu: '020594X903P', given: 'Onni', family: 'Testilä', name: 'Onni Testilä', roles: ['auditor-viitasaari'] },
  { hetu: '020594X902N', given: 'Lyyli', family: 'Testilä', name: 'Lyyli Testilä', roles: ['auditor-viitasaari'] },
];

/** Someone whom another country identified: without an identity code, known by the subject alone. Brokers alone have such people. */
export const foreigner = { sub: 'ES/FI/0d3b1c6e', given: 'Inés', family: 'García Álvarez', name: 'Inés García Álvarez' };

const subjectOf = (person) => person.sub ?? createHash('sha256').update(`subject of ${person.hetu}`).digest('hex').slice(0, 32);

const escape = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const page = (title, content) => `<!DOCTYPE html>
<html lang="fi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><title>${title}</title></head><body><main><h1>${title}</h1>${content}</main></body></html>`;

/** What a broker of the Finnish Trust Network demands of a client that registered these keys. */
const brokered = (jwks) => ({
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_signing_alg: 'RS256',
  request_object_signing_alg: 'RS256',
  require_signed_request_object: true,
  id_token_signed_response_alg: 'RS256',
  id_token_encrypted_response_alg: 'RSA-OAEP',
  id_token_encrypted_response_enc: 'A128CBC-HS256',
  jwks,
});

/**
 * Starts the provider with one confidential client, whose pages are at `hubUrl` (without a slash at its end).
 * With `register(issuer, clientId)`, which answers the client's keys, it is a broker of the Finnish Trust Network.
 * `endedSessions()` counts the log-outs that reached the provider's end_session_endpoint and were carried out; `asked()` and `redeemed()` are
 * the requests of the client as they came; `deviate(change)` changes the answers of the token endpoint.
 */
export async function startProvider({ hubUrl, register }) {
  const clientId = 'tiedoksi-e2e';
  const clientSecret = randomBytes(32).toString('base64url');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  let handle;
  const server = createServer((request, response) => handle(request, response));
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.2', resolve));
  const issuer = `http://127.0.0.2:${server.address().port}`;

  const people = register ? [...persons, foreigner] : persons;
  const authentication = register
    ? brokered(await register(issuer, clientId))
    : { token_endpoint_auth_method: 'client_secret_basic', client_secret: clientSecret };

  const provider = new Provider(issuer, {
    clients: [{
      client_id: clientId,
      client_name: 'Tiedoksi',
      redirect_uris: [`${hubUrl}/auth/callback`],
      post_logout_redirect_uris: [`${hubUrl}/`],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      ...authentication,
      require_auth_time: true,
    }],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'e2e-1' }] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    responseTypes: ['code'],
    pkce: { required: () => true },
    acrValues: [LOA2, LOA3, EIDAS],
    claims: {
      acr: null,
      auth_time: null,
      sid: null,
      iss: null,
      openid: ['sub', 'roles', HETU_CLAIM, FAMILY_NAME_CLAIM, GIVEN_NAMES_CLAIM, DISPLAY_NAME_CLAIM],
    },
    conformIdTokenClaims: false,
    findAccount: (ctx, sub) => {
      const person = people.find((one) => subjectOf(one) === sub);
      return person && {
        accountId: sub,
        claims: () => ({
          sub,
          ...(person.hetu && { [HETU_CLAIM]: person.hetu }),
          ...(person.roles && { roles: person.roles }),
          [FAMILY_NAME_CLAIM]: person.family,
          [GIVEN_NAMES_CLAIM]: person.given,
          [DISPLAY_NAME_CLAIM]: person.name,
        }),
      };
    },
    // Nobody consents at a bank: the client's grant is there already.
    loadExistingGrant: async (ctx) => {
      const { session, client } = ctx.oidc;
      const known = ctx.oidc.result?.consent?.grantId || session.grantIdFor(client.clientId);
      if (known) return ctx.oidc.provider.Grant.find(known);
      const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
    interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      encryption: { enabled: Boolean(register) },
      requestObjects: { enabled: Boolean(register), requireSignedRequestObject: Boolean(register) },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = page('Uloskirjautuminen', `${form}
            <button type="submit" form="op.logoutForm" name="logout" value="yes" data-testid="idp-logout">Kirjaudu ulos</button>`);
        },
      },
    },
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Interaction: 600, Session: 3600, Grant: 3600 },
    renderError: (ctx, out) => {
      ctx.type = 'html';
      ctx.body = page('Virhe', `<pre>${escape(JSON.stringify(out, null, 2))}</pre>`);
    },
  });

  let ended = 0;
  provider.on('end_session.success', () => { ended += 1; });
  provider.on('server_error', (ctx, error) => console.error('provider:', error));

  const callback = provider.callback();
  const asked = [];
  const redeemed = [];
  let deviation;

  /** Hands a redemption on to the provider itself, and its answer back, perhaps changed. */
  async function redeem(request, response) {
    const body = await new Response(request).text();
    redeemed.push({ headers: request.headers, body: new URLSearchParams(body) });
    const { authorization } = request.headers;
    const answer = await fetch(`${issuer}/token?straight`, {
      method: 'POST', body,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...(authorization && { authorization }) },
    });
    const json = await answer.json();
    const sent = deviation && answer.ok ? await deviation(json) : json;
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(sent));
  }

  handle = (request, response) => {
    const { pathname, search, searchParams } = new URL(request.url, issuer);
    const failed = (error) => {
      console.error('provider:', error);
      response.writeHead(500).end();
    };
    if (pathname.startsWith('/interaction/')) return interaction(provider, people, request, response).catch(failed);
    if (pathname === '/token' && !search) return redeem(request, response).catch(failed);
    if (pathname === '/auth') asked.push(searchParams);
    return callback(request, response);
  };

  return {
    issuer,
    clientId,
    clientSecret: register ? undefined : clientSecret,
    signingKey: privateKey,
    endedSessions: () => ended,
    asked: () => asked,
    redeemed: () => redeemed,
    deviate: (change) => { deviation = change; },
    close: () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); }),
  };
}

/** The log-in page: one button for each person, and one to turn back. */
async function interaction(provider, people, request, response) {
  const { uid, prompt, params } = await provider.interactionDetails(request, response);
  if (prompt.name !== 'login') throw new Error(`unexpected prompt ${prompt.name}`);
  if (request.method !== 'POST') {
    const buttons = people.map((one) => `<p><button name="person" value="${one.hetu ?? one.sub}">${escape(one.name)}</button></p>`);
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    response.end(page('Tunnistautuminen', `<form method="post" action="/interaction/${uid}">${buttons.join('')}
      <p><button name="cancel" value="1">Peruuta</button></p></form>`));
    return;
  }
  const form = new URLSearchParams(await new Response(request).text());
  const finish = (result) => provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  if (form.has('cancel')) return finish({ error: 'access_denied', error_description: 'the person turned back' });
  const person = people.find((one) => (one.hetu ?? one.sub) === form.get('person'));
  if (!person) throw new Error('no such person');
  const asked = (params.acr_values ?? '').split(' ');
  const acr = person.hetu ? asked.find((one) => [LOA2, LOA3].includes(one)) ?? LOA2 : EIDAS;
  return finish({ login: { accountId: subjectOf(person), acr } });
}
