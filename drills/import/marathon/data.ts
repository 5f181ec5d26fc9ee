import type { Fields } from '../fields.ts';
import { Names } from './names.ts';

export type Data = Readonly<Record<string, { readonly size: string; readonly writer?: 'many' }>>;

/** Persistent volumes become data sets; the other kinds belong to one host or one vendor. */
export function dataOf(app: Fields, replicas: number, to: string): Data {
  const names = new Names();
  const data: Record<string, { size: string; writer?: 'many' }> = {};
  for (const volume of app.within('container')?.list('volumes') ?? []) {
    const persistent = volume.within('persistent');
    const size = persistent?.number('size');
    if (!persistent || !size) continue;
    const path = volume.text('containerPath') ?? 'data';
    const name = names.next(path, 'data');
    data[name] = { size: `${size}Mi`, ...(replicas > 1 && { writer: 'many' as const }) };
    persistent.carry('size', `${to}.data.${name}.size`);
    volume.because('containerPath', `the program finds it at \${self.data.${name}}`);
    app.ledger.todo.push(`${to}.data.${name}: see that the program makes recovery points, and what it says of \${self.data.${name}}`);
  }
  return data;
}
