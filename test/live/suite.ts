import { env } from 'node:process';
import { testDriver } from '../conformance/index.ts';
import { asked } from './asked.ts';
import { liveHarness } from './harness.ts';
import { readSite, typeOf } from './siteFile.ts';

// Run by `main.ts` alone, which has asked first.
const { cloud, site: file, instances } = asked.parse(JSON.parse(env['MUSTER_LIVE'] ?? '{}'));
const site = await readSite(file, cloud);

testDriver(`${site.provider} live`, () => liveHarness(site, typeOf(cloud, site), instances));
