// Logging in as brokers of the Finnish Trust Network enforce it: the hub signs its requests and proves itself by keys, the ID token comes
// encrypted around a signature. Against a real provider that demands all of it, and against one that errs in one thing at a time.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import test from 'node:test';
import * as jose from 'jose';
import { launch, openWindow } from './browser.mjs';
import { eventually } from './eventually.mjs';
import { doctor, startHub } from './hub.mjs';
import { DISPLAY_NAME_CLAIM, HETU_CLAIM, LOA2, foreigner, persons } from './idp.mjs';

const text = new TextEncoder();
const now = () => Math.floor(Date.now() / 1000);

test('login at a broker', { timeout: 240_000 }, async (t) => {
  const hub = await startHub('sqlite', { profile: 'ftn' });
  let closed = false;
  t.after(() => (closed ? undefined : hub.close()));
  const browser = await launch();
  t.after(() => browser.close());
  const { provider } = hub;
  const jwks = await (await fetch(`${hub.baseUrl}/auth/jwks.json`)).json();
  const seen = [];

  /** Whom a new window shows as logged in after choosing a person at the provider; the page's heading where nobody is. */
  async function logIn(window, choice) {
    await window.page.goto(`${hub.baseUrl}/auth/login`);
    await window.page.click(choice);
    await window.page.waitForURL((url) => url.origin === hub.baseUrl);
    return window.page.textContent('h1');
  }

  const inWindow = (screen, prefix, act) => async () => {
    const window = await openWindow(browser, { screen, prefix });
    try {
      await act(window);
    } catch (error) {
      console.error(`at ${window.page.url()}:\n${await window.page.content()}\nthe hub's log ends:\n${(await hub.log()).slice(-3000)}`);
      throw error;
    } finally {
      await window.close();
    }
  };

  await t.test('the published keys are public, and one for each purpose', () => {
    assert.deepEqual(jwks.keys.map((key) => key.use), ['sig', 'enc']);
    for (const key of jwks.keys) {
      assert.equal(key.d, undefined);
      assert.ok(Buffer.from(key.n, 'base64url').length >= 256);
      assert.ok(key.kid);
    }
    assert.notEqual(jwks.keys[0].n, jwks.keys[1].n);
  });

  await t.test('the doctor finds keys and broker well', async () => {
    const { stdout } = await doctor(hub);
    assert.match(stdout, /^OK +keys:/m);
    assert.match(stdout, /^OK +identity provider:/m);
  });

  await t.test('a person logs in and out in a browser', inWindow('phone', 'ftn-login', async (window) => {
    await logIn(window, `button[value="${persons[0].hetu}"]`);
    assert.ok((await window.page.textContent('header')).includes(persons[0].name));
    await window.look('logged-in');
    await window.page.click('[data-testid=logout]');
    await window.page.click('[data-testid=idp-logout]');
    await window.page.waitForURL(`${hub.baseUrl}/`);
    assert.equal(provider.endedSessions(), 1, 'the hint that the provider was shown is the token inside');
  }));

  await t.test('what the provider was asked is signed, and complete', async () => {
    const asked = provider.asked().at(-1);
    assert.deepEqual([...asked.keys()].sort(), ['client_id', 'request', 'response_type', 'scope']);
    const { payload, protectedHeader } = await jose.jwtVerify(asked.get('request'), jose.createLocalJWKSet(jwks), {
      issuer: provider.clientId, audience: provider.issuer, algorithms: ['RS256'],
    });
    assert.equal(protectedHeader.kid, jwks.keys[0].kid);
    assert.equal(protectedHeader.typ, 'oauth-authz-req+jwt');
    assert.equal(payload.client_id, provider.clientId);
    assert.equal(payload.response_type, 'code');
    assert.equal(payload.scope, 'openid');
    assert.equal(payload.redirect_uri, `${hub.baseUrl}/auth/callback`);
    assert.equal(payload.code_challenge_method, 'S256');
    assert.equal(payload.ui_locales, 'fi');
    assert.ok(payload.acr_values.split(' ').includes(LOA2) && !payload.acr_values.includes('test'));
    for (const name of ['state', 'nonce', 'jti', 'code_challenge']) assert.ok(payload[name].length >= 32, name);
    assert.equal(payload.exp - payload.iat, 600);
    assert.equal(payload.max_age, undefined);
  });

  await t.test('the token endpoint is shown an assertion and no secret', async () => {
    const { headers, body } = provider.redeemed().at(-1);
    assert.equal(headers.authorization, undefined);
    assert.equal(body.get('client_secret'), null);
    assert.equal(body.get('client_assertion_type'), 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    const { payload, protectedHeader } = await jose.jwtVerify(body.get('client_assertion'), jose.createLocalJWKSet(jwks), {
      issuer: provider.clientId, subject: provider.clientId, audience: `${provider.issuer}/token`, algorithms: ['RS256'],
    });
    assert.equal(protectedHeader.kid, jwks.keys[0].kid);
    assert.ok(payload.jti && payload.exp - payload.iat <= 300);
    const ids = provider.redeemed().map((one) => jose.decodeJwt(one.body.get('client_assertion')).jti);
    assert.equal(new Set(ids).size, ids.length);
  });

  await t.test('a new login is asked for as a new one', inWindow('desktop', 'ftn-fresh', async (window) => {
    await window.page.goto(`${hub.baseUrl}/auth/login`);
    await window.page.click(`button[value="${persons[0].hetu}"]`);
    await window.page.goto(`${hub.baseUrl}/auth/login?fresh=1`);
    const request = jose.decodeJwt(provider.asked().at(-1).get('request'));
    assert.deepEqual([request.prompt, request.max_age], ['login', 0]);
    // The provider's session does not answer for the person.
    await window.page.click(`button[value="${persons[0].hetu}"]`);
    await window.page.waitForURL(`${hub.baseUrl}/inbox`);
  }));

  await t.test('a person without an identity code has one mailbox', inWindow('phone', 'ftn-eidas', async (window) => {
    await logIn(window, `button[value="${foreigner.sub}"]`);
    assert.ok((await window.page.textContent('header')).includes(foreigner.name));
    await window.page.context().clearCookies();
    await logIn(window, `button[value="${foreigner.sub}"]`);
    assert.ok((await window.page.textContent('header')).includes(foreigner.name));
  }));

  await t.test('who turns back at the bank is told so', inWindow('phone', 'ftn-cancelled', async (window) => {
    assert.equal(await logIn(window, 'button[name=cancel]'), 'Tunnistautuminen keskeytettiin');
    await window.picture('cancelled');
  }));

  await t.test('an answer counts once', inWindow('desktop', 'ftn-replay', async (window) => {
    let answered;
    window.page.on('request', (request) => {
      if (new URL(request.url()).pathname === '/auth/callback') answered = request.url();
    });
    await logIn(window, `button[value="${persons[1].hetu}"]`);
    const response = await window.page.goto(answered);
    assert.equal(response.status(), 400);
  }));

  // From here on the ID token is ours: as the provider makes it, and wrong in one thing at a time.
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const encryption = jwks.keys.find((key) => key.use === 'enc');
  const encrypt = (alg, enc, key = encryption, kid = encryption.kid) => async (token) =>
    new jose.CompactEncrypt(text.encode(token)).setProtectedHeader({ alg, enc, kid, cty: 'JWT' })
      .encrypt(await jose.importJWK(key, alg));
  const sign = (claims, key = provider.signingKey, header = {}) =>
    new jose.SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'e2e-1', ...header }).sign(key);
  const good = encrypt('RSA-OAEP', 'A128CBC-HS256');
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  let lastNonce;
  const claimsOf = (change) => {
    const request = jose.decodeJwt(provider.asked().at(-1).get('request'));
    const claims = {
      iss: provider.issuer, sub: 'x', aud: provider.clientId, iat: now(), exp: now() + 300, auth_time: now(), acr: LOA2,
      nonce: request.nonce, [HETU_CLAIM]: persons[2].hetu, [DISPLAY_NAME_CLAIM]: persons[2].name, ...change,
    };
    return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
  };
  const inside = (change) => async () => good(await sign(claimsOf(change)));
  const tamper = (token, part) => {
    const parts = token.split('.');
    parts[part] = (parts[part][0] === 'A' ? 'B' : 'A') + parts[part].slice(1);
    return parts.join('.');
  };

  const accepted = [];
  for (const alg of ['RSA-OAEP', 'RSA-OAEP-256']) {
    for (const enc of ['A128CBC-HS256', 'A256CBC-HS512', 'A128GCM', 'A256GCM']) {
      accepted.push([`${alg} with ${enc}`, async () => encrypt(alg, enc)(await sign(claimsOf()))]);
    }
  }
  const refused = [
    ['not encrypted', async () => sign(claimsOf()), 502, 'it is not encrypted'],
    ['encrypted to a key of another', async () => encrypt('RSA-OAEP', 'A128GCM', await jose.exportJWK(stranger.publicKey))(await sign(claimsOf())), 502, 'it cannot be decrypted'],
    ['encrypted to our signing key', async () => encrypt('RSA-OAEP', 'A128GCM', { ...jwks.keys[0], use: undefined, alg: undefined }, jwks.keys[0].kid)(await sign(claimsOf())), 502, 'to a key that is not ours'],
    ['with a changed tag', async () => tamper(await good(await sign(claimsOf())), 4), 502, 'it cannot be decrypted'],
    ['with a changed text', async () => tamper(await good(await sign(claimsOf())), 3), 502, 'it cannot be decrypted'],
    ['encrypted with an algorithm that is not taken', async () => encrypt('RSA-OAEP-512', 'A128GCM')(await sign(claimsOf())), 502, 'that is not taken'],
    ['unsigned inside', async () => good(`${encode({ alg: 'none' })}.${encode(claimsOf())}.`), 502, 'Signature verification failed|cannot be read'],
    ['signed with a key of another', async () => good(await sign(claimsOf(), stranger.privateKey)), 502, 'Signature verification failed|cannot be read'],
    ['signed with a shared secret', async () => good(await new jose.SignJWT(claimsOf()).setProtectedHeader({ alg: 'HS256' }).sign(text.encode(provider.clientId.padEnd(32, 'x')))), 502, 'Signature verification failed|cannot be read'],
    ['claims without a signature', async () => good(JSON.stringify(claimsOf())), 502, 'cannot be read'],
    ['encrypted twice', async () => good(await good(await sign(claimsOf()))), 502, 'cannot be read'],
    ['with the nonce of another login', async () => good(await sign(claimsOf({ nonce: lastNonce }))), 502, 'nonce'],
    ['without a nonce', inside({ nonce: undefined }), 502, 'nonce'],
    ['for another client', inside({ aud: 'another' }), 502, 'audience'],
    ['of another issuer', inside({ iss: 'https://other.example' }), 502, 'issuer'],
    ['expired', inside({ exp: now() - 120 }), 502, 'expired'],
    ['of a low level', inside({ acr: 'urn:password' }), 401],
    ['of a test level', inside({ acr: 'http://ftn.ficora.fi/2017/loatest2' }), 401],
    ['of no level', inside({ acr: undefined }), 401],
    ['of a test method', inside({ acr: 'urn:oid:1.2.246.517.3002.110.999' }), 401],
  ];
  for (const [what, make] of accepted) {
    await t.test(`an ID token ${what} logs in`, async () => {
      provider.deviate(async (answer) => ({ ...answer, id_token: await make() }));
      const visit = await curl(persons[2].hetu);
      assert.equal(visit.status, 303, visit.text);
      lastNonce = jose.decodeJwt(provider.asked().at(-1).get('request')).nonce;
    });
  }
  for (const [what, make, status, reason] of refused) {
    await t.test(`an ID token ${what} logs nobody in`, async () => {
      provider.deviate(async (answer) => ({ ...answer, id_token: await make() }));
      const before = (await hub.log()).length;
      const visit = await curl(persons[2].hetu);
      assert.equal(visit.status, status, visit.text);
      const told = new RegExp(reason ?? '', 'i');
      await eventually(`"${reason}" in the log`, async () => told.exec((await hub.log()).slice(before)) ?? undefined);
      assert.ok(!visit.session);
      assert.ok(!visit.text.includes(persons[2].name) && !visit.text.includes(persons[2].hetu));
    });
  }
  provider.deviate(undefined);

  await t.test('the page of a failed login in a browser', inWindow('phone', 'ftn-failed', async (window) => {
    provider.deviate(async (answer) => ({ ...answer, id_token: await sign(claimsOf()) }));
    await logIn(window, `button[value="${persons[2].hetu}"]`);
    await window.picture('failed');
    provider.deviate(undefined);
  }));

  await t.test('the log names nobody and holds no token', async () => {
    const log = await hub.log();
    closed = true;
    await hub.close();
    seen.push(...provider.redeemed().map((one) => one.body.get('client_assertion')));
    for (const secret of [...persons.flatMap((one) => [one.hetu, one.name]), foreigner.sub, foreigner.name, ...seen]) {
      assert.ok(!log.includes(secret), `the log holds ${secret.slice(0, 12)}...`);
    }
    assert.doesNotMatch(log, /\bERROR\b|panicked/);
  });

  /** A login without a browser: the answer to the callback, and whether it begins a session. */
  async function curl(choice) {
    const jar = new Map();
    const go = async (url, options = {}) => {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(url, { redirect: 'manual', ...options, headers: { ...options.headers, cookie } });
      for (const line of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
        if (value) jar.set(name, value); else jar.delete(name);
      }
      return response;
    };
    const next = (response) => new URL(response.headers.get('location'), response.url);
    let response = await go(`${hub.baseUrl}/auth/login`);
    response = await go(next(response));
    const page = next(response);
    response = await go(page, { method: 'POST', body: new URLSearchParams({ person: choice }) });
    response = await go(next(response));
    response = await go(next(response));
    return { status: response.status, text: await response.text(), session: jar.has('tiedoksi_session') };
  }
});
