const BLOCK = 512;

/** A tar archive of these files in one folder, for their owner only. No padding beyond its end: Podman stops reading there. */
export function tarOf(folder: string, files: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(files).flatMap(([name, text]) => {
    const bytes = Buffer.from(text);
    return [header(`${folder}/${name}`, bytes.length, '0', '0000600'), bytes, Buffer.alloc(-bytes.length & (BLOCK - 1))];
  });
  return Buffer.concat([header(`${folder}/`, 0, '5', '0000700'), ...entries, Buffer.alloc(2 * BLOCK)]);
}

function header(name: string, size: number, type: '0' | '5', mode: string): Buffer {
  const block = Buffer.alloc(BLOCK);
  const put = (at: number, text: string): number => block.write(text, at, 'latin1');
  put(0, name);
  put(100, `${mode}\0`);
  put(108, '0000000\0');
  put(116, '0000000\0');
  put(124, `${size.toString(8).padStart(11, '0')}\0`);
  put(136, '00000000000\0');
  put(148, ' '.repeat(8));
  put(156, type);
  put(257, 'ustar\x0000');
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `);
  return block;
}
