import type { Instance } from '@aws-sdk/client-ec2';
import { passedOver } from '../passedOver.ts';
import type { ErrorCode, Observation } from '../spec.ts';
import type { AwsEc2Config } from './config.ts';
import { codeNamed } from './errors.ts';
import { nativeIdOf, type Seen, stateOf } from './instances.ts';

/** For how long a start that failed is told: EC2 shows it for about an hour, and then it could not be removed for so long. */
const TOLD_SECONDS = 45;

/** What a batch of instances comes to. Undefined when nothing of it is left. */
export function observationOf(
  seen: readonly Seen[],
  { address, subnets }: Pick<AwsEc2Config, 'address' | 'subnets'>,
  now = Date.now(),
): Observation<'workload'> | undefined {
  const [first] = seen;
  if (!first) return undefined;
  const { id, replicas, ports } = first.mark;
  const all = seen.map(({ instance }) => instance);
  const left = all.filter((each) => stateOf(each) !== 'terminated');
  const failure = all.map((each) => startFailure(each, now)).find((each) => each !== undefined);
  const named = { id, nativeId: nativeIdOf(left.length > 0 ? left : all) };
  if (failure) return { ...named, phase: 'failed', ...failure };
  if (left.length === 0) return undefined;
  const kept = left.filter((each) => stateOf(each) !== 'shutting-down');
  if (kept.length === 0) return { ...named, phase: 'removing' };
  if (kept.length < replicas)
    return all.length < replicas
      ? { ...named, phase: 'pending', detail: `${kept.length} of ${replicas} instances are seen` }
      : { ...named, phase: 'failed', code: 'Unavailable', detail: `${replicas - kept.length} of ${replicas} instances were terminated: ${whyGone(all)}` };
  const resting = kept.find((each) => stateOf(each) !== 'running');
  if (resting) return { ...named, phase: 'pending', detail: `${resting.InstanceId} is ${stateOf(resting)}` };
  const hosts = kept.map((each) => hostOf(each, address));
  if (hosts.includes(undefined)) return { ...named, phase: 'pending', detail: `an instance has no ${address} address` };
  const known = hosts.filter((host) => host !== undefined);
  const endpoints = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, known.map((host) => ({ host, port }))] as const));
  const notes = passedOver(
    seen.map(({ mark: { step = 0 }, instance: { Placement, SubnetId = '', InstanceType = '' } }) => ({
      step,
      places: subnets.length,
      place: Placement?.AvailabilityZone ?? SubnetId,
      size: InstanceType,
    })),
  );
  return { ...named, phase: 'ready', status: { endpoints }, ...(notes.length > 0 && { notes }) };
}

export function hostOf({ PrivateIpAddress, PublicIpAddress }: Instance, address: AwsEc2Config['address']): string | undefined {
  return address === 'public' ? PublicIpAddress : PrivateIpAddress;
}

/** EC2 may take a request and then find no room: the instance goes from pending to terminated, with a reason. */
function startFailure(instance: Instance, now: number): { code: ErrorCode; detail: string } | undefined {
  const reason = instance.StateReason?.Code ?? '';
  const code = /^(Server|Client)\./.test(reason) ? codeNamed(reason.slice(reason.indexOf('.') + 1)) : undefined;
  if (stateOf(instance) !== 'terminated' || !code || now - (instance.LaunchTime?.getTime() ?? 0) > TOLD_SECONDS * 1000) return undefined;
  return { code, detail: `${instance.InstanceId} could not be started: ${instance.StateReason?.Message ?? reason}` };
}

function whyGone(all: readonly Instance[]): string {
  const gone = all.find((each) => ['terminated', 'shutting-down'].includes(stateOf(each)));
  return gone?.StateReason?.Message || gone?.StateTransitionReason || 'EC2 gives no reason';
}
