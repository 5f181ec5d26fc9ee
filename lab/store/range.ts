import { StoreError } from './errors.ts';

export interface Range {
  readonly start: number;
  /** Inclusive; start - 1 = no bytes. */
  readonly end: number;
}

/** One range of bytes; what S3 does not understand it ignores, and so do we. */
export function rangeOf(header: string | undefined, size: number): Range | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (start >= size || (first === '' && Number(last) === 0)) throw new StoreError('InvalidRange', 'The requested range is not satisfiable');
  return end < start ? undefined : { start, end };
}
