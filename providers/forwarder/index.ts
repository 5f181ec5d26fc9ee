export { type ForwarderConfig, forwarderConfig } from './config.ts';
export { forwarderDriver } from './driver.ts';
