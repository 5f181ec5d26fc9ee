import { act } from '../act.ts';
import { addUndo } from '../recovery.ts';
import type { Scene } from './scene.ts';

/** A step of the drill's own. `repeat: never` is tried once: a crash in its middle is for a person to judge. */
export async function script({ run, step }: Scene): Promise<void> {
  const { script: program, name } = step;
  if (!program) return;
  const { undo, repeat, timeoutSeconds, reads } = program;
  if (undo) addUndo(run, { do: 'script', name, run: undo, timeoutSeconds, reads });
  const env = { MUSTER_DRILL: run.plan.drill.name, MUSTER_STEP: name, MUSTER_FROM: run.plan.from.site, MUSTER_TO: run.plan.to.site };
  const done = await act(
    'runScript',
    { summary: `run ${program.run[0]}`, within: timeoutSeconds, attempts: repeat === 'never' ? 1 : 5 },
    { name, run: program.run, timeoutSeconds, reads, env },
  );
  if (!done.ok) throw new RangeError(`exit ${done.exitCode}: ${done.output.slice(-500)}`);
}
