import type { How } from '../faults.ts';
import { ArmError } from './armError.ts';
import { plantedThrottle } from './buckets.ts';
import type { Tokens } from './identity/tokens.ts';

/** A planted fault that refuses at once, in Azure's form; the others go wrong inside. */
export function refusalOf(fault: How | undefined, tokens: Tokens, method: string, action: string, scope: string): ArmError | undefined {
  switch (fault?.kind) {
    case 'throttle':
      return plantedThrottle(method, fault.retryAfterSeconds ?? 1);
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
