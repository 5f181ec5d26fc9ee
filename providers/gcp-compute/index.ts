export { gcpComputeDriver } from './driver.ts';
