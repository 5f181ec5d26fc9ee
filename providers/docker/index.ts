export { dockerDriver } from './driver.ts';
