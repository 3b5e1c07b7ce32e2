// The provider by itself, so that a failing log-in of the hub is known to be the hub's.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import test from 'node:test';
import { HETU_CLAIM, DISPLAY_NAME_CLAIM, LOA2, persons, startProvider } from './idp.mjs';

/** fetch with a cookie jar, one hop at a time. */
function client() {
  const jar = new Map();
  return async (url, options = {}) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', ...options, headers: { ...options.headers, cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (value) jar.set(name, value); else jar.delete(name);
    }
    return response;
  };
}

test('the provider logs a person in with the Finnish claims, and out again', async (t) => {
  const hubUrl = 'http://127.0.0.1:9';
  const provider = await startProvider({ hubUrl });
  t.after(() => provider.close());
  const discovery = await (await fetch(`${provider.issuer}/.well-known/openid-configuration`)).json();
  const browser = client();
  const person = persons[1];

  const authorize = (extra) => `${discovery.authorization_endpoint}?${new URLSearchParams({
    client_id: provider.clientId, redirect_uri: `${hubUrl}/auth/callback`, response_type: 'code', scope: 'openid',
    state: 's', nonce: 'n', acr_values: LOA2, ...extra,
  })}`;
  const refused = new URL((await browser(authorize({}))).headers.get('location'));
  assert.equal(refused.searchParams.get('error'), 'invalid_request', 'without PKCE');

  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  let response = await browser(authorize({ code_challenge: challenge, code_challenge_method: 'S256' }));
  const login = new URL(response.headers.get('location'), provider.issuer);
  const html = await (await browser(login)).text();
  assert.ok(html.includes(person.hetu));
  response = await browser(login, { method: 'POST', body: new URLSearchParams({ person: person.hetu }) });
  response = await browser(new URL(response.headers.get('location'), provider.issuer));
  const back = new URL(response.headers.get('location'));
  assert.equal(back.origin + back.pathname, `${hubUrl}/auth/callback`);
  assert.equal(back.searchParams.get('state'), 's');
  assert.equal(back.searchParams.get('iss'), provider.issuer);

  const tokens = await (await fetch(discovery.token_endpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${provider.clientId}:${provider.clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code', code: back.searchParams.get('code'), code_verifier: verifier,
      redirect_uri: `${hubUrl}/auth/callback`,
    }),
  })).json();
  const claims = JSON.parse(Buffer.from(tokens.id_token.split('.')[1], 'base64url'));
  assert.equal(claims[HETU_CLAIM], person.hetu);
  assert.equal(claims[DISPLAY_NAME_CLAIM], person.name);
  assert.equal(claims.acr, LOA2);
  assert.equal(claims.nonce, 'n');
  assert.equal(typeof claims.auth_time, 'number');
  assert.ok(!claims.sub.includes(person.hetu));

  response = await browser(`${discovery.end_session_endpoint}?${new URLSearchParams({
    id_token_hint: tokens.id_token, post_logout_redirect_uri: `${hubUrl}/`,
  })}`);
  const form = await response.text();
  response = await browser(/action="([^"]+)"/.exec(form)[1], {
    method: 'POST', body: new URLSearchParams({ xsrf: /name="xsrf" value="([^"]+)"/.exec(form)[1], logout: 'yes' }),
  });
  assert.equal(response.headers.get('location'), `${hubUrl}/`);
  assert.equal(provider.endedSessions(), 1);
});
