import { createInterface } from 'node:readline/promises';

/** Nobody spends money by accident: it needs a person at a terminal, or a flag that says what it does. */
export async function agreed(yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY) {
    console.error('nothing was called: this needs a terminal to be agreed to, or --yes-spend-money');
    return false;
  }
  const ask = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await ask.question('Go on? yes/no: ');
  ask.close();
  if (answer.trim() === 'yes') return true;
  console.error('nothing was called');
  return false;
}
