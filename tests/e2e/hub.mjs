// Sets up a real hub from nothing, as an operator does: a configuration file, `migrate`, `admin ... add`, `serve`.
//
// What the program's command line and configuration are called stands in this first part, and nowhere else.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import * as idp from './idp.mjs';

const BIN = resolve(process.env.TIEDOKSI_BIN ?? '../../target/debug/tiedoksi');

const ORGANISATION = { fi: 'Viitasaaren kaupunki', sv: 'Viitasaari stad', en: 'Town of Viitasaari', businessId: '0208573-0' };
const SERVICE = { fi: 'Rakennusvalvonta', sv: 'Byggnadstillsyn', en: 'Building control', id: 'viitasaari-rakennusvalvonta' };
const SYSTEM = { username: 'viitasaari-asianhallinta' };

/** Where the hub lays its mail. */
const mailFolder = (folder) => join(folder, 'mail');

/** The configuration file; JSON strings are TOML strings. The two assurance levels are the program's defaults. */
const configuration = ({ baseUrl, listen, databaseUrl, folder, provider, regime, auditors }) => `
[server]
base_url = ${JSON.stringify(baseUrl)}
listen = ${JSON.stringify(listen)}

[mailbox]
regime = ${JSON.stringify(regime)}
allow_artificial = true

[database]
url = ${JSON.stringify(databaseUrl)}

[objects]
folder = ${JSON.stringify(join(folder, 'objects'))}

[keys]
folder = ${JSON.stringify(join(folder, 'keys'))}
master_key_file = ${JSON.stringify(join(folder, 'master.key'))}

[mail]
from = "Viitasaaren viestit <viestit@viitasaari.example>"
folder = ${JSON.stringify(mailFolder(folder))}

[log]
origin = "tiedoksi.example/e2e"

[login]
issuer = ${JSON.stringify(provider.issuer)}
client_id = ${JSON.stringify(provider.clientId)}
${provider.clientSecret ? `client_secret = ${JSON.stringify(provider.clientSecret)}` : 'profile = "ftn"'}

[login.claims]
hetu = ${JSON.stringify(idp.HETU_CLAIM)}
family_name = ${JSON.stringify(idp.FAMILY_NAME_CLAIM)}
given_names = ${JSON.stringify(idp.GIVEN_NAMES_CLAIM)}
display_name = ${JSON.stringify(idp.DISPLAY_NAME_CLAIM)}
${auditors ? `
[auditor.organisations]
"auditor-viitasaari" = ${JSON.stringify(ORGANISATION.businessId)}
` : ''}`;

const secrets = { 'master.key': () => randomBytes(32).toString('base64') };

const names = ({ fi, sv, en }) => ['--name-fi', fi, '--name-sv', sv, '--name-en', en];

const commands = (config) => {
  const admin = (noun, ...rest) => ['admin', '--config', config, noun, 'add', ...rest];
  return {
    migrate: ['migrate', '--config', config],
    organisation: admin('organisation', '--business-id', ORGANISATION.businessId, ...names(ORGANISATION)),
    system: admin('system', '--organisation', ORGANISATION.businessId, '--username', SYSTEM.username),
    service: admin('service', '--system', SYSTEM.username, '--id', SERVICE.id, ...names(SERVICE)),
    secret: admin('secret', '--system', SYSTEM.username),
    hideTitles: (hides) => ['admin', '--config', config, 'service', 'set', SERVICE.id, '--hides-title', String(hides)],
    loginKeys: ['login-key', '--config', config, 'show'],
    serve: ['serve', '--config', config],
    any: (...rest) => ['admin', '--config', config, ...rest],
  };
};

const verification = (file, trust) => ['verify', file, ...(trust ? ['--trust', trust] : [])];

/** The new password out of what `admin secret add` printed. */
const passwordIn = (printed) => printed.trim().split('\n').at(-1).split(/\s+/).at(-1);

/** Writes the public keys that a verifier trusts into a folder, as the operator does for an auditor; the hub serves the same. */
async function writeTrust(folder, { baseUrl, config }) {
  await runWell(['trust', '--config', config, '--out', folder]);
  for (const name of ['log.vkey', 'seal_chain.pem']) {
    const response = await fetch(`${baseUrl}/log/${name}`);
    assert.equal(response.status, 200, `GET /log/${name}`);
    assert.equal(await response.text(), await readFile(join(folder, name), 'utf8'), name);
  }
}

// --- From here on nothing knows a flag or a key ------------------------------------------------------------------------

/** Runs the program to its end: its exit code, whatever it is, and what it printed. */
async function run(args) {
  try {
    const { stdout, stderr } = await promisify(execFile)(BIN, args, { timeout: 60_000 });
    return { code: 0, stdout, stderr };
  } catch (error) {
    if (typeof error.code !== 'number') throw error;
    return { code: error.code, stdout: error.stdout, stderr: error.stderr };
  }
}

