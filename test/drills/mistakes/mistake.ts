/** One part of one file of the good project (`../support/loading.ts`), what stands there instead, and all that is said of it. */
export type Mistake = readonly [name: string, file: 'muster' | 'workload' | 'drill', part: string, by: string, ...says: string[]];
