import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { type Mark, STANDING } from '../providers/spec.ts';

/** The 16 hex digits that a run's things carry and that the search attribute DrillMark holds. */
export function markOf(namespace: string, workflowId: string): string {
  return bytesToHex(sha256(utf8ToBytes(`${namespace}/${workflowId}`))).slice(0, 16);
}

/** The mark of what `muster deploy` puts at a site: it never expires and no drill removes it. */
export function standingMark(installation: string): Mark {
  return { installation, run: STANDING, expires: 'never' };
}

export function sha256Hex(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}
