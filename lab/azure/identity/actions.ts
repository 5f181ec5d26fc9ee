/** The right that a request needs: https://learn.microsoft.com/azure/role-based-access-control/role-definitions#actions-format */
export function actionOf(method: string, path: string): string {
  const segments = path.split('/').filter((segment) => segment !== '');
  const provider = segments.findLastIndex((segment) => segment.toLowerCase() === 'providers');
  if (provider < 0) {
    const types = segments.filter((_, index) => index % 2 === 0);
    return `Microsoft.Resources/${types.join('/')}/${VERBS[method] ?? 'action'}`;
  }
  const [namespace = '', ...rest] = segments.slice(provider + 1);
  // What hangs at a location is a list or a status there.
  const types = rest.filter((_, index) => index % 2 === 0);
  const verb = VERBS[method] ?? 'action';
  return `${namespace}/${types.join('/')}/${verb}`;
}

const VERBS: Readonly<Record<string, string>> = { GET: 'read', HEAD: 'read', PUT: 'write', PATCH: 'write', DELETE: 'delete' };

/** Whether a role with such actions has this right; `*` stands for any text. */
export function allows(actions: readonly string[], action: string): boolean {
  return actions.some((pattern) => new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 'i').test(action));
}
