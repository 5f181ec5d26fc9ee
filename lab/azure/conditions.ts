import type { IncomingHttpHeaders } from 'node:http';
import { ArmError } from './armError.ts';
import type { Thing } from './things.ts';

/** If-Match and If-None-Match: https://learn.microsoft.com/rest/api/azure/#http-request-headers */
export function checkConditions(headers: IncomingHttpHeaders, existing: Thing | undefined): void {
  const match = headers['if-match'];
  if (match !== undefined && (!existing || (match !== '*' && match !== existing.etag)))
    throw new ArmError(
      412,
      'PreconditionFailed',
      `Precondition failed. If-Match is '${match}', the resource ${existing ? `has '${existing.etag}'` : 'is not there'}.`,
    );
  if (headers['if-none-match'] === '*' && existing)
    throw new ArmError(412, 'PreconditionFailed', "Precondition failed. If-None-Match is '*' and the resource is there.");
}
