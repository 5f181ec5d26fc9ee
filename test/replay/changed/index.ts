import type { Plan } from '../../../drills/plan.ts';
import type { ShortForm } from '../../../drills/record.ts';
import { act } from '../../../workflows/act.ts';
import { drill as asItIs } from '../../../workflows/drill.ts';

export { lock } from '../../../workflows/lock.ts';

/** The drill of a careless release: one activity more, at its very beginning. */
export async function drill(plan: Plan): Promise<ShortForm> {
  await act('examine', { summary: 'one look more', within: 10 });
  return asItIs(plan);
}
