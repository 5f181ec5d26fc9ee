import { ArmError } from '../armError.ts';
import type { Finding } from './check.ts';
import type { Described } from './description.ts';

/**
 * What is wrong with a request, as the two services say it. As it came to others: network has one code for all
 * (https://github.com/MicrosoftLearning/AZ-700-Designing-and-Implementing-Microsoft-Azure-Networking-Solutions/issues/153), names at the
 * top are refused before compute sees them (https://github.com/Azure/azure-powershell/issues/7556).
 */
export function refuseRequest(provider: Described['provider'], findings: readonly Finding[]): ArmError {
  const [{ kind, path, text }] = findings.length > 0 ? [findings[0] ?? NONE] : [NONE];
  const place = path ? ` Path '${path}'.` : '';
  if (provider === 'Microsoft.Network')
    return new ArmError(400, 'InvalidRequestFormat', 'Cannot parse the request.', {
      details: findings.map((each) => ({
        code: each.kind === 'missing' ? 'MissingJsonProperty' : 'InvalidJson',
        message: `${each.text}. Path '${each.path}'.`,
      })),
    });
  // Names at the top are looked at by Azure Resource Manager itself.
  if (kind === 'unknown' && !path.includes('.'))
    return new ArmError(400, 'InvalidRequestContent', `The request content was invalid and could not be deserialized: '${text}.${place}'`);
  if (kind === 'missing' && path === 'location') return new ArmError(400, 'LocationRequired', 'The location property is required for this definition.');
  if (kind === 'missing') return new ArmError(400, 'InvalidParameter', `${text}.`, { target: path.replace(/^properties\./, '') });
  return new ArmError(400, 'BadRequest', `${text}.${place}`, { target: path });
}

const NONE: Finding = { kind: 'type', path: '', text: 'The request is not valid' };
