import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const OWN = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];

let known: Promise<readonly string[] | undefined> | undefined;

/**
 * Arguments of unshare(1) that give a process its own mounts and its own process numbers, so that all of it ends with its first one:
 * for root, or where user namespaces are allowed. Undefined where neither is so.
 */
export function ownRoot(): Promise<readonly string[] | undefined> {
  return (known ??= find());
}

async function find(): Promise<readonly string[] | undefined> {
  for (const args of [OWN, ['--user', '--map-root-user', ...OWN]]) {
    const works = await run('unshare', [...args, 'sh', '-c', 'mount --bind /tmp /tmp']).then(
      () => true,
      () => false,
    );
    if (works) return args;
  }
  return undefined;
}
