import { duration, sayDuration } from '../../units.ts';
import type { Document, Report } from '../document.ts';
import { find, itemsAt, type Path } from '../tree.ts';

/** As `makePlan` does where the drill says nothing. */
const DEADLINE_IN_RTOS = 3;
const LEAST_DEADLINE_SECONDS = 30;
const DEFAULT_HOLD_SECONDS = 120;
const DEFAULT_LIMIT_SECONDS = 14_400;

/** Times that leave no room for what must happen within them. */
export function checkTimes(drill: Document, report: Report): void {
  const seconds = (...path: Path) => {
    const node = find(drill.root, path);
    return node ? duration.safeParse(node.value).data : undefined;
  };
  const rto = seconds('objectives', 'rto');
  const hold = seconds('objectives', 'hold') ?? DEFAULT_HOLD_SECONDS;
  const ownDeadline = seconds('deadline');
  const ownLimit = seconds('limit');
  const limit = ownLimit ?? DEFAULT_LIMIT_SECONDS;
  const limitWords = `limit of ${sayDuration(limit)}${ownLimit === undefined ? ' (the default)' : ''}`;
  if (rto === 0) report(drill, ['objectives', 'rto'], 'no service comes back in no time; write an rto of more than 0s');
  if (seconds('objectives', 'hold') === 0) report(drill, ['objectives', 'hold'], 'a service that holds for no time has not recovered; write a hold such as 2m');
  if (rto === undefined || rto === 0) return;
  const deadline = ownDeadline ?? Math.max(DEADLINE_IN_RTOS * rto, LEAST_DEADLINE_SECONDS);
  if (ownDeadline !== undefined && ownDeadline < rto)
    report(
      drill,
      ['deadline'],
      `a deadline of ${sayDuration(ownDeadline)} gives up before the rto of ${sayDuration(rto)} has passed; write ${sayDuration(rto)} or more`,
    );
  else if (deadline < hold)
    report(
      drill,
      ownDeadline === undefined ? ['objectives', 'hold'] : ['deadline'],
      `a deadline of ${sayDuration(deadline)}${ownDeadline === undefined ? ' (three times the rto)' : ''} is shorter than the hold of ${sayDuration(hold)}; no recovery could be seen`,
    );
  else if (limit < deadline + hold) {
    const place: Path = ownLimit === undefined ? (ownDeadline === undefined ? ['objectives', 'rto'] : ['deadline']) : ['limit'];
    report(
      drill,
      place,
      `the ${limitWords} ends the run before deadline and hold (${sayDuration(deadline)} + ${sayDuration(hold)}) have passed; write limit: ${sayDuration(niceAbove(deadline + hold))} or more`,
    );
  }
  for (const list of ['steps', 'verify', 'guards']) {
    for (const index of itemsAt(drill.root, list).keys()) {
      const timeout = seconds(list, index, 'timeout');
      if (timeout !== undefined && timeout >= limit)
        report(
          drill,
          [list, index, 'timeout'],
          `the ${limitWords} ends the run before this timeout of ${sayDuration(timeout)} has passed; make it shorter, or the limit longer`,
        );
      if (timeout === 0) report(drill, [list, index, 'timeout'], 'a timeout of 0s leaves no time to run; write one such as 1m');
    }
  }
}

/** Room for the steps around, in whole minutes or hours. */
function niceAbove(seconds: number): number {
  const unit = seconds > 7200 ? 3600 : 60;
  return Math.ceil((seconds * 1.5) / unit) * unit;
}
