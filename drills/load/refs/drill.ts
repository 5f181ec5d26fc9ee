import { isFixed, sayFixed } from '../fixedSteps.ts';
import type { Document, Report, World } from '../document.ts';
import { listed, orElse, quoted } from '../say.ts';
import { find, itemsAt, keysAt, textAt, textsAt } from '../tree.ts';
import { checkLive } from './live.ts';
import { modesOf } from './modes.ts';
import { checkNames } from './names.ts';
import { checkSchedule } from './schedule.ts';
import { checkTimes } from './times.ts';

/** Everything in a drill that names something else, and every rule among its own values. */
export function checkDrill(drill: Document, world: World, report: Report): void {
  const workload = checkWorkloadName(drill, world, report);
  checkSites(drill, workload, world.muster, report);
  checkModes(drill, workload, report);
  checkLive(drill, world.muster, report);
  checkSteps(drill, report);
  checkSchedule(drill, report);
  checkTimes(drill, report);
  checkVantages(drill, world.muster, report);
}

function checkVantages(drill: Document, muster: Document | undefined, report: Report): void {
  const known = !muster ? [] : find(muster.root, ['vantages']) ? textsAt(muster.root, 'vantages') : ['here'];
  if (known.length === 0) return;
  for (const [index, { value }] of itemsAt(drill.root, 'vantages').entries()) {
    if (typeof value === 'string' && !known.includes(value))
      report(drill, ['vantages', index], `muster.yaml has no vantage ${quoted(value)}${orElse(value, known)}`);
  }
}

function checkWorkloadName(drill: Document, { workloads, hidden }: World, report: Report): Document | undefined {
  const name = textAt(drill.root, 'workload');
  if (name === undefined) return undefined;
  const workload = workloads.get(name);
  if (!workload && !hidden)
    report(drill, ['workload'], `no file has the workload ${quoted(name)}${orElse(name, workloads.keys(), 'there is no workload file')}`);
  return workload;
}

function checkSites(drill: Document, workload: Document | undefined, muster: Document | undefined, report: Report): void {
  const sites = keysAt(muster?.root, 'sites');
  if (sites.length === 0) return;
  for (const key of ['from', 'to']) {
    const site = textAt(drill.root, key);
    if (muster && site !== undefined && !sites.includes(site)) report(drill, [key], `muster.yaml has no site ${quoted(site)}${orElse(site, sites)}`);
  }
  const from = textAt(drill.root, 'from');
  if (from === undefined) return;
  if (from === textAt(drill.root, 'to')) {
    const others = sites.filter((site) => site !== from);
    report(drill, ['to'], `"to" is the same site as "from"; name another${others.length > 0 ? `: ${listed(others)}` : ''}`);
  }
  const images = keysAt(muster?.root, 'sites', from, 'images');
  if (!workload || !muster || !sites.includes(from)) return;
  for (const component of keysAt(workload.root, 'components')) {
    const image = textAt(workload.root, 'components', component, 'image');
    // Missing at `to` is a gap, which is what the drill is there to find.
    if (image === undefined || images.includes(image)) continue;
    report(
      workload,
      ['components', component, 'image'],
      `site ${quoted(from)}, where the workload runs, has no image ${quoted(image)}${orElse(image, images, 'it has no images')}`,
    );
  }
}

function checkModes(drill: Document, workload: Document | undefined, report: Report): void {
  const modes = modesOf(drill);
  for (const [index, { mode, path }] of modes.entries()) {
    if (modes.findIndex((each) => each.mode === mode) < index) report(drill, path, `${quoted(mode)} stands twice; keep one`);
  }
  const isolated = modes.find(({ mode }) => mode === 'isolated');
  if (!isolated || !workload || find(workload.root, ['drillRoute'])) return;
  const byDefault = isolated.path.length === 1 && !find(drill.root, ['modes']);
  const name = textAt(workload.root, 'workload') ?? '';
  report(
    drill,
    byDefault ? ['drill'] : isolated.path,
    `mode isolated${byDefault ? ', allowed by default,' : ''} needs a drillRoute, and workload ${quoted(name)} has none; add one there, or write modes: [rehearse]`,
  );
}

function checkSteps(drill: Document, report: Report): void {
  const { root } = drill;
  for (const list of ['steps', 'verify', 'guards']) checkNames(drill, [list], list === 'steps' ? 'step' : list === 'verify' ? 'check' : 'guard', report);
  const checks = new Set(itemsAt(root, 'verify').map((item) => textAt(item, 'name')));
  for (const list of ['steps', 'verify']) {
    for (const [index, item] of itemsAt(root, list).entries()) {
      const name = textAt(item, 'name');
      if (name === undefined) continue;
      if (isFixed(name)) report(drill, [list, index, 'name'], sayFixed(name));
      else if (list === 'steps' && checks.has(name))
        report(drill, [list, index, 'name'], `a check under verify is called ${quoted(name)} too; give each its own name`);
    }
  }
  const modes = modesOf(drill);
  if (modes.some(({ mode }) => mode === 'planned' || mode === 'unplanned')) return;
  for (const [index, item] of itemsAt(root, 'steps').entries()) {
    if (textAt(item, 'after') === 'failback')
      report(
        drill,
        ['steps', index, 'after'],
        `only live modes have a failback, and this drill allows ${modes.map(({ mode }) => mode).join(' and ')}; the step would never run`,
      );
  }
}
