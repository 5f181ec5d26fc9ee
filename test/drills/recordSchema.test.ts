import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { GENERATED } from '../../docs/generate.ts';

describe('generated documents', () => {
  it.each(GENERATED)('$file is what the code says', async ({ file, content }) => {
    const path = new URL(`../../docs/${file}`, import.meta.url);
    expect(await readFile(path, 'utf8').catch(() => ''), `docs/${file} is out of date: run npx node docs/generate.ts`).toBe(content());
  });
});
