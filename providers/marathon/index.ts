export { marathonDriver } from './driver.ts';
