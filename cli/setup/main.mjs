import { faultOf } from './fault.mjs';
import { setUp } from './setUp.mjs';

/** Makes what is named ready. Says what it does on stderr, nothing when there is nothing to do; exit code 2 when it cannot. */
export async function main(needs) {
  try {
    await setUp(needs);
    return true;
  } catch (error) {
    process.stderr.write(`muster set-up: ${faultOf(error)}\n`);
    process.exitCode = 2;
    return false;
  }
}
