// What an outsider checks with nothing of ours: Node's own cryptography for the log (RFC 6962, C2SP signed-note, tlog-tiles,
// tlog-proof), Debian's `jose` for the seals.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, createPublicKey, verify, X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const leafHash = (entry) => sha256(Buffer.of(0), entry);
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);

/** RFC 6962 2.1: the root over these leaves. */
function rootOf(leaves) {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return leaves[0];
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

/** RFC 9162 2.1.3.2: the root that an inclusion proof leads to. */
function climb(leaf, index, size, path) {
  let [node, at, last] = [leaf, index, size - 1];
  for (const sibling of path) {
    assert.notEqual(last, 0, 'the path is too long');
    if (at % 2 === 1 || at === last) {
      node = nodeHash(sibling, node);
      while (at % 2 === 0 && at !== 0) [at, last] = [Math.trunc(at / 2), Math.trunc(last / 2)];
    } else {
      node = nodeHash(node, sibling);
    }
    [at, last] = [Math.trunc(at / 2), Math.trunc(last / 2)];
  }
  assert.equal(last, 0, 'the path is too short');
  return node;
}

/** Size and root of a checkpoint that the log's key signed. */
export function openCheckpoint(note, vkey) {
  const [, name, id, key] = /^([^+\n]+)\+([0-9a-f]{8})\+([\w+/=]+)\n?$/.exec(vkey);
  const raw = Buffer.from(key, 'base64');
  assert.deepEqual([raw.length, raw[0]], [33, 1], 'an Ed25519 key');
  assert.equal(sha256(Buffer.from(`${name}\n`), raw).subarray(0, 4).toString('hex'), id);
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.subarray(1).toString('base64url') }, format: 'jwk' });
  const end = note.indexOf('\n\n');
  const text = note.slice(0, end + 1);
  const line = note.slice(end + 2).split('\n').find((one) => one.startsWith(`— ${name} `));
  const signature = Buffer.from(line.split(' ')[2], 'base64');
  assert.equal(signature.subarray(0, 4).toString('hex'), id);
  assert.ok(verify(null, Buffer.from(text), publicKey, signature.subarray(4)), 'the checkpoint\'s signature');
  const [origin, size, root] = text.split('\n');
  assert.equal(origin, name);
  return { size: Number(size), root: Buffer.from(root, 'base64') };
}

/** The whole log from its tiles: entries and leaf hashes as they are published; logs of fewer than 256,000 entries. */
async function readLog(baseUrl, size) {
  const get = async (path) => {
    const response = await fetch(`${baseUrl}/log/${path}`);
    assert.equal(response.status, 200, path);
    return Buffer.from(await response.arrayBuffer());
  };
  const [entries, leaves] = [[], []];
  for (let start = 0; start < size; start += 256) {
    const width = Math.min(256, size - start);
    const name = String(start / 256).padStart(3, '0') + (width < 256 ? `.p/${width}` : '');
    const hashes = await get(`tile/0/${name}`);
    assert.equal(hashes.length, width * 32);
    for (let at = 0; at < hashes.length; at += 32) leaves.push(hashes.subarray(at, at + 32));
    const bundle = await get(`tile/entries/${name}`);
    for (let at = 0; at < bundle.length;) {
      const length = bundle.readUInt16BE(at);
      entries.push(bundle.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
  }
  return { entries, leaves };
}

/** Debian's `jose` opens the seal with the certificate's key, and finds the event's own bytes in it. */
async function openSeal(folder, seal, certificate, bytes) {
  const header = JSON.parse(Buffer.from(seal.split('.')[0], 'base64url'));
  assert.equal(header.alg, 'ES256');
  assert.equal(header['x5t#S256'], sha256(certificate.raw).toString('base64url'));
  const [jws, jwk, out] = ['event.jws', 'seal.jwk', 'event.json'].map((name) => join(folder, name));
  await writeFile(jws, seal);
  await writeFile(jwk, JSON.stringify(certificate.publicKey.export({ format: 'jwk' })));
  await promisify(execFile)('jose', ['jws', 'ver', '-i', jws, '-k', jwk, '-O', out]);
  assert.deepEqual(await readFile(out), bytes);
}

/**
 * Checks a proof of a delivery against the published log, with the keys in `trust`: every event stands where the proof says,
 * under both the proof's checkpoint and today's, and is sealed. Gives the events, parsed, each with its seal.
 */
export async function checkProof({ baseUrl, trust, proof }) {
  const vkey = await readFile(join(trust, 'log.vkey'), 'utf8');
  const certificate = new X509Certificate(await readFile(join(trust, 'seal_chain.pem')));
  const now = openCheckpoint(await (await fetch(`${baseUrl}/log/checkpoint`)).text(), vkey);
  const { entries, leaves } = await readLog(baseUrl, now.size);
  assert.deepEqual(rootOf(leaves), now.root, 'the tiles are the checkpoint\'s tree');
  assert.deepEqual(entries.map(leafHash), leaves, 'the entries are the tree\'s leaves');
  assert.equal(proof.incomplete, undefined);
  const folder = await mkdtemp(join(tmpdir(), 'tiedoksi-outsider-'));
  try {
    const seen = [];
    for (const { event, seal, tlogProof } of proof.events) {
      const bytes = Buffer.from(event, 'base64');
      const head = tlogProof.slice(0, tlogProof.indexOf('\n\n')).split('\n');
      const then = openCheckpoint(tlogProof.slice(tlogProof.indexOf('\n\n') + 2), vkey);
      assert.equal(head[0], 'c2sp.org/tlog-proof@v1');
      const index = Number(/^index (\d+)$/.exec(head[1])[1]);
      const path = head.slice(2).map((line) => Buffer.from(line, 'base64'));
      assert.deepEqual(climb(leafHash(sha256(bytes)), index, then.size, path), then.root, 'the proof leads to its checkpoint');
      assert.deepEqual(rootOf(leaves.slice(0, then.size)), then.root, 'the log only grew since');
      assert.deepEqual(entries[index], sha256(bytes), 'the published entry is the event');
      await openSeal(folder, seal, certificate, bytes);
      const parsed = JSON.parse(bytes);
      const before = seen.at(-1);
      assert.equal(parsed.delivery.seq, before ? before.event.delivery.seq + 1 : 1);
      assert.equal(parsed.delivery.prev, before?.hash, 'each event names the one before');
      seen.push({ event: parsed, seal, hash: sha256(bytes).toString('hex') });
    }
    return seen;
  } finally {
    await rm(folder, { recursive: true });
  }
}
