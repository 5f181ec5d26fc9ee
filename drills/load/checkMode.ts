import type { Drill } from '../schema/drill.ts';
import { MODES } from '../schema/names.ts';
import type { Source } from './files.ts';
import type { Problem } from './problem.ts';
import { nearest, quoted } from './say.ts';

/** What is wrong with running this drill in this mode: at the place of `modes` in its file. */
export function checkMode({ file, value, placeOf }: Source<Drill>, mode: string): Problem | undefined {
  if (value.modes.some((each) => each === mode)) return undefined;
  const known = MODES.some((each) => each === mode);
  const guess = nearest(mode, value.modes);
  const allowed = `drill ${quoted(value.drill)} allows ${value.modes.join(', ')}`;
  const right = known ? `; add ${mode} to modes to allow it` : guess === undefined ? '' : `; did you mean ${quoted(guess)}?`;
  return { file, ...placeOf(['modes'], 'key'), message: `${known ? `mode ${mode} is not allowed` : `there is no mode ${quoted(mode)}`}: ${allowed}${right}` };
}
