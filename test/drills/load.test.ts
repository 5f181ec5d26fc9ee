import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkMode, loadFiles, sayProblem, type Source } from '../../drills/load/index.ts';
import { findProject, readFiles } from '../../drills/load/read.ts';
import type { Drill } from '../../drills/schema/drill.ts';
import { changed, DRILL, load, MUSTER, said, SCHEMAS, WORKLOAD } from './support/loading.ts';

const only = (path: string, text: string) => loadFiles([{ path, text }], SCHEMAS);

describe('loading', () => {
  it('fills in what is not said', () => {
    const { drills, workloads, muster } = load();
    expect(drills.get('orders-to-aws')?.value).toMatchObject({ objectives: { rto: 1800, rpo: 300, hold: 120 }, patience: 1800, limit: 14_400 });
    expect(workloads.get('orders')?.value.components['db']).toMatchObject({
      replicas: 1,
      size: { memory: 256 * 1024 * 1024, arch: ['amd64'] },
      data: { orders: { writer: 'single', lease: 10 } },
    });
    expect(muster?.value.routes['orders']).toMatchObject({ driver: 'forwarder', ttl: 0, admin: 'http://127.0.0.1:7310' });
  });

  it('tells files apart by what is in them, not by their names', () => {
    const { muster, workloads, drills, problems } = loadFiles(
      [
        { path: 'a.yaml', text: DRILL },
        { path: 'b.yaml', text: MUSTER },
        { path: 'c.yaml', text: WORKLOAD },
      ],
      SCHEMAS,
    );
    expect(said(problems)).toEqual([]);
    expect([muster?.file, workloads.get('orders')?.file, drills.get('orders-to-aws')?.file]).toEqual(['b.yaml', 'c.yaml', 'a.yaml']);
  });

  it('reads several documents in one file, each with its own places', () => {
    const text = `${MUSTER}---\n${WORKLOAD}---\n${changed(DRILL, 'from: onprem', 'from: onprm')}`;
    const { drills, problems } = only('all.yaml', text);
    expect(said(problems)).toEqual([`all.yaml:${text.split('\n').indexOf('from: onprm') + 1}:7: muster.yaml has no site "onprm"; did you mean "onprem"?`]);
    expect([...drills.keys()]).toEqual(['orders-to-aws']);
  });

  it('gives no value of what its schema refuses', () => {
    expect([...load({ 'drills/orders.yaml': changed(DRILL, 'rto: 30m, ', '') }).drills]).toEqual([]);
  });

  it('names the three kinds of files where it finds another', () => {
    expect(said(only('compose.yaml', 'services: { web: {} }\n').problems)).toEqual([
      'compose.yaml:1:1: this is none of the three files: muster.yaml holds "installation: <name>", a workload holds "workload: <name>" and components, a drill holds "drill: <name>"',
    ]);
    expect(said(only('list.yaml', '- drill: x\n').problems)[0]).toContain('this is none of the three files');
    expect(said(only('one.yaml', 'installatoin: x\n').problems)[0]).toMatch(/did you mean "installation"\?$/);
  });

  it('says that a file is empty', () => {
    for (const text of ['', '\n\n', '# a comment\n', '---\n---\n']) expect(said(only('x.yaml', text).problems)).toEqual(['x.yaml:1:1: the file is empty']);
  });

  it('says where a name stood before', () => {
    expect(said(load({ 'drills/again.yaml': DRILL, 'workloads/again.yaml': WORKLOAD, 'other/muster.yaml': MUSTER }).problems)).toEqual([
      'drills/again.yaml:1:8: the drill "orders-to-aws" stands in drills/orders.yaml:1 already; give each its own name',
      'other/muster.yaml:1:15: muster.yaml:1 says already what the installation is; keep one',
      'workloads/again.yaml:1:11: the workload "orders" stands in workloads/orders.yaml:1 already; give each its own name',
    ]);
  });

  it('says that there is no muster.yaml', () => {
    expect(said(loadFiles([{ path: 'w.yaml', text: WORKLOAD }], SCHEMAS).problems)).toEqual([
      'w.yaml:1:1: no file says what the sites are; add a muster.yaml that begins with installation: <name>',
    ]);
  });

  it('warns of isolated, which a drill without modes allows', () => {
    const texts = {
      'workloads/orders.yaml': changed(WORKLOAD, 'drillRoute: orders-drill\n', ''),
      'drills/orders.yaml': changed(DRILL, 'modes: [rehearse, isolated, unplanned]\n', ''),
    };
    expect(said(load(texts).problems)).toEqual([
      'drills/orders.yaml:1:8: mode isolated, allowed by default, needs a drillRoute, and workload "orders" has none; add one there, or write modes: [rehearse]',
    ]);
  });
});

