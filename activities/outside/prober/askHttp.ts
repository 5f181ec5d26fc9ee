import { exchange } from '../process/exchange.ts';
import { siteOf } from '../process/identity.ts';
import type { Ask } from './ask.ts';

const MOST_BYTES = 1024 * 1024;

export const askHttp: Ask<'http'> = async (ask, { identity, timeoutSeconds }) => {
  const answer = await exchange({ method: ask.method, url: ask.url, timeoutSeconds, maxBytes: MOST_BYTES });
  const site = identity && siteOf(identity, answer.headers, answer.body);
  if (answer.status < 200 || answer.status > 299) throw new Error(`answered ${answer.status}${site ? ` by ${site}` : ''}`);
  // A maintenance page answers 200 too.
  if (identity && !site) throw new Error(answer.whole ? 'answered without identity' : `answered without identity in the first ${MOST_BYTES} bytes`);
  return site ? { site } : {};
};
