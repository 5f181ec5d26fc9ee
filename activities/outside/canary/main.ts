import { canaryConfig, readConfig } from '../process/config.ts';
import { live } from '../process/live.ts';
import { append } from './append.ts';

const config = readConfig(canaryConfig);
let seq = config.first;
await live(config, (at) => {
  const began = performance.now();
  return append(config.spec, config.run, seq++, at, () => new Date(at.getTime() + performance.now() - began));
});
