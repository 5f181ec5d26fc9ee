// What db.js and api.js share: settings, listening, reading, answering, asking.
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';

/** A setting from the environment; says which one is missing and stops. */
export function need(name, example) {
  const value = process.env[name];
  if (value) return value;
  console.error(`${name} is not set: give it as ${name}=${example}`);
  process.exit(2);
}

/** Starts the server at `host:port`; port 0 takes a free one. Prints where. */
export async function listen(server, address) {
  const at = address.lastIndexOf(':');
  server.listen({ host: address.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(address.slice(at + 1)) });
  await once(server, 'listening');
  console.log(`listening on ${address.slice(0, at)}:${server.address().port}`);
}

/** Where a request goes to, whatever a stranger wrote there. */
export function addressOf(request) {
  const { pathname, search, searchParams } = new URL(`http://here${request.url}`);
  return { what: `${request.method} ${pathname}`, search, searchParams };
}

/** The whole body, or undefined when it is over `limit` bytes. */
export async function readBody(stream, limit) {
  const chunks = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    // Past the limit it is read without being kept: a client that is cut off while it sends never hears why.
    if (size <= limit) chunks.push(chunk);
  }
  return size <= limit ? Buffer.concat(chunks) : undefined;
}

export function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}

/** One request on a connection of its own. Resolves with the answer, its body unread; rejects after `quietMs` of silence. */
export async function ask(url, { method = 'GET', headers = {}, body, quietMs = 5000, signal } = {}) {
  const client = new URL(url).protocol === 'https:' ? https : http;
  const request = client.request(url, { method, headers, agent: false, timeout: quietMs, signal });
  request.on('error', () => {}); // Rejects below; once there is an answer, a broken connection shows while it is read.
  request.on('timeout', () => request.destroy(new Error(`nothing heard for ${quietMs} ms`)));
  if (body?.pipe) {
    body.on('error', (error) => request.destroy(error)).pipe(request);
    request.on('close', () => body.destroy());
  } else {
    request.end(body);
  }
  const [response] = await once(request, 'response');
  return response;
}

/** Waits for the answers under way, closes what is left after `withinMs`. */
export async function close(server, withinMs) {
  const closed = once(server, 'close');
  server.close();
  const idle = setInterval(() => server.closeIdleConnections(), 20); // Those that were in use just now.
  const rest = setTimeout(() => server.closeAllConnections(), withinMs);
  await closed;
  clearInterval(idle);
  clearTimeout(rest);
}
