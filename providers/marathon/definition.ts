import type { Call } from '../driver.ts';
import { DriverError } from '../errors.ts';
import type { ResourceId, WorkloadSpec } from '../spec.ts';
import { userData } from '../userData.ts';
import { checkSpec } from '../userData/checkSpec.ts';
import { quoted } from '../userData/words.ts';
import { labelsOf } from './labels.ts';
import { appIdOf, type Site } from './site.ts';

const MIB = 2 ** 20;
/** The boot gives a program 20 seconds to end. */
const GRACE_SECONDS = 25;
const SCRIPT = 'MUSTER_BOOT_SCRIPT';
/** Of `images`: no container image, the agents themselves. */
export const HOST = 'host';

/**
 * What a task runs: the boot script that machines run as well, in the task's sandbox, and then it stays as long as what that started. The
 * script comes by the environment: command lines are seen by everybody on an agent.
 */
const COMMAND = `umask 077
export MUSTER_BOOT_ROOT="\${MESOS_SANDBOX:-$PWD}/muster"
mkdir -p "$MUSTER_BOOT_ROOT"
script=$${SCRIPT}
unset ${SCRIPT}
(eval "$script")
[ $? -eq 0 ] || exit 1
at=$(cat "$MUSTER_BOOT_ROOT/pid")
stop() { kill "$at" 2> /dev/null; while kill -0 "$at" 2> /dev/null; do sleep 1; done; exit 0; }
trap stop TERM INT
while kill -0 "$at" 2> /dev/null; do sleep 1 & wait $!; done
exit 1
`;

/** The app of one component. Throws Unsupported for what Marathon cannot hold. */
export function definitionOf(site: Site, id: ResourceId, spec: WorkloadSpec, { digest }: Call): Readonly<Record<string, unknown>> {
  const { name, config } = site;
  if (spec.network !== 'site') throw new DriverError('Unsupported', 'it cannot be put behind a fence of a drill here: run the drill unfenced, with a reason');
  const [set] = Object.keys(spec.data);
  if (set !== undefined)
    throw new DriverError(
      'Unsupported',
      `data set ${set}: a task's sandbox is lost with the task, so nothing kept there would last; choose another site for what has data`,
    );
  if (spec.size.native !== undefined)
    throw new DriverError('Invalid', `${spec.size.native} is no size here: leave out \`native\` for this site, CPUs and memory are enough`);
  checkSpec(spec);
  for (const value of Object.values(spec.secrets)) quoted(value);
  const { constraints, role, acceptedResourceRoles, user } = config;
  return {
    id: appIdOf(site, id),
    labels: labelsOf({ id, digest, replicas: spec.replicas }),
    cmd: COMMAND,
    // Secrets go by the environment, not by the script: that stands in the sandbox as a file.
    env: { ...spec.secrets, [SCRIPT]: userData({ ...spec, secrets: {} }, { site: name }) },
    instances: spec.replicas,
    cpus: spec.size.cpu,
    mem: Math.ceil(spec.size.memoryBytes / MIB),
    networks: [{ mode: 'host' }],
    portDefinitions: Object.entries(spec.ports).map(([portName, port]) => ({ name: portName, port, protocol: 'tcp' })),
    requirePorts: true,
    taskKillGracePeriodSeconds: GRACE_SECONDS,
    ...(spec.image !== '' && spec.image !== HOST && { container: { type: 'MESOS', docker: { image: spec.image } } }),
    // Nothing of it restarts for being slow: Muster asks for its health.
    backoffSeconds: 2,
    backoffFactor: 2,
    ...(constraints.length > 0 && { constraints }),
    ...(role !== undefined && { role }),
    ...(acceptedResourceRoles && { acceptedResourceRoles }),
    ...(user !== undefined && { user }),
  };
}
