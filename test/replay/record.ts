/** Records anew what `npm test` replays: `node test/replay/record.ts [name…]`. Only where a change of the workflows is meant to break running drills. */
import { startTestServer } from '../support/server.ts';
import { keepHistory } from './histories.ts';
import { RECORDINGS } from './recordings.ts';

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in RECORDINGS));
if (unknown.length > 0) {
  console.error(`there is no recording ${unknown.join(', ')}; there are ${Object.keys(RECORDINGS).join(', ')}`);
  process.exit(2);
}
const server = await startTestServer();
try {
  for (const [name, record] of Object.entries(RECORDINGS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const history = await (await record(server)).fetchHistory();
    const bytes = await keepHistory(name, history);
    console.log(`${name}: ${history.events?.length ?? 0} events, ${(bytes / 1024).toFixed(0)} KiB`);
  }
} finally {
  await server.stop();
}
process.exit(0);
