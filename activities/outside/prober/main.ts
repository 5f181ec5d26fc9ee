import { proberConfig, readConfig } from '../process/config.ts';
import { live } from '../process/live.ts';
import { askOnce } from './ask.ts';

const config = readConfig(proberConfig);
let i = config.first;
await live(config, (at) => askOnce(config.spec, i++, at));
