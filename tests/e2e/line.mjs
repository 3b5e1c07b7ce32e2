// The line between a browser and the hub, as an HTTP proxy: it can be slow, be cut in the middle of whatever is on its way, and lose an answer. What the
// debugger calls "offline" lets a request that has begun come to its end, so it shows nothing about a lost connection.

import { createServer, request as send } from 'node:http';
import { Transform } from 'node:stream';

/** A line that carries at most so many bytes a second up to the hub; as fast as it can while that is undefined. */
export async function openLine() {
  const sockets = new Set();
  let whole = true;
  let rate;
  let doomed;
  const slowed = () => new Transform({
    transform(piece, _, done) {
      if (rate === undefined) done(null, piece);
      else setTimeout(() => done(null, piece), (piece.length / rate) * 1000);
    },
  });
  const server = createServer((asked, answer) => {
    const { hostname, port, pathname, search } = new URL(asked.url);
    const onward = send({ hostname, port, path: pathname + search, method: asked.method, headers: asked.headers }, (got) => {
      if (doomed?.test(pathname)) {
        doomed = undefined;
        got.on('end', () => answer.destroy()).resume();
        return;
      }
      answer.writeHead(got.statusCode, got.rawHeaders);
      got.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    asked.pipe(slowed()).pipe(onward);
  });
  server.on('connection', (socket) => {
    if (!whole) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    /** For a browser's window: nothing goes past the line. */
    proxy: { server: `http://127.0.0.1:${server.address().port}`, bypass: '<-loopback>' },
    slow: (bytesPerSecond) => { rate = bytesPerSecond; },
    /** The next answer from such a path never arrives, though the hub has given it whole. */
    loseAnswer: (path) => { doomed = path; },
    lost: () => doomed === undefined,
    cut() {
      whole = false;
      for (const socket of sockets) socket.destroy();
    },
    mend() {
      whole = true;
      rate = undefined;
    },
    close() {
      this.cut();
      server.close();
    },
  };
}
