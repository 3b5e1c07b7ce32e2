// The newcomer's first five minutes: the demo, the two commands it prints, the browser, and what the sender gets back by curl.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes, X509Certificate } from 'node:crypto';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { launch, openWindow } from './browser.mjs';
import { commandsIn, demoFolder, startDemo } from './demo.mjs';
import { eventually } from './eventually.mjs';
import { verify } from './hub.mjs';
import { openCheckpoint, checkProof } from './outsider.mjs';
import { pdf } from './pdf.mjs';

/** Runs a script in the shell, as pasted into a terminal. */
const sh = async (script) => (await promisify(execFile)('sh', ['-eu', '-c', script], { encoding: 'buffer', timeout: 30_000 })).stdout;

const text = (value) => assert.ok(typeof value === 'string' && value.length > 0, JSON.stringify(value));

/** demo.json has these members, these types, and no others. */
function checkRecord(record, demo) {
  assert.deepEqual(Object.keys(record).sort(), [
    'auditor', 'baseUrl', 'logPublicKey', 'operator', 'persons', 'sealCertificate', 'systems',
  ]);
  assert.match(record.baseUrl, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.ok(demo.printed.startsWith(`Tiedoksi's demo is ready: ${record.baseUrl}\n`));
  assert.ok(record.systems.length >= 2);
  for (const system of record.systems) {
    assert.deepEqual(Object.keys(system).sort(), ['organisation', 'password', 'serviceIds', 'username']);
    for (const value of [system.organisation, system.password, system.username, ...system.serviceIds]) text(value);
    assert.ok(system.serviceIds.length >= 1);
  }
  assert.equal(record.systems[0].organisation, '0208573-0');
  for (const person of record.persons) {
    assert.deepEqual(Object.keys(person).sort(), ['id', 'mailbox', 'name']);
    assert.match(person.id, /^\d{6}[-+A-FU-Y]9\d\d[0-9A-Y]$/, 'an artificial identity code');
    assert.ok(['active', 'inactive'].includes(person.mailbox));
    assert.ok(demo.printed.includes(`${person.id}  ${person.name} (`));
  }
  const count = (state) => record.persons.filter((person) => person.mailbox === state).length;
  assert.ok(count('active') >= 3 && count('inactive') >= 1);
  assert.match(demo.printed, /acts for a company/);
  for (const one of [record.auditor, record.operator]) {
    assert.deepEqual(Object.keys(one).sort(), ['id', 'name']);
    assert.ok(demo.printed.includes(one.id));
  }
  assert.match(record.logPublicKey, /^[^+\s]+\+[0-9a-f]{8}\+[\w+/=]+$/);
  assert.ok(new X509Certificate(record.sealCertificate).publicKey);
}

test('the demo, from its first line to the reply', { timeout: 120_000 }, async (t) => {
  const folder = await demoFolder();
  t.after(folder.remove);
  const demo = await startDemo(folder.data);
  let stopped;
  const stop = () => { stopped ??= demo.stop(); return stopped; };
  t.after(stop);
  t.diagnostic(`ready after ${Math.round(demo.readyAfter)} ms`);
  assert.ok(demo.readyAfter < 2000, `ready after ${demo.readyAfter} ms`);

  const recordFile = join(folder.data, 'demo.json');
  const record = JSON.parse(await readFile(recordFile, 'utf8'));
  checkRecord(record, demo);

  // Both printed commands, as they stand; then the same shell's token for what the sender fetches.
  const command = commandsIn(demo.printed);
  const printedBy = await sh(`${command.token}\n\n${command.send}\n`);
  const { messageId } = JSON.parse(printedBy);
  assert.ok(Number.isSafeInteger(messageId), String(printedBy));
  const fetched = (path) => sh(`${command.token}\ncurl -sS --fail -H "Authorization: Bearer $TOKEN" '${record.baseUrl}${path}'`);
  const fetchedJson = async (path) => JSON.parse(await fetched(path));

  const browser = await launch();
  t.after(() => browser.close());
  const [person] = record.persons;
  const window = await openWindow(browser, { screen: 'desktop', prefix: 'demo' });
  const { page } = window;

  // Logged in by `login_hint`, through the real flow and without a page of the provider.
  await page.goto(`${record.baseUrl}/auth/login?login_hint=${person.id}`);
  assert.equal(page.url(), `${record.baseUrl}/inbox`);
  const row = page.getByTestId('inbox-row').filter({ hasText: 'Päätös maisematyölupahakemukseen' });
  await row.getByTestId('needs-confirmation').waitFor();
  await window.look('inbox');
  await row.getByRole('link').first().click();
  await window.look('before-confirmation');
  assert.ok(!(await page.content()).includes('myönnetty'));
  await page.getByTestId('confirm').click();
  await window.look('confirmed');
  const messageUrl = page.url();
  assert.equal(await page.getByTestId('body').locator('strong').innerText(), 'myönnetty');
  await page.getByTestId('receipt').waitFor();

  const answer = { title: 'Selvitys maisematyöluvasta', body: 'Hei,\nselvitys on liitteenä.', file: pdf(randomBytes(8).toString('hex')) };
  await page.getByTestId('reply').click();
  await page.locator('[name=title]').fill(answer.title);
  await page.locator('[name=body]').fill(answer.body);
  await page.locator('[name=files]').setInputFiles([{ name: 'selvitys.pdf', mimeType: 'application/pdf', buffer: answer.file }]);
  await page.getByTestId('reply-send').click();
  await page.getByTestId('receipt').first().waitFor();
  await window.look('replied');
  await page.locator('a[href="/sent"]').first().click();
  await window.look('sent');
  await page.locator('a[href="/settings"]').first().click();
  await window.look('settings');
  await page.locator('a[href="/inbox"]').first().click();
  await window.look('mailbox');
  for (const language of ['sv', 'en', 'fi']) {
    await page.goto(`${record.baseUrl}/inbox`);
    await page.locator(`a[hreflang=${language}]`).click();
    await window.look(`mailbox-${language}`, language);
    await page.goto(messageUrl);
    await window.look(`message-${language}`, language);
    await page.goto(`${record.baseUrl}/inbox`);
    await page.getByTestId('inbox-row').filter({ has: page.getByTestId('needs-confirmation') }).getByRole('link').first().click();
    await window.look(`gate-${language}`, language);
  }

  // The feed, fetched by curl: what became of this message, in order.
  const events = await eventually('the reply in the feed', async () => {
    const found = [];
    for (let query = ''; ;) {
      const { events: some, continuationToken } = await fetchedJson(`/v2/events${query}`);
      if (some.length === 0) break;
      found.push(...some);
      query = `?continuationToken=${continuationToken}`;
    }
    return found.some((event) => event.type === 'Electronic message from end user') ? found : undefined;
  });
  const from = events.findIndex((event) => event.metadata.messageId === messageId);
  assert.deepEqual(events.slice(from).map((event) => event.type), [
    'Electronic message created', 'Receipt confirmed', 'Electronic message read', 'Electronic message from end user',
  ]);
  const reply = await fetchedJson(`/v2/messages/${events.at(-1).metadata.messageId}`);
  assert.equal(reply.sender.mailboxOwner.id, person.id);
  assert.equal(reply.electronic.title, answer.title);
  assert.equal(reply.electronic.body.replaceAll('\r\n', '\n'), answer.body);
  assert.equal(reply.electronic.thread.rootMessageId, messageId);
  const [attachment, ...more] = reply.electronic.attachments;
  assert.equal(attachment.filename, 'selvitys.pdf');
  assert.deepEqual(more, []);
  assert.deepEqual(await fetched(`/v1/attachments/${attachment.attachmentId}`), answer.file);

  // The keys in demo.json are those that the proof holds against, for our program and for an outsider's.
  const trust = join(folder.data, '..', 'trust');
  await mkdir(trust);
  await writeFile(join(trust, 'log.vkey'), `${record.logPublicKey}\n`);
  await writeFile(join(trust, 'seal_chain.pem'), record.sealCertificate);
  await page.goto(messageUrl);
  const proof = await window.save(page.getByTestId('proof'));
  assert.equal((await verify(proof.path, trust)).code, 0);
  const whole = { baseUrl: record.baseUrl, trust, proof: JSON.parse(await readFile(proof.path, 'utf8')) };
  await checkProof(whole);
  const [first, second, ...rest] = whole.proof.events;
  const swapped = [{ ...first, tlogProof: second.tlogProof }, { ...second, tlogProof: first.tlogProof }, ...rest];
  for (const events of [swapped, [second, ...rest], [{ ...first, seal: second.seal }, second, ...rest]]) {
    await assert.rejects(checkProof({ ...whole, proof: { ...whole.proof, events } }));
  }
  await window.close();

  // Asked to stop, it ends well; nothing is lost by it.
  const { size } = openCheckpoint(await (await fetch(`${record.baseUrl}/log/checkpoint`)).text(), record.logPublicKey);
  assert.equal(await stop(), 0);
  assert.equal(demo.complaints(), '');
  await assert.rejects(access(recordFile), 'demo.json is there only while the demo is');
  const again = await startDemo(folder.data);
  try {
    const second = JSON.parse(await readFile(recordFile, 'utf8'));
    assert.equal(second.logPublicKey, record.logPublicKey);
    assert.deepEqual(second.systems, record.systems);
    const later = openCheckpoint(await (await fetch(`${second.baseUrl}/log/checkpoint`)).text(), record.logPublicKey);
    assert.ok(later.size >= size);
  } finally {
    assert.equal(await again.stop(), 0);
  }
});
