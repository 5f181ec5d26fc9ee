import { isCancellation } from '@temporalio/workflow';
import type { ProbeSpec } from '../drills/probing.ts';
import { actAt, reasonOf } from './act.ts';
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

interface Seen {
  readonly met: boolean;
  readonly start?: string;
  readonly detail: string;
}

/**
 * Waits until one window of `holdSeconds` is clean at every vantage for every probe: each says where its first clean
 * window starts, and whoever was earlier looks again from the latest start on.
 */
export async function awaitClean(run: Run, runFolder: string, wanted: Wanted): Promise<Seen> {
  const { plan } = run;
  const probes = wanted.route === 'drill' ? plan.drillProbes : plan.probes;
  const asked = plan.vantages.flatMap((vantage) => probes.map((probe) => ({ vantage, probe })));
  let notBefore = wanted.notBefore;
  for (;;) {
    const from = notBefore;
    const answers = await Promise.all(asked.map((each) => seenAt(each, runFolder, { ...wanted, notBefore: from })));
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

/** A vantage that cannot look has seen nothing: that is no answer about the service, and no reason to wait for a person. */
async function seenAt({ vantage, probe }: { vantage: string; probe: ProbeSpec }, runFolder: string, wanted: Wanted): Promise<Seen> {
  const { site, route, notBefore, holdSeconds, deadlineSeconds } = wanted;
  try {
    return await actAt(
      vantage,
      'awaitClean',
      { summary: `${wanted.summary} (${vantage})`, within: deadlineSeconds + holdSeconds + 10 },
      { runFolder, vantage, probe: probeName(probe.name, route), ...(probe.identity ? { site } : {}), notBefore, holdSeconds, deadlineSeconds },
    );
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { met: false, detail: `nobody could see from ${vantage} whether ${site} serves: ${reasonOf(error)}` };
  }
}
