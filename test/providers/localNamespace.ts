import { execFile } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Namespace {
  readonly name: string;
  /** Of this machine, as it is seen from inside. */
  readonly outside: string;
  close(): Promise<void>;
}

/** What an operator makes for a site that a drill may isolate: a network namespace with a cable to this machine and a way out. */
export async function makeNamespace(): Promise<Namespace> {
  const name = `mt-${randomBytes(4).toString('hex')}`;
  const net = `10.214.${randomInt(256)}.`;
  const host = randomInt(64) * 4;
  const ip = (...words: string[]): Promise<unknown> => run('ip', words);
  const close = async (): Promise<void> => {
    await ip('link', 'del', name).catch(() => {});
    await ip('netns', 'del', name).catch(() => {});
  };
  try {
    await ip('netns', 'add', name);
    await ip('link', 'add', name, 'type', 'veth', 'peer', 'name', 'lan', 'netns', name);
    await ip('addr', 'add', `${net}${host + 1}/30`, 'dev', name);
    await ip('link', 'set', name, 'up');
    await ip('-n', name, 'addr', 'add', `${net}${host + 2}/30`, 'dev', 'lan');
    await ip('-n', name, 'link', 'set', 'lo', 'up');
    await ip('-n', name, 'link', 'set', 'lan', 'up');
    await ip('-n', name, 'route', 'add', 'default', 'via', `${net}${host + 1}`);
  } catch (error) {
    await close();
    throw error;
  }
  return { name, outside: `${net}${host + 1}`, close };
}
