// The front of the order service. It places and lists orders by passing them to db, and every answer says which site it came from.
import { createServer } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { addressOf, answer, ask, close, listen, need, readBody } from './http.js';

const LARGEST_ORDER = 64 * 1024;
const HEALTH_WITHIN_MS = 800;

const address = need('LISTEN', '127.0.0.1:7000');
const db = need('DB', 'http://127.0.0.1:7001');
const site = need('SITE', 'onprem-fra');
let stopping = false;

async function pass(request, response, path) {
  const body = await readBody(request, LARGEST_ORDER);
  if (!body) return answer(response, 413, { error: 'an order is at most 64 KiB' });
  const headers = { 'content-type': 'application/json', 'content-length': body.length };
  const fromDb = await ask(new URL(path, db), { method: request.method, headers, body });
  response.writeHead(fromDb.statusCode, { 'content-type': 'application/json' });
  await pipeline(fromDb, response);
}

async function health(response) {
  const reason = stopping ? 'shutting down' : await whyDbIsNotWell();
  if (reason) return answer(response, 503, { ok: false, site, reason });
  answer(response, 200, { ok: true, site });
}

/** Undefined when db says in time that it is well. */
async function whyDbIsNotWell() {
  const signal = AbortSignal.timeout(HEALTH_WITHIN_MS);
  try {
    const fromDb = await ask(new URL('/health', db), { signal });
    const body = JSON.parse(await readBody(fromDb, LARGEST_ORDER));
    return fromDb.statusCode === 200 && body.ok === true ? undefined : `db: ${body.reason ?? `answered ${fromDb.statusCode}`}`;
  } catch (error) {
    return `db: ${signal.aborted ? `no answer within ${HEALTH_WITHIN_MS} ms` : error.message}`;
  }
}

async function handle(request, response) {
  response.setHeader('x-site', site);
  if (stopping) response.setHeader('connection', 'close');
  const { what, search } = addressOf(request);
  if (what === 'POST /orders' || what === 'GET /orders') return pass(request, response, `/orders${search}`);
  if (what === 'GET /health') return health(response);
  answer(response, 404, { error: 'there are POST /orders, GET /orders and GET /health' });
}

const server = createServer((request, response) => {
  handle(request, response).catch((error) => {
    if (response.headersSent) return response.destroy();
    answer(response, 503, { error: `db: ${error.message}` });
  });
});

// What is no HTTP at all never reaches a handler; it hears from which site as well.
server.on('clientError', (_error, socket) => {
  if (socket.writable) socket.end(`HTTP/1.1 400 Bad Request\r\nx-site: ${site}\r\nconnection: close\r\n\r\n`);
});

async function stop() {
  if (stopping) return;
  stopping = true;
  await close(server, 1500);
  process.exit(0);
}

process.on('SIGTERM', stop);
process.on('SIGINT', stop);
await listen(server, address).catch((error) => {
  console.error(`cannot listen: ${error.message}`);
  process.exit(1);
});