/** `tiedoksi verify` of one file, with or without keys that the verifier trusts: 0, 3 or 1. */
export const verify = (file, trust) => run(verification(file, trust));

/** What `tiedoksi doctor` says of a hub. */
export const doctor = (hub) => run(['doctor', '--config', join(hub.folder, 'tiedoksi.toml')]);

async function runWell(args) {
  const { code, stdout, stderr } = await run(args);
  if (code !== 0) throw new Error(`tiedoksi ${args.join(' ')}: exit ${code}\n${stdout}\n${stderr}`);
  return stdout;
}

const freePort = () => new Promise((done, fail) => {
  const probe = createServer().once('error', fail).listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => done(port));
  });
});

const databases = {
  sqlite: async (folder) => ({ url: `sqlite://${join(folder, 'tiedoksi.db')}`, remove: async () => {} }),
  postgres: async () => {
    const server = process.env.TIEDOKSI_TEST_POSTGRES;
    if (!server) throw new Error('TIEDOKSI_TEST_POSTGRES is not set: run this under tests/with-postgres');
    const psql = (sql) => promisify(execFile)('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-c', sql, server]);
    const name = `e2e_${randomBytes(6).toString('hex')}`;
    await psql(`CREATE DATABASE ${name}`);
    const url = new URL(server);
    url.pathname = `/${name}`;
    return { url: url.href, remove: () => psql(`DROP DATABASE ${name} WITH (FORCE)`) };
  },
};

/**
 * Starts a hub on a database of the given kind, with its provider: with the profile `ftn` one of the Finnish Trust Network.
 * With `auditors` those of whom it states the role may look into deliveries.
 * `close()` stops both and leaves nothing behind.
 */
export async function startHub(kind, { profile, regime = 'consent', auditors = false } = {}) {
  const undo = [];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), 'tiedoksi-e2e-'));
    undo.push(() => rm(folder, { recursive: true, force: true }));
    const database = await databases[kind](folder);
    undo.push(database.remove);
    const listen = `127.0.0.1:${await freePort()}`;
    const baseUrl = `http://${listen}`;
    const config = join(folder, 'tiedoksi.toml');
    for (const [name, make] of Object.entries(secrets)) await writeFile(join(folder, name), make(), { mode: 0o600 });
    const configure = (provider) => writeFile(
      config, configuration({ baseUrl, listen, databaseUrl: database.url, folder, provider, regime, auditors }), { mode: 0o600 },
    );
    const command = commands(config);
    // The operator hands the hub's public keys to the broker, before anyone logs in.
    const register = profile === 'ftn' && (async (issuer, clientId) => {
      await configure({ issuer, clientId });
      return JSON.parse(await runWell(command.loginKeys));
    });
    const provider = await idp.startProvider({ hubUrl: baseUrl, register });
    undo.push(provider.close);
    await configure(provider);
    await runWell(command.migrate);
    await runWell(command.organisation);
    await runWell(command.system);
    await runWell(command.service);
    const password = passwordIn(await runWell(command.secret));

    const logFile = join(folder, 'serve.log');
    const server = spawn(BIN, command.serve, { stdio: ['ignore', 'pipe', 'pipe'] });
    const log = createWriteStream(logFile);
    server.stdout.pipe(log, { end: false });
    server.stderr.pipe(log, { end: false });
    const ended = new Promise((done) => { server.once('exit', (code, signal) => done(signal ?? code)); });
    undo.push(() => stop(server, ended));
    await ready(baseUrl, server, logFile);

    const trust = join(folder, 'trust');
    await writeTrust(trust, { baseUrl, config });
    return {
      baseUrl, folder, mail: mailFolder(folder), trust, provider, close, password, username: SYSTEM.username, serviceId: SERVICE.id,
      organisation: ORGANISATION.fi, service: SERVICE.fi, hideTitles: (hides) => runWell(command.hideTitles(hides)),
      admin: (...rest) => runWell(command.any(...rest)), log: () => readFile(logFile, 'utf8'),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function ready(baseUrl, server, logFile) {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await fetch(`${baseUrl}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    if (server.exitCode !== null || Date.now() > deadline) {
      throw new Error(`the hub did not become ready (${answer?.status ?? 'no answer'}):\n${await readFile(logFile, 'utf8')}`);
    }
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Asks the server to stop, and fails when it does not end well within ten seconds. */
async function stop(server, ended) {
  if (server.exitCode !== null || server.signalCode !== null) throw new Error(`the hub had ended: ${await ended}`);
  server.kill('SIGTERM');
  const timer = setTimeout(() => server.kill('SIGKILL'), 10_000);
  const how = await ended;
  clearTimeout(timer);
  if (how !== 0) throw new Error(`the hub ended with ${how} when asked to stop`);
}
