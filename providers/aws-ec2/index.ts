export { awsEc2Driver } from './driver.ts';
