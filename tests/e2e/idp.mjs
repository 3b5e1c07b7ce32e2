// A real OpenID provider that nobody here wrote (the npm package oidc-provider), speaking with the Finnish claim names.
//
// It stands on 127.0.0.2 while the hub stands on 127.0.0.1: to a browser these are two sites, as bank and hub are in life,
// so that SameSite cookies and form-action policies are tested for real.

import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

export const LOA2 = 'http://ftn.ficora.fi/2017/loa2';
export const LOA3 = 'http://ftn.ficora.fi/2017/loa3';
export const HETU_CLAIM = 'urn:oid:1.2.246.21';
export const FAMILY_NAME_CLAIM = 'urn:oid:2.5.4.4';
export const GIVEN_NAMES_CLAIM = 'urn:oid:1.2.246.575.1.14';
export const DISPLAY_NAME_CLAIM = 'urn:oid:2.16.840.1.113730.3.1.241';

/** Artificial persons: individual numbers 900-999 are never given to anyone. */
export const persons = [
  { hetu: '010594Y9032', given: 'Eino Olavi', family: 'Koivuranta', name: 'Eino Koivuranta' },
  { hetu: '010594Y9021', given: 'Helmi Maria', family: 'Östersund-Mäkelä', name: 'Helmi Östersund-Mäkelä' },
  { hetu: '020594X903P', given: 'Onni', family: 'Testilä', name: 'Onni Testilä' },
  { hetu: '020594X902N', given: 'Lyyli', family: 'Testilä', name: 'Lyyli Testilä' },
];

const subjectOf = (person) => createHash('sha256').update(`subject of ${person.hetu}`).digest('hex').slice(0, 32);

const escape = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const page = (title, content) => `<!DOCTYPE html>
<html lang="fi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><title>${title}</title></head><body><main><h1>${title}</h1>${content}</main></body></html>`;

/**
 * Starts the provider with one confidential client, whose pages are at `hubUrl` (without a slash at its end).
 * `endedSessions()` counts the log-outs that reached the provider's end_session_endpoint and were carried out.
 */
export async function startProvider({ hubUrl }) {
  const clientId = 'tiedoksi-e2e';
  const clientSecret = randomBytes(32).toString('base64url');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  let handle;
  const server = createServer((request, response) => handle(request, response));
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.2', resolve));
  const issuer = `http://127.0.0.2:${server.address().port}`;

  const provider = new Provider(issuer, {
    clients: [{
      client_id: clientId,
      client_secret: clientSecret,
      client_name: 'Tiedoksi',
      redirect_uris: [`${hubUrl}/auth/callback`],
      post_logout_redirect_uris: [`${hubUrl}/`],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'client_secret_basic',
      require_auth_time: true,
    }],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'e2e-1' }] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    responseTypes: ['code'],
    pkce: { required: () => true },
    acrValues: [LOA2, LOA3],
    claims: {
      acr: null,
      auth_time: null,
      sid: null,
      iss: null,
      openid: ['sub', HETU_CLAIM, FAMILY_NAME_CLAIM, GIVEN_NAMES_CLAIM, DISPLAY_NAME_CLAIM],
    },
    conformIdTokenClaims: false,
    findAccount: (ctx, sub) => {
      const person = persons.find((one) => subjectOf(one) === sub);
      return person && {
        accountId: sub,
        claims: () => ({
          sub,
          [HETU_CLAIM]: person.hetu,
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
  handle = (request, response) => {
    const { pathname } = new URL(request.url, issuer);
    if (!pathname.startsWith('/interaction/')) return callback(request, response);
    return interaction(provider, request, response).catch((error) => {
      console.error('provider:', error);
      response.writeHead(500).end();
    });
  };

  return {
    issuer,
    clientId,
    clientSecret,
    endedSessions: () => ended,
    close: () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); }),
  };
}

/** The log-in page: one button for each person. */
async function interaction(provider, request, response) {
  const { uid, prompt, params } = await provider.interactionDetails(request, response);
  if (prompt.name !== 'login') throw new Error(`unexpected prompt ${prompt.name}`);
  if (request.method !== 'POST') {
    const buttons = persons.map((one) => `<p><button name="hetu" value="${one.hetu}">${escape(one.name)}</button></p>`);
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    response.end(page('Tunnistautuminen', `<form method="post" action="/interaction/${uid}">${buttons.join('')}</form>`));
    return;
  }
  const body = await new Response(request).text();
  const person = persons.find((one) => one.hetu === new URLSearchParams(body).get('hetu'));
  if (!person) throw new Error('no such person');
  const asked = (params.acr_values ?? '').split(' ');
  const login = { accountId: subjectOf(person), acr: asked.find((one) => [LOA2, LOA3].includes(one)) ?? LOA2 };
  await provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
}
