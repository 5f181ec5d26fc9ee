import { actAt } from './act.ts';
import { probeName } from './probing.ts';
import type { Run } from './run.ts';

interface Wanted {
  readonly site: string;
  readonly route: 'live' | 'drill';
  readonly notBefore: string;
  readonly holdSeconds: number;
  readonly deadlineSeconds: number;
  readonly summary: string;
}

/**
 * Waits until one window of `holdSeconds` is clean at every vantage for every probe: each says where its first clean
 * window starts, and whoever was earlier looks again from the latest start on.
 */
export async function awaitClean(run: Run, runFolder: string, wanted: Wanted): Promise<{ readonly met: boolean; readonly start?: string; readonly detail: string }> {
  const { plan } = run;
  const probes = wanted.route === 'drill' ? plan.drillProbes : plan.probes;
  const asked = plan.vantages.flatMap((vantage) => probes.map((probe) => ({ vantage, probe })));
  let notBefore = wanted.notBefore;
  for (;;) {
    const from = notBefore;
    const answers = await Promise.all(
      asked.map(({ vantage, probe }) =>
        actAt(
          vantage,
          'awaitClean',
          { summary: `${wanted.summary} (${vantage})`, within: wanted.deadlineSeconds + wanted.holdSeconds + 10 },
          {
            runFolder,
            vantage,
            probe: probeName(probe.name, wanted.route),
            ...(probe.identity ? { site: wanted.site } : {}),
            notBefore: from,
            holdSeconds: wanted.holdSeconds,
            deadlineSeconds: wanted.deadlineSeconds,
          },
        ),
      ),
    );
    const unmet = answers.find((answer) => !answer.met);
    if (unmet) return unmet;
    const starts = answers.map((answer) => answer.start ?? from);
    const latest = starts.reduce((a, b) => (a > b ? a : b));
    const slack = Math.max(...asked.map(({ probe }) => probe.everySeconds + probe.timeoutSeconds)) * 1000;
    // Probes of one rate start their windows up to an interval apart: that is one window.
    if (starts.every((start) => Date.parse(latest) - Date.parse(start) <= slack)) return { met: true, start: latest, detail: `clean from ${latest}` };
    notBefore = new Date(Date.parse(latest) - slack).toISOString();
  }
}
