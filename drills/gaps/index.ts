import type { Gap } from '../gap.ts';
import { type Files, run } from './check.ts';
import { FILE_CHECKS } from './files.ts';

/** Gaps that follow from the files alone, before anything is asked. */
export function staticGaps(files: Files): Gap[] {
  return run(FILE_CHECKS, files, 'static');
}
