export { memoryDriver, type MemoryDriver, type MemoryOptions } from './driver.ts';
export { MemorySite, type SiteOptions } from './site.ts';
