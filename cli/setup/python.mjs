import { command } from './command.mjs';
import { oneLine, SetupFault } from './fault.mjs';
import { onPath } from './onPath.mjs';

const INSTALL = 'Install it (Debian, Ubuntu: apt install python3 python3-pip; Fedora: dnf install python3-pip; macOS: brew install python)';

/** A Python ≥ 3.9 with pip on the PATH. Throws a SetupFault that says which of these is missing. */
export async function findPython(purpose, otherwise) {
  let fault;
  for (const name of ['python3', 'python']) {
    const python = onPath(name);
    if (!python) continue;
    const why = await whyNot(python);
    if (!why) return python;
    fault ??= why;
  }
  fault ??= 'there is no python3 on the PATH';
  throw new SetupFault(`Python 3.9 or newer with pip is needed to ${purpose}, and ${fault}. ${INSTALL}${otherwise}.`);
}

async function whyNot(python) {
  const asked = await ask(python, ['-c', 'import sys; print("%d.%d.%d" % sys.version_info[:3])']);
  const version = /^(\d+)\.(\d+)\.\d+$/m.exec(asked.output);
  if (!asked.ok || !version) return `${python} does not run (${oneLine(asked.output) || `exit code ${asked.code}`})`;
  const [whole, major, minor] = version;
  if (Number(major) < 3 || (Number(major) === 3 && Number(minor) < 9)) return `${python} is Python ${whole}`;
  const pip = await ask(python, ['-m', 'pip', '--version']);
  return pip.ok ? undefined : `${python} has no pip`;
}

async function ask(python, args) {
  try {
    return await command(python, args);
  } catch (error) {
    return { ok: false, code: undefined, output: String(error.message) };
  }
}
