// The program that stands behind one replica. Started by the driver, outlives it, and is found again by its mark.
import { identify } from '../processes.ts';
import type { BootOrder } from './order.ts';
import { Supervisor } from './supervisor.ts';

const order = await orderFrom(process.stdin);
const self = await identify(process.pid);
if (order && self) {
  const supervisor = new Supervisor(order, self);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => supervisor.stop());
  await supervisor.run();
}
process.exit(0);

/** Undefined when the driver went away before it said what to do. */
async function orderFrom(input: NodeJS.ReadableStream): Promise<BootOrder | undefined> {
  let text = '';
  for await (const chunk of input) text += String(chunk);
  return text.endsWith('\n') ? JSON.parse(text) : undefined;
}