describe('a mode that is asked for', () => {
  const drill = (text = DRILL): Source<Drill> => [...load({ 'drills/orders.yaml': text }).drills.values()][0]!;
  const saidOf = (mode: string, text?: string) => {
    const problem = checkMode(drill(text), mode);
    return problem && sayProblem(problem);
  };

  it('is fine when the drill allows it', () => {
    expect(saidOf('isolated')).toBeUndefined();
  });

  it('is refused at the place of modes, with those that are allowed', () => {
    expect(saidOf('planned')).toBe(
      'drills/orders.yaml:5:1: mode planned is not allowed: drill "orders-to-aws" allows rehearse, isolated, unplanned; add planned to modes to allow it',
    );
    expect(saidOf('unpland')).toBe(
      'drills/orders.yaml:5:1: there is no mode "unpland": drill "orders-to-aws" allows rehearse, isolated, unplanned; did you mean "unplanned"?',
    );
  });

  it('is refused at the top of a drill that does not say its modes', () => {
    expect(saidOf('planned', changed(DRILL, 'modes: [rehearse, isolated, unplanned]\n', ''))).toMatch(
      /^drills\/orders\.yaml:1:1: mode planned is not allowed: .* allows rehearse, isolated;/,
    );
  });
});

describe('reading a project', () => {
  let root: string;
  const put = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  const names = async (...paths: string[]) => (await readFiles(paths, root)).files.map(({ path }) => path);
  const saidOf = async (...paths: string[]) => said((await readFiles(paths, root)).problems);

  beforeEach(() => {
    mkdirSync(tmpdir(), { recursive: true });
    root = mkdtempSync(join(tmpdir(), 'muster-load-'));
    put('muster.yaml', MUSTER);
    put('workloads/orders.yaml', WORKLOAD);
    put('drills/deep/orders.yml', DRILL);
    put('drills/README.md', 'not a drill');
    put('dr/other.yaml', 'not: of this project');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('takes of its folder muster.yaml, workloads and drills', async () => {
    expect(await names('.')).toEqual(['muster.yaml', 'workloads/orders.yaml', 'drills/deep/orders.yml']);
    const { files, problems } = await readFiles([root], root);
    expect(said([...problems, ...loadFiles(files, SCHEMAS).problems])).toEqual([]);
  });

  it('takes of any other folder its YAML files', async () => {
    expect(await names('drills', 'dr')).toEqual(['drills/deep/orders.yml', 'dr/other.yaml']);
  });

  it('reads a file once, however often it is named', async () => {
    expect(await names('.', 'muster.yaml', './drills/../muster.yaml')).toEqual(['muster.yaml', 'workloads/orders.yaml', 'drills/deep/orders.yml']);
  });

  it('leaves a project inside a project alone', async () => {
    put('drills/examples/muster.yaml', MUSTER);
    put('drills/examples/drills/x.yaml', DRILL);
    expect(await names('.')).toEqual(['muster.yaml', 'workloads/orders.yaml', 'drills/deep/orders.yml']);
  });

  it('follows links, as mounted configuration has them', async () => {
    symlinkSync(join(root, 'drills/deep/orders.yml'), join(root, 'drills/linked.yaml'));
    expect(await names('drills')).toContain('drills/linked.yaml');
  });

  it('is found from any of its files and folders', async () => {
    expect(await findProject(join(root, 'drills/deep/orders.yml'))).toBe(root);
    expect(await findProject(join(root, 'drills'))).toBe(root);
    expect(await findProject(root)).toBe(root);
    expect(await findProject(join(root, '..'))).toBeUndefined();
  });

  it('says what cannot be read, and never throws', async () => {
    put('big.yaml', `# ${'x'.repeat(1024 * 1024)}\n`);
    put('binary.yaml', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1]));
    put('latin1.yaml', Buffer.from('drill: drill-für-alle\n', 'latin1'));
    put('utf16.yaml', Buffer.from('\ufeffdrill: x\n', 'utf16le'));
    mkdirSync(join(root, 'nothing'));
    symlinkSync(join(root, 'loop.yaml'), join(root, 'loop.yaml'));
    expect(
      await saidOf('big.yaml', 'binary.yaml', 'latin1.yaml', 'utf16.yaml', 'nothing', 'loop.yaml', 'muster.yml', 'drills/none/x.yaml', '/dev/null'),
    ).toEqual([
      'big.yaml:1:1: the file has 1048579 bytes, and more than 1048576 are not read',
      'binary.yaml:1:1: this is a binary file, not text',
      'latin1.yaml:1:1: the file is not UTF-8; save it as UTF-8',
      'utf16.yaml:1:1: this is a binary file, not text',
      'nothing:1:1: there is no .yaml file in this folder',
      'loop.yaml:1:1: the file cannot be read: its symbolic links lead in a circle',
      'muster.yml:1:1: there is no such file; did you mean "muster.yaml"?',
      'drills/none/x.yaml:1:1: there is no such file',
      '/dev/null:1:1: this is not a regular file',
    ]);
  });

  it('says that it may not read a file', async () => {
    chmodSync(join(root, 'muster.yaml'), 0);
    const asNobody = process.geteuid?.() === 0;
    if (asNobody) process.seteuid?.(65_534);
    try {
      expect(await saidOf('muster.yaml')).toEqual(['muster.yaml:1:1: the file cannot be read: permission denied']);
    } finally {
      if (asNobody) process.seteuid?.(0);
    }
  });
});
