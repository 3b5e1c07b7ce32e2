// The main job, end to end: a decision goes in, is read, confirmed and answered, and is proved. A hub set up by `admin` and
// `serve`, a real browser without JavaScript, a real OpenID provider; on both databases, at the size of a phone and a desktop.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { launch, openWindow } from './browser.mjs';
import { eventually } from './eventually.mjs';
import { startHub, verify } from './hub.mjs';
import { persons } from './idp.mjs';
import { codeFor } from './mailbox.mjs';
import { checkProof } from './outsider.mjs';
import { pdf } from './pdf.mjs';
import { Sender } from './sender.mjs';

for (const kind of ['sqlite', 'postgres']) {
  test(`the main job on ${kind}`, { timeout: 240_000 }, async (t) => {
    const hub = await startHub(kind);
    let closed = false;
    t.after(() => (closed ? undefined : hub.close()));
    const browser = await launch();
    t.after(() => browser.close());

    const secrets = [hub.password];
    const done = [];
    for (const [screen, person] of [['phone', persons[0]], ['desktop', persons[1]]]) {
      await t.test(`at ${screen} size`, async () => {
        const prefix = `${kind}-${screen}`;
        const window = await openWindow(browser, { screen, prefix });
        try {
          done.push(await mainJob({ hub, window, person, secrets, earlier: done.at(-1), prefix }));
        } catch (error) {
          console.error(`at ${window.page.url()}:\n${await window.page.content()}\nthe hub's log ends:\n${(await hub.log()).slice(-4000)}`);
          throw error;
        } finally {
          await window.close();
        }
      });
    }

    await t.test('the hub stops when asked, and its log names nobody', async () => {
      const log = await hub.log();
      closed = true;
      await hub.close();
      for (const secret of secrets) assert.ok(!log.includes(secret), `the log holds ${secret.slice(0, 12)}...`);
      assert.doesNotMatch(log, /\bERROR\b|panicked/);
    });
  });
}

