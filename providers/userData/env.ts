import type { WorkloadSpec } from '../spec.ts';
import { quoted, type SelfFacts, word } from './words.ts';

/** What the service's own shell reads before it starts it. The only file that holds values of secrets. */
export function envFile({ env, secrets }: WorkloadSpec, facts: SelfFacts): string {
  const lines = [
    ...Object.entries(env).map(([name, value]) => [name, word(value, facts)] as const),
    ...Object.entries(secrets).map(([name, value]) => [name, quoted(value) || "''"] as const),
  ];
  return lines.map(([name, value]) => `export ${name}=${value}\n`).join('');
}
