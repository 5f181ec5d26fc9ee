import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { type Route, route, type RouteValue } from './route.ts';

const file = z.strictObject({ routes: z.record(z.string(), route) });

/** The routes, in a file that is whole at every moment. Check and change happen in one turn of the event loop. */
export class State {
  readonly #path: string;
  #routes: Readonly<Record<string, Route>>;

  /** Throws on a file that cannot be read: to start with no route would look like a switch. */
  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    try {
      this.#routes = existsSync(path) ? file.parse(JSON.parse(readFileSync(path, 'utf8'))).routes : {};
    } catch (error) {
      throw new Error(`${path} is no state of a forwarder: restore it, or remove it to start with empty routes`, { cause: error });
    }
  }

  get(name: string): Route | undefined {
    return Object.hasOwn(this.#routes, name) ? this.#routes[name] : undefined;
  }

  /** On the disk before it returns. Undefined = it has another version, and nothing is changed. */
  set(name: string, value: RouteValue, expected: string | undefined): Route | undefined {
    if (this.get(name)?.version !== expected) return undefined;
    // A number alone would come again after the file was lost.
    const count = Number.parseInt(expected ?? '0', 10) + 1;
    const next = { ...value, version: `${count}-${randomBytes(4).toString('hex')}` };
    const routes = { ...this.#routes, [name]: next };
    this.#write(JSON.stringify({ routes }, undefined, 2));
    this.#routes = routes;
    return next;
  }

  #write(text: string): void {
    const temporary = `${this.#path}.new`;
    const written = openSync(temporary, 'w');
    writeSync(written, text);
    fsyncSync(written);
    closeSync(written);
    renameSync(temporary, this.#path);
    const dir = openSync(dirname(this.#path), 'r');
    fsyncSync(dir);
    closeSync(dir);
  }
}
