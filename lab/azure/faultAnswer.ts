import type { How } from '../faults.ts';
import { ArmError } from './armError.ts';
import type { Tokens } from './identity/tokens.ts';

/** A planted fault that refuses at once, in Azure's form; the others go wrong inside. */
export function refusalOf(fault: How | undefined, tokens: Tokens, action: string, scope: string): ArmError | undefined {
  switch (fault?.kind) {
    // https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
    case 'throttle': {
      const seconds = String(fault.retryAfterSeconds ?? 1);
      return new ArmError(
        429,
        'TooManyRequests',
        `The request is being throttled as the limit has been reached for operation type. For more information, see aka.ms/ARMThrottling. Retry after ${seconds} seconds.`,
        {
          headers: { 'retry-after': seconds, 'x-ms-ratelimit-remaining-subscription-reads': '0', 'x-ms-ratelimit-remaining-subscription-writes': '0' },
        },
      );
    }
    case 'denied':
      return denied('the client', action, scope);
    case 'expired':
      return tokens.expired();
    case 'refuse':
      return fault.status === 200 ? undefined : new ArmError(fault.status, fault.code, fault.message ?? fault.code);
    default:
      return undefined;
  }
}

/** https://learn.microsoft.com/azure/role-based-access-control/troubleshooting */
export function denied(objectId: string, action: string, scope: string): ArmError {
  return new ArmError(
    403,
    'AuthorizationFailed',
    `The client '${objectId}' with object id '${objectId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}
