import type { CanaryReading } from '../../drills/probing.ts';
import type { ReadCanaryInput } from '../contract.ts';
import { runOf } from './canary/marker.ts';
import { compareLedger } from './compareLedger.ts';
import { outsideFiles } from './files.ts';
import { Follower } from './follow.ts';
import { beating, type Held, Hopeless, LeftRunning } from './held.ts';
import { type AckedMarker, ackedOf } from './ledger.ts';
import { parseMarker } from './lines.ts';
import { listedMarkers } from './listedMarkers.ts';
import { exchange, reasonOf } from './process/exchange.ts';
import { siteOf } from './process/identity.ts';
import { pause } from './process/openLoop.ts';

/** Room for 100,000 orders of some size. */
const MOST_BYTES = 64 * 1024 * 1024;
const TRY_FOR_SECONDS = 15;
const TRY_AGAIN_MS = 500;

/** Reads the markers back through the workload's own list and compares them with the ledger. Fails for good when no list can be had. */
export async function runReadCanary(input: ReadCanaryInput, folder: string, held: Held, tryForSeconds = TRY_FOR_SECONDS): Promise<CanaryReading> {
  const giveUpAt = performance.now() + tryForSeconds * 1000;
  let trouble: string | undefined;
  return beating(
    held,
    () => ({ trouble }),
    async () => {
      for (;;) {
        try {
          return await readOnce(input, folder, held.signal);
        } catch (error) {
          if (held.signal.aborted) throw held.ending() === 'finish' ? held.signal.reason : new LeftRunning('left to the next attempt');
          trouble = reasonOf(error);
          if (performance.now() >= giveUpAt) throw new Hopeless(`canary could not be read back: ${trouble}`, { cause: error });
          await pause(TRY_AGAIN_MS, held.signal);
        }
      }
    },
  );
}

async function readOnce(input: ReadCanaryInput, folder: string, signal: AbortSignal): Promise<CanaryReading> {
  const askedAt = new Date().toISOString();
  const { site, listed } = await askList(input, signal);
  const until = input.until !== undefined && input.until < askedAt ? input.until : askedAt;
  const ledger = await readLedger(outsideFiles(folder, 'canary', input.vantage).lines);
  const asked = { run: runOf(input.runFolder), until, ...(input.site !== undefined && { site: input.site }) };
  return { at: askedAt, ...(site !== undefined && { site }), ...compareLedger(ledger, listed, asked) };
}

async function askList({ list, identity, expect, tenant, timeoutSeconds }: ReadCanaryInput, signal: AbortSignal) {
  const answer = await exchange({ ...list, timeoutSeconds, maxBytes: MOST_BYTES }, signal);
  const site = identity && siteOf(identity, answer.headers, answer.body);
  if (answer.status < 200 || answer.status > 299) throw new Error(`answered ${answer.status}`);
  if (!answer.whole) throw new Error(`the list is longer than ${MOST_BYTES} bytes`);
  if (expect !== undefined && site !== expect) throw new Error(`answered by ${site ?? 'nobody named'}, not by ${expect}`);
  const listed = listedMarkers(JSON.parse(answer.body.toString()), tenant);
  if (!listed) throw new Error('the answer holds no array');
  return { site, listed };
}

async function readLedger(path: string): Promise<AckedMarker[]> {
  const markers: AckedMarker[] = [];
  const follower = new Follower(path);
  try {
    for await (const text of follower.lines()) {
      const line = parseMarker(text);
      const acked = line && ackedOf(line);
      if (acked) markers.push(acked);
    }
  } finally {
    await follower.close();
  }
  return markers;
}
