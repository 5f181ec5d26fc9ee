// The file that holds the orders: one JSON line each. A line counts once it ends with a newline; what follows the last newline is torn.
import { createReadStream } from 'node:fs';
import { access, copyFile, mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The order in these bytes, or undefined when they are none. */
export function parseOrder(bytes) {
  try {
    const order = JSON.parse(bytes);
    return [order.id, order.tenant, order.hash].every((text) => typeof text === 'string' && text !== '') ? order : undefined;
  } catch {
    return undefined;
  }
}

/** Each whole line as bytes. (node:readline would also split inside an order, at U+2028.) */
export async function* linesOf(stream) {
  let rest = Buffer.alloc(0);
  for await (const chunk of stream) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let end = bytes.indexOf('\n'); end !== -1; end = bytes.indexOf('\n', from)) {
      yield bytes.subarray(from, end);
      from = end + 1;
    }
    rest = bytes.subarray(from);
  }
}

/**
 * Opens `directory`/orders.jsonl for appending; when there is none, takes over `directory`/recovery-point or starts empty.
 * Drops a torn end, throws on a line that is no order. `hashes` maps the id of every order to its hash.
 */
export async function openOrders(directory) {
  const path = join(directory, 'orders.jsonl');
  const point = join(directory, 'recovery-point');
  await mkdir(directory, { recursive: true });
  if ((await exists(path)) || !(await exists(point))) return { path, ...(await openChecked(path)) };

  // The copy gets its real name only when it is whole and checked: a crash half-way is as if it had never begun.
  const copy = `${point}.copy`;
  await copyFile(point, copy);
  const opened = await openChecked(copy);
  await rename(copy, path);
  await syncDirectory(directory);
  return { path, ...opened };
}

async function openChecked(path) {
  const file = await open(path, 'a+');
  const hashes = new Map();
  let bytes = 0;
  let number = 0;
  for await (const line of linesOf(createReadStream(path))) {
    number += 1;
    const order = parseOrder(line);
    if (!order) throw new Error(`${path}, line ${number} is not an order: restore an older recovery point`);
    hashes.set(order.id, order.hash);
    bytes += line.length + 1;
  }
  await file.truncate(bytes);
  await file.sync();
  await syncDirectory(dirname(path));
  return { file, hashes, bytes };
}

/** Makes new names in a directory survive a power failure, as fsync does for the content of a file. */
async function syncDirectory(path) {
  const directory = await open(path);
  await directory.sync().finally(() => directory.close());
}

async function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}
