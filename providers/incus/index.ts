export { incusDriver } from './driver.ts';
