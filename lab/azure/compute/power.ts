import { accepted } from '../accepted.ts';
import type { Answer, Ask } from '../ask.ts';
import { ArmError } from '../armError.ts';
import { inProgress } from '../things.ts';
import { failureOf } from './createVm.ts';
import { startMachine, stopMachine } from './machine.ts';
import { conflict, markedForDeletion } from './refusals.ts';
import type { Power, Vm } from './vm.ts';
import { wantedVm } from './vms.ts';

interface Change {
  readonly ask: Ask;
  readonly vm: Vm;
  readonly action: string;
  readonly during?: Power;
  readonly after: Power;
  readonly until?: Promise<void>;
  readonly failure?: ArmError | undefined;
  /** Once it is there. */
  finally?(): void;
}

/** https://learn.microsoft.com/rest/api/compute/virtual-machines/start */
export function startVm(ask: Ask): Answer {
  const vm = ready(ask, 'start');
  if (vm.power === 'running') return change({ ask, vm, action: 'start', after: 'running' });
  // One that was only stopped keeps its place: https://learn.microsoft.com/azure/virtual-machines/states-billing
  const failure = vm.power === 'stopped' && ask.fault?.kind === 'capacity' ? undefined : failureOf(ask, vm.zones);
  return change({ ask, vm, action: 'start', during: 'starting', after: 'running', failure, finally: () => startMachine(ask.cloud, vm) });
}

/** skipShutdown is without asking the system first: https://learn.microsoft.com/rest/api/compute/virtual-machines/power-off */
export function powerOffVm(ask: Ask): Answer {
  const vm = ready(ask, 'powerOff');
  const off = vm.power === 'stopped' || vm.power === 'deallocated';
  if (off && vm.power) return change({ ask, vm, action: 'powerOff', after: vm.power });
  const how = ask.query.get('skipShutdown') === 'true' ? 'power' : 'polite';
  return change({ ask, vm, action: 'powerOff', during: 'stopping', after: 'stopped', until: stopMachine(ask.cloud, vm, how) });
}

/** https://learn.microsoft.com/rest/api/compute/virtual-machines/deallocate */
export function deallocateVm(ask: Ask): Answer {
  const vm = ready(ask, 'deallocate');
  if (vm.power === 'deallocated') return change({ ask, vm, action: 'deallocate', after: 'deallocated' });
  return change({ ask, vm, action: 'deallocate', during: 'deallocating', after: 'deallocated', until: stopMachine(ask.cloud, vm, 'polite') });
}

/** https://learn.microsoft.com/rest/api/compute/virtual-machines/restart */
export function restartVm(ask: Ask): Answer {
  const vm = ready(ask, 'restart');
  if (vm.power !== 'running')
    throw new ArmError(409, 'OperationNotAllowed', `Operation 'restart' is not allowed on VM '${vm.name}' since the VM does not run.`);
  return change({ ask, vm, action: 'restart', after: 'running', until: stopMachine(ask.cloud, vm, 'polite'), finally: () => startMachine(ask.cloud, vm) });
}

function ready(ask: Ask, action: string): Vm {
  const vm = wantedVm(ask);
  if (vm.state === 'Deleting') throw markedForDeletion(action, vm);
  if (inProgress(vm)) throw conflict();
  return vm;
}

function change({ ask, vm, during, after, until, failure, finally: last }: Change): Answer {
  const { cloud, fault } = ask;
  const before = vm.power;
  const ms = (during ? cloud.operationMs : 0) + (fault?.kind === 'slowOperation' ? fault.ms : 0);
  if (during) vm.power = during;
  vm.state = 'Updating';
  delete vm.failure;
  vm.operation = cloud.operations.begin({
    ms,
    ...(until && { until }),
    ...(failure && { failure }),
    finish(failed) {
      vm.state = failed ? 'Failed' : 'Succeeded';
      if (failed) {
        if (before) vm.power = before;
        else delete vm.power;
        vm.failure = failed;
        return;
      }
      vm.power = after;
      last?.();
    },
  });
  return accepted(ask, 'Microsoft.Compute', vm.operation, ms);
}
