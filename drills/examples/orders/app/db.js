// An order store. It answers 201 only when an order is on the disk, and backs itself up to a store that belongs to no site.
import { createServer } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Backup } from './backup.js';
import { addressOf, answer, close, listen, need, readBody } from './http.js';
import { parseOrder } from './orderFile.js';
import { OrderLog } from './orderLog.js';

const LARGEST_ORDER = 64 * 1024;
const { BACKUP_URL, BACKUP_TOKEN } = process.env;
const backupEverySeconds = Number(process.env.BACKUP_EVERY || '3');
if (!(backupEverySeconds > 0)) fail(`BACKUP_EVERY is a number of seconds, not ${process.env.BACKUP_EVERY}`);

const address = need('LISTEN', '127.0.0.1:7001');
const log = await OrderLog.open(need('DATA', './data')).catch((error) => fail(`cannot start: ${error.message}`));
const backup = BACKUP_URL ? new Backup(log, BACKUP_URL, BACKUP_TOKEN) : undefined;
let stopping = false;

async function place(request, response) {
  const body = await readBody(request, LARGEST_ORDER);
  if (!body) return answer(response, 413, { error: 'an order is at most 64 KiB' });
  const order = parseOrder(body);
  if (!order) return answer(response, 400, { error: 'an order is JSON with the texts id, tenant and hash' });
  if (stopping) return answer(response, 503, { error: 'shutting down' });
  const { id, hash } = order;
  switch (await log.append(order)) {
    case 'stored':
      return answer(response, 201, { id, hash });
    case 'known':
      return answer(response, 200, { id, hash });
    default:
      return answer(response, 409, { error: 'another order has this id', id });
  }
}

/** The answer of `GET /orders` in pieces: however many orders there are, a few are in memory. */
async function* listing(tenant) {
  let text = '{"orders":[';
  let comma = '';
  for await (const line of log.lines()) {
    if (tenant !== undefined && JSON.parse(line).tenant !== tenant) continue;
    text += `${comma}${line}`;
    comma = ',\n';
    if (text.length < 64 * 1024) continue;
    yield text;
    text = '';
  }
  yield `${text}]}\n`;
}

async function list(query, response) {
  const tenant = query.get('canary') === '1' ? 'canary' : (query.get('tenant') ?? undefined);
  response.writeHead(200, { 'content-type': 'application/json' });
  await pipeline(listing(tenant), response);
}

async function health(response) {
  if (stopping) return answer(response, 503, { ok: false, reason: 'shutting down' });
  await log.check();
  answer(response, 200, { ok: true, orders: log.size, lastBackupAt: backup?.lastAt ?? null });
}

async function handle(request, response) {
  if (stopping) response.setHeader('connection', 'close');
  const { what, searchParams } = addressOf(request);
  if (what === 'POST /orders') return place(request, response);
  if (what === 'GET /orders') return list(searchParams, response);
  if (what === 'GET /health') return health(response);
  answer(response, 404, { error: 'there are POST /orders, GET /orders and GET /health' });
}

const server = createServer((request, response) => {
  handle(request, response).catch((error) => {
    if (response.headersSent) return response.destroy();
    answer(response, 503, { ok: false, reason: `orders cannot be stored: ${error.message}` });
  });
});

async function stop() {
  if (stopping) return;
  stopping = true;
  const timeIsUp = AbortSignal.timeout(4000);
  setTimeout(() => fail('the disk or a client kept it from ending in time'), 4800);
  await log.settled();
  await backup?.finish(timeIsUp).catch((error) => fail(`the final backup failed, the store lacks the newest orders: ${error.message}`));
  await close(server, 300);
  process.exit(0);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

process.on('SIGTERM', stop);
process.on('SIGINT', stop);
await listen(server, address).catch((error) => fail(`cannot listen: ${error.message}`));
backup?.start(backupEverySeconds);