async function mainJob({ hub, window, person, secrets, earlier, prefix }) {
  const externalId = `decision-${randomBytes(6).toString('hex')}`;
  const title = `Rakennuslupapäätös ${externalId}`;
  const phrase = `Lupa myönnetään ${randomBytes(6).toString('hex')}`;
  const decision = pdf(`Paatos ${externalId}`);
  const answer = { title: `Vastaus ${externalId}`, body: 'Kiitos päätöksestä.\nLiitteenä selvitys.', file: pdf('Selvitys') };
  secrets.push(person.hetu, person.name, person.family, title, phrase, answer.title);

  // The system uploads and sends, and is refused: the mailbox is not in use. Nothing is consumed by that.
  const sender = new Sender(hub);
  await sender.logIn();
  secrets.push(sender.token);
  await sender.events();
  const attachmentId = await sender.upload('päätös.pdf', decision);
  const draft = { externalId, recipient: person.hetu, title, body: `${phrase}\nToinen rivi.`, attachmentId };
  const refused = await sender.send(draft);
  assert.equal(refused.status, 400);
  assert.equal(refused.answer.validationErrors[0].errorCode, 'MAILBOX_NOT_IN_USE');

  // The citizen logs in at the provider and activates the mailbox: gives an address, types the code that came to it, and consents.
  const { page } = window;
  await page.goto(`${hub.baseUrl}/`);
  await window.look('front');
  await page.getByTestId('login').click();
  assert.equal(new URL(page.url()).origin, hub.provider.issuer);
  await page.getByRole('button', { name: person.name }).click();
  assert.equal(new URL(page.url()).origin, hub.baseUrl);
  if (new URL(page.url()).pathname !== '/activate') await page.locator('a[href="/activate"]').first().click();
  await window.look('activate-address');
  const address = `asukas-${randomBytes(4).toString('hex')}@posti.example`;
  secrets.push(address);
  await page.locator('[name=address]').last().fill(address);
  await page.getByTestId('send-code').click();
  await window.look('activate-code');
  const code = await codeFor(hub.mail, address);
  await page.locator('[name=code]').fill(code);
  await page.getByTestId('verify-code').click();
  assert.equal(new URL(page.url()).pathname, '/activate');
  await window.look('activate');
  for (const box of await page.locator('input[type=checkbox][required]').all()) await box.check();
  await page.getByTestId('activate').click();
  await window.look('activated');

  // The same send again goes through; once more is the same message.
  const sent = await sender.send(draft);
  assert.equal(sent.status, 200, JSON.stringify(sent.answer));
  const { messageId } = sent.answer;
  assert.match(sent.headers.get('tiedoksi-seal'), /^[\w-]+\.[\w-]+\.[\w-]+$/);
  const repeated = await sender.send(draft);
  assert.equal(repeated.status, 409);
  assert.equal(repeated.answer.messageId, messageId);
  assert.equal(repeated.headers.get('tiedoksi-seal'), sent.headers.get('tiedoksi-seal'));

  // The mailbox shows the title and that it waits for confirmation; before that nothing else by any route.
  await page.goto(`${hub.baseUrl}/inbox`);
  const row = page.getByTestId('inbox-row').filter({ hasText: title });
  await row.getByTestId('needs-confirmation').waitFor();
  await window.look('inbox');
  assert.ok(!(await page.content()).includes(phrase));
  await row.getByRole('link').first().click();
  await page.getByTestId('confirm').waitFor();
  const messageUrl = page.url();
  assert.match(new URL(messageUrl).pathname, /^\/messages\/[^/]+$/);
  await window.look('before-confirmation');
  const before = await page.content();
  assert.ok(before.includes(title));
  for (const hidden of [phrase, 'päätös.pdf']) assert.ok(!before.includes(hidden), `${hidden} is in the page's source`);
  assert.equal(await page.getByTestId('body').count(), 0);
  assert.equal(await page.getByTestId('attachment').count(), 0);
  const attachmentUrl = `${messageUrl}/attachments/${attachmentId}`;
  const digest = createHash('sha256').update(decision).digest();
  for (const url of [attachmentUrl, `${messageUrl}/proof`]) {
    const response = await page.request.get(url, { maxRedirects: 0 });
    const bytes = await response.body();
    for (const hidden of ['%PDF', phrase, digest.toString('hex'), digest.toString('base64url')]) {
      assert.ok(!bytes.includes(hidden), `${url} shows ${hidden}, which is not confirmed`);
    }
    if (url === attachmentUrl) assert.ok([403, 404, 409].includes(response.status()), `${url}: ${response.status()}`);
  }
  if (earlier) {
    for (const url of [earlier.messageUrl, earlier.attachmentUrl, `${earlier.messageUrl}/proof`]) {
      const response = await page.request.get(url, { maxRedirects: 0 });
      assert.equal(response.status(), 404, `${url} of another person`);
    }
  }

  // Confirming opens it: body, the exact time, and the attachment byte for byte.
  const from = Date.now();
  await page.getByTestId('confirm').click();
  const until = Date.now();
  assert.equal(page.url(), messageUrl);
  await window.look('confirmed');
  assert.ok((await page.getByTestId('body').innerText()).includes(phrase));
  const shown = page.getByTestId('receipt').locator('time').first();
  const confirmedAt = Date.parse(await shown.getAttribute('datetime'));
  assert.ok(confirmedAt >= from && confirmedAt <= until, `confirmed at ${await shown.getAttribute('datetime')}`);
  assert.match(await shown.innerText(), /\d{1,2}\.\d{1,2}\.\d{4}.*\d{1,2}[.:]\d{2}[.:]\d{2}/);
  const attachment = page.getByTestId('attachment').and(page.locator('a')).or(page.getByTestId('attachment').locator('a'));
  assert.equal(new URL(await attachment.first().getAttribute('href'), messageUrl).href, attachmentUrl);
  const saved = await window.save(attachment.first());
  assert.equal(saved.name, 'päätös.pdf');
  assert.deepEqual(await readFile(saved.path), decision);
  const served = await page.request.get(attachmentUrl);
  assert.equal(served.headers()['content-type'], 'application/pdf');
  assert.equal(served.headers()['x-content-type-options'], 'nosniff');

  // The reply, with a PDF, and its receipt.
  await page.getByTestId('reply').click();
  await page.locator('[name=title]').fill(answer.title);
  await page.locator('[name=body]').fill(answer.body);
  await page.locator('[name=files]').setInputFiles([
    { name: 'lisäselvitys.pdf', mimeType: 'application/pdf', buffer: answer.file },
  ]);
  await window.look('reply');
  await page.getByTestId('reply-send').click();
  await page.getByTestId('receipt').first().waitFor();
  await window.look('replied');

  // The feed tells the sender, in this order; and the page's time is the feed's time.
  const seen = [];
  const mine = await eventually('four events', async () => {
    seen.push(...await sender.events());
    return seen.length >= 4 ? seen : undefined;
  });
  assert.deepEqual(mine.map((event) => event.type), [
    'Electronic message created', 'Receipt confirmed', 'Electronic message read', 'Electronic message from end user',
  ]);
  const [created, confirmed, , fromEndUser] = mine;
  assert.deepEqual(created.metadata, { messageId, serviceId: hub.serviceId, externalId });
  assert.equal(confirmed.metadata.receiptConfirmedBy, person.name);
  assert.equal(Math.trunc(Date.parse(confirmed.eventTime)), confirmedAt);

  // The sender fetches the reply and its attachment, byte for byte.
  const reply = await sender.message(fromEndUser.metadata.messageId);
  assert.equal(reply.sender.mailboxOwner.id, person.hetu);
  assert.equal(reply.electronic.title, answer.title);
  assert.equal(reply.electronic.body.replaceAll('\r\n', '\n'), answer.body);
  assert.equal(reply.electronic.thread.rootMessageId, messageId);
  assert.equal(reply.electronic.attachments.length, 1);
  assert.equal(reply.electronic.attachments[0].filename, 'lisäselvitys.pdf');
  assert.equal(reply.electronic.attachments[0].sizeBytes, answer.file.length);
  assert.deepEqual(await sender.attachment(reply.electronic.attachments[0].attachmentId), answer.file);

  // Both sides' proofs hold for a stranger who has the keys, and one changed character is noticed.
  const senderProof = await eventually('a complete proof', async () => {
    const proof = await sender.proof(messageId);
    assert.equal(proof.status, 200, proof.text);
    return JSON.parse(proof.text).incomplete ? undefined : proof;
  });
  const senderFile = join(hub.folder, `${prefix}-sender.json`);
  await writeFile(senderFile, senderProof.text);
  await page.goto(messageUrl);
  const citizenProof = await window.save(page.getByTestId('proof'));
  for (const file of [senderFile, citizenProof.path]) {
    const good = await verify(file, hub.trust);
    assert.equal(good.code, 0, good.stdout + good.stderr);
    const untrusted = await verify(file);
    assert.equal(untrusted.code, 3, untrusted.stdout + untrusted.stderr);
    const tampered = join(hub.folder, `${prefix}-tampered.json`);
    await writeFile(tampered, alter(await readFile(file, 'utf8')));
    const bad = await verify(tampered, hub.trust);
    assert.equal(bad.code, 1, bad.stdout + bad.stderr);
  }

  // An outsider finds the same without a line of ours; the seals are those that were given with the answers.
  const outside = { baseUrl: hub.baseUrl, trust: hub.trust };
  const senders = await checkProof({ ...outside, proof: JSON.parse(senderProof.text) });
  const citizens = await checkProof({ ...outside, proof: JSON.parse(await readFile(citizenProof.path, 'utf8')) });
  assert.deepEqual(citizens.slice(0, senders.length), senders, 'both sides hold the same');
  assert.equal(senders[0].seal, sent.headers.get('tiedoksi-seal'));
  assert.deepEqual(senders.map(({ event }) => event.type.split('/').at(-1)).slice(0, 4), [
    'SubmissionAcceptance', 'NotificationForAcceptance', 'ConsignmentAcceptance', 'ContentHandover',
  ]);
  assert.equal(Math.trunc(Date.parse(senders[2].event.time)), confirmedAt);

  await page.goto(`${hub.baseUrl}/settings`);
  await window.look('settings');

  // Logging out ends the session here and at the provider.
  const cookies = (await window.context.cookies(hub.baseUrl)).filter((one) => one.name === 'tiedoksi_session');
  assert.equal(cookies.length, 1);
  assert.ok(cookies[0].httpOnly);
  secrets.push(cookies[0].value);
  const ended = hub.provider.endedSessions();
  await page.getByTestId('logout').click();
  assert.equal(new URL(page.url()).origin, hub.provider.issuer, 'logging out leads to the provider');
  await page.getByTestId('idp-logout').click();
  assert.equal(page.url(), `${hub.baseUrl}/`);
  await window.look('logged-out');
  assert.equal(hub.provider.endedSessions(), ended + 1);
  for (const url of [`${hub.baseUrl}/inbox`, messageUrl, attachmentUrl]) {
    const dead = await fetch(url, { redirect: 'manual', headers: { cookie: `tiedoksi_session=${cookies[0].value}` } });
    assert.ok([302, 303, 401].includes(dead.status), `${url} with the old cookie: ${dead.status}`);
  }
  return { messageUrl, attachmentUrl };
}

/** The text with one character changed, in the middle of its longest run of base64 characters. */
function alter(text) {
  const longest = [...text.matchAll(/[\w+/-]+/g)].sort((a, b) => b[0].length - a[0].length)[0];
  const at = longest.index + Math.trunc(longest[0].length / 2);
  return `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
}
