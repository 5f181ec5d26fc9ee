export { deploy } from './deploy.ts';
export { doctor } from './doctor.ts';
export { drill } from './drill.ts';
export { lock } from './lock.ts';
export { sweep } from './sweep.ts';
