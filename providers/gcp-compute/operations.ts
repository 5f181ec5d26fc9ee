import type { Operation } from './answers.ts';
import { GceError } from './errors.ts';
import type { Site } from './site.ts';

/** All operations of a zone that fit, over all pages. */
export async function* operations({ gce, pageSize }: Site, zone: string, filter: string, signal: AbortSignal): AsyncGenerator<Operation> {
  let pageToken: string | undefined;
  do {
    const page = await gce.operations({ zone, filter, maxResults: pageSize, ...(pageToken !== undefined && { pageToken }) }, signal);
    yield* page.items;
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
}

export function isDone({ status }: Operation): boolean {
  return status === 'DONE';
}

/** An operation that could not do what it was for. The SDK throws none of these. */
export function failureOf({ error, httpErrorStatusCode: status, httpErrorMessage, name }: Operation): GceError | undefined {
  if (error.length === 0 && status === undefined) return undefined;
  const message = error.flatMap(({ message, code }) => message ?? code ?? []).join(' ') || httpErrorMessage || `operation ${name} failed`;
  return new GceError(message, { status, reasons: error.flatMap(({ code }) => code ?? []) });
}
