// Starts `tiedoksi demo` as a newcomer does, and reads what it prints.

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const BIN = resolve(process.env.TIEDOKSI_BIN ?? '../../target/debug/tiedoksi');

/** A folder for a demo's data that does not exist yet, and how to remove it. */
export async function demoFolder() {
  const parent = await mkdtemp(join(tmpdir(), 'tiedoksi-demo-'));
  return { data: join(parent, 'data'), remove: () => rm(parent, { recursive: true, force: true }) };
}

/**
 * Starts the demo on a free port and waits until it says that it is ready. `stop()` asks it to end and gives its exit code (or
 * the signal that was needed).
 */
export async function startDemo(data) {
  const from = performance.now();
  const child = spawn(BIN, ['demo', '--data', data, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((done) => { child.once('exit', (code, signal) => done(signal ?? code)); });
  let printed = '';
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text) => { complaints += text; });
  const ready = new Promise((done) => {
    child.stdout.setEncoding('utf8').on('data', (text) => {
      printed += text;
      if (printed.includes('Stop with Ctrl-C.\n')) done(true);
    });
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
  const well = await Promise.race([ready, ended.then(() => false)]);
  clearTimeout(timer);
  if (!well) throw new Error(`the demo ended with ${await ended}:\n${printed}\n${complaints}`);
  return {
    printed,
    readyAfter: performance.now() - from,
    complaints: () => complaints,
    async stop() {
      child.kill('SIGTERM');
      const limit = setTimeout(() => child.kill('SIGKILL'), 10_000);
      const how = await ended;
      clearTimeout(limit);
      return how;
    },
  };
}

/** The two commands that the demo prints for pasting: the one that gets a token, and the one that sends. */
export function commandsIn(printed) {
  const [, token, send] = /^(TOKEN=[^]*?)\n\n(curl [^]*?)\n\nFor programs: /m.exec(printed);
  return { token, send };
}
