export { carryInstance } from './carry.ts';
export { incusDriver } from './driver.ts';
