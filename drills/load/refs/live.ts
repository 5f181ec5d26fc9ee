import type { Document, Report } from '../document.ts';
import { orElse, quoted } from '../say.ts';
import { entriesAt, find, itemsAt, keysAt, type Node, type Path, textAt } from '../tree.ts';
import { LIVE } from '../../schema/names.ts';
import { modesOf } from './modes.ts';

/** Who may approve, and that a mode which takes the service from its clients cannot start on one person's word. */
export function checkLive(drill: Document, muster: Document | undefined, report: Report): void {
  const approvals = approvalsOf(drill);
  const roles = keysAt(muster?.root, 'roles');
  for (const { node, path } of approvals) {
    const role = textAt(node, 'role');
    if (muster && role !== undefined && !roles.includes(role))
      report(drill, [...path, 'role'], `muster.yaml has no role ${quoted(role)}${orElse(role, roles, 'it has no roles; add one under roles')}`);
  }
  const live = modesOf(drill).find(({ mode }) => LIVE.some((each) => each === mode));
  if (!live) return;
  const first = approvals.filter(({ node }) => textAt(node, 'before') !== 'cutover');
  const [late] = approvals;
  if (first.length === 0 && late) {
    report(
      drill,
      [...late.path, 'before'],
      `mode ${live.mode} needs an approval before disrupt, when the service goes away; write before: disrupt, or add one that has it`,
    );
  } else if (first.length === 0) {
    const teams = entriesAt(muster?.root, 'roles').filter(([, people]) => (people.items?.length ?? 0) > 1);
    const example = teams[0]?.[0] ?? roles[0] ?? '<role>';
    const also = muster && teams.length === 0 ? ', with at least two people under roles in muster.yaml' : '';
    report(
      drill,
      live.path,
      `mode ${live.mode} takes the service from its clients and needs a second person; add approve: { before: disrupt, role: ${example} }${also}`,
    );
  }
  for (const { node, path } of first) {
    const role = textAt(node, 'role');
    const people = new Set(itemsAt(muster?.root, 'roles', role ?? '').map(({ value }) => value));
    if (role === undefined || people.size !== 1) continue;
    report(
      drill,
      [...path, 'role'],
      `role ${quoted(role)} has one person, who could not approve their own run in mode ${live.mode}; add a second under roles in muster.yaml`,
    );
  }
}

function approvalsOf({ root }: Document): { readonly node: Node; readonly path: Path }[] {
  const approve = find(root, ['approve']);
  if (approve?.entries) return [{ node: approve, path: ['approve'] }];
  return (approve?.items ?? []).map((node, index) => ({ node, path: ['approve', index] }));
}
