import type { DrillRecord } from '../record.ts';
import { gapSection, findingSection, peopleSection } from './sections/judged.ts';
import { clockSection, measureSection, outsideSection } from './sections/measured.ts';
import { runSection, safetySection, stepSection, resourceSection } from './sections/done.ts';
import type { Section } from './sections/section.ts';

/** What both Markdown and HTML show below the figures and the picture, in this order. */
export function sectionsOf(record: DrillRecord): Section[] {
  return [
    measureSection(record),
    clockSection(record),
    gapSection(record),
    findingSection(record),
    peopleSection(record),
    stepSection(record),
    outsideSection(record),
    safetySection(record),
    resourceSection(record),
    runSection(record),
  ].filter((section) => section !== undefined);
}
