export { drill } from './drill.ts';
export { lock } from './lock.ts';
