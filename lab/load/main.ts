import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type Load, LoadOptions, startLoad } from './load.ts';

/** `main.ts --url ROUTE_URL --rate PER_SECOND --ledger FILE [--tenant NAME]`: runs until SIGTERM, then prints its summary as one line of JSON. */
function start(): Load {
  const { values } = parseArgs({ options: { url: { type: 'string' }, rate: { type: 'string' }, ledger: { type: 'string' }, tenant: { type: 'string' } } });
  const { rate, ...rest } = values;
  return startLoad(LoadOptions.parse({ ...rest, ratePerSecond: Number(rate) }));
}

function startOrExplain(): Load {
  try {
    return start();
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error).replaceAll(/\s*\n\s*/g, ' ') : error instanceof Error ? error.message : String(error);
    console.error(`load: ${reason}; give --url http://host:port --rate 20 --ledger orders.jsonl`);
    process.exit(2);
  }
}

const load = startOrExplain();

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  console.log(JSON.stringify(await load.stop()));
}

process.on('SIGTERM', stop);
process.on('SIGINT', stop);
