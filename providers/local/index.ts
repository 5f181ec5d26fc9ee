export { localCapabilities } from './capabilities.ts';
export { type LocalConfig, localConfig } from './config.ts';
export { localDriver, type LocalOptions } from './driver.ts';
