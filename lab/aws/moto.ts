import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../freePorts.ts';
import { packages } from './python.ts';

const SERVE = fileURLToPath(new URL('serve.py', import.meta.url));
const READY_MS = 60_000;

/** It then refuses what AWS refuses: unknown images, types and key pairs. */
const STRICT = {
  MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION: '1',
  MOTO_ENABLE_AMI_VALIDATION: '1',
  MOTO_ENABLE_KEYPAIR_VALIDATION: '1',
  // Its own hundreds of images cost seconds at each start, and one that is registered forgets its architecture.
  MOTO_AMIS_PATH: fileURLToPath(new URL('images.json', import.meta.url)),
};

export interface RunningMoto {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts moto on a free port of loopback; its first start fetches it from PyPI. It ends with this process, however that ends. */
export async function startMoto(): Promise<RunningMoto> {
  const { python, folder } = await packages();
  const [port] = await freePorts([0]);
  const env = { ...process.env, ...STRICT, PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '' };
  const child = spawn(python, [SERVE, String(port)], { stdio: ['pipe', 'ignore', 'pipe'], env });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said = (said + chunk).slice(-2000)));
  const gone = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`ended with ${code ?? signal}`));
  });
  let ended: string | undefined;
  void gone.then((how) => (ended = how));
  const url = `http://127.0.0.1:${port}`;
  for (const end = Date.now() + READY_MS; !(await answers(url)); await sleep(50)) {
    if (ended !== undefined) throw new Error(`moto ${ended} before it answered: ${said.trim().split('\n').at(-1)}`);
    if (Date.now() > end) {
      child.kill('SIGKILL');
      throw new Error(`moto did not answer within ${READY_MS / 1000} s`);
    }
  }
  return {
    url,
    pid: child.pid ?? 0,
    async stop() {
      child.stdin.end();
      child.kill('SIGTERM');
      await gone;
    },
  };
}

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/moto-api/`).then(
    (response) => response.ok,
    () => false,
  );
}
