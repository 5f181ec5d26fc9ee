import { mistakeInZone, parseOn } from '../../schedule.ts';
import { duration } from '../../units.ts';
import type { Document, Report } from '../document.ts';
import { listed, quoted } from '../say.ts';
import { find, textAt } from '../tree.ts';
import { isMode, modesOf } from './modes.ts';

/** The shortest time that the Temporal server looks back for missed starts. */
const LEAST_CATCH_UP_SECONDS = 10;

export function checkSchedule(drill: Document, report: Report): void {
  const { root } = drill;
  const on = textAt(root, 'schedule', 'on');
  const spec = on?.trim() ? parseOn(on) : undefined;
  if (spec && 'mistake' in spec) report(drill, ['schedule', 'on'], spec.mistake);
  const zone = textAt(root, 'schedule', 'zone');
  const wrong = zone === undefined ? undefined : mistakeInZone(zone);
  if (zone !== undefined && wrong !== undefined) report(drill, ['schedule', 'zone'], `${quoted(zone)} is not a time zone; ${wrong}`);
  const mode = textAt(root, 'schedule', 'mode');
  const modes = modesOf(drill).map((each) => each.mode);
  const clear = isMode(mode) && modes.length > 0 && modes.every(isMode);
  if (clear && !modes.includes(mode)) report(drill, ['schedule', 'mode'], `the drill allows ${listed(modes)}, not ${mode}; name it under modes to allow it`);
  const catchUp = find(root, ['schedule', 'catchUp']);
  const seconds = duration.safeParse(catchUp?.value).data;
  if (catchUp && seconds !== undefined && seconds < LEAST_CATCH_UP_SECONDS)
    report(drill, ['schedule', 'catchUp'], `a missed start is looked for over at least ${LEAST_CATCH_UP_SECONDS}s; write 10s or more`);
}
