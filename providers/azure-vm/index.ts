export { azureVmDriver } from './driver.ts';
