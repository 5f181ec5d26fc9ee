import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fetchable } from '../../providers/spec.ts';

/** Files by URL. */
export class TestFiles {
  readonly #server: Server;
  readonly #bodies = new Map<string, Buffer>();
  /** Paths asked for, in order. */
  readonly asked: string[] = [];
  url = '';

  constructor() {
    this.#server = createServer(({ url = '' }, response) => {
      const path = url.split('?')[0] ?? '';
      const body = this.#bodies.get(path);
      this.asked.push(path);
      response.writeHead(body ? 200 : 404).end(body);
    });
  }

  async listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (typeof address === 'object' && address) this.url = `http://127.0.0.1:${address.port}`;
    return this;
  }

  put(name: string, body: Buffer | string): Fetchable {
    const bytes = Buffer.from(body);
    this.#bodies.set(`/${name}`, bytes);
    return { url: `${this.url}/${name}`, sha256: createHash('sha256').update(bytes).digest('hex') };
  }

  /** An archive of what this shell script makes in an empty directory; `words` say how tar is to pack it. */
  pack(name: string, script: string, words: readonly string[] = ['.']): Fetchable {
    const folder = mkdtempSync(join(tmpdir(), 'pack-'));
    try {
      execFileSync('sh', ['-ec', script], { cwd: folder });
      execFileSync('tar', ['-czPf', join(tmpdir(), name), ...words], { cwd: folder });
      return this.put(name, readFileSync(join(tmpdir(), name)));
    } finally {
      rmSync(folder, { recursive: true, force: true });
      rmSync(join(tmpdir(), name), { force: true });
    }
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
