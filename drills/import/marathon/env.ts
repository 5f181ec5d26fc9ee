import { envName } from '../../schema/names.ts';
import { type Fields, isJson } from '../fields.ts';

export interface Environment {
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** Plain values as they are; secrets as references that the worker resolves. `given` is what the import itself adds. */
export function envOf(app: Fields, given: Readonly<Record<string, string>>, to: string): Environment {
  const env: Record<string, string> = {};
  const secrets: Record<string, string> = {};
  const variables = app.within('env');
  for (const [name, value] of Object.entries(variables?.json ?? {})) {
    if (!variables) break;
    if (!envName.safeParse(name).success) variables.because(name, 'no name for an environment variable here');
    else if (typeof value === 'string' && value.includes('${'))
      variables.because(name, '${…} would be filled in by Muster: give the program the value in another way');
    else if (typeof value === 'string') {
      env[name] = value;
      variables.carry(name, `${to}.env.${name}`);
    } else if (isJson(value) && typeof value.secret === 'string') {
      secrets[name] = `env:${name}`;
      variables.within(name)?.carry('secret', `${to}.secrets.${name}`);
      app.ledger.todo.push(`${to}.secrets.${name}: let the worker have the secret ${JSON.stringify(value.secret)} as ${name}`);
    }
  }
  const added = Object.entries(given).filter(([name]) => !Object.hasOwn(env, name) && !Object.hasOwn(secrets, name));
  return { env: { ...Object.fromEntries(added), ...env }, secrets };
}
