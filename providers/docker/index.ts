export { carryImage } from './carry.ts';
export { dockerDriver } from './driver.ts';
