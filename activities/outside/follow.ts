import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

const CHUNK = 256 * 1024;

/** Reads the lines of a growing file, each once. Holds one chunk at a time, whatever the file's length. */
export class Follower {
  readonly #path: string;
  readonly #chunk = Buffer.alloc(CHUNK);
  readonly #decoder = new StringDecoder();
  #file: FileHandle | undefined;
  #rest = '';

  constructor(path: string) {
    this.#path = path;
  }

  /** What is new since the last time; nothing while there is no file. */
  async *lines(): AsyncGenerator<string> {
    this.#file ??= await openIfThere(this.#path);
    if (!this.#file) return;
    for (;;) {
      const { bytesRead } = await this.#file.read(this.#chunk, 0, CHUNK);
      if (bytesRead === 0) return;
      const lines = (this.#rest + this.#decoder.write(this.#chunk.subarray(0, bytesRead))).split('\n');
      this.#rest = lines.pop() ?? '';
      yield* lines;
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Of an absent file: of nothing. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  return hash.digest('hex');
}
