import { classify } from './errors.ts';
import type { Site } from './site.ts';

/** Nobody makes one of this name: those of Muster begin otherwise. */
const NONE = 'muster-may-it';

/**
 * Asks for a change, a stop and the removal of a machine that is not there, with the credentials for changing. Azure refuses who may not
 * before it looks whether there is one. Making and changing machines is one right there. Throws what Azure says then.
 * https://learn.microsoft.com/azure/azure-resource-manager/management/control-plane-and-data-plane
 */
export async function checkPermitted({ azure }: Site, signal: AbortSignal): Promise<void> {
  const asked = [azure.changeMachine(NONE, {}, undefined, signal), azure.stopMachine(NONE, true, signal), azure.removeMachine(NONE, signal)];
  await Promise.all(
    asked.map((each) =>
      each.catch((error: unknown) => {
        if (classify(error).code !== 'NotFound') throw error;
      }),
    ),
  );
}
